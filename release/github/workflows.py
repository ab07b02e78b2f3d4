"""Which events a workflow file listens to. Source: GitHub's "Workflow syntax for GitHub Actions"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from release.errors import ReleaseError, ServiceError
from release.http.workers import Workers
from release.session import Session
from release.settings import Channel

FOLDER = ".github/workflows/"
LARGEST = 256 * 1024  # bytes of a workflow file
DEEPEST, ON_DEEPEST, MOST = 64, 5, 10_000  # levels of the file and of its `on:`, values of its `on:`
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
ABSENT = ("", "~", "null", "Null", "NULL")  # what YAML writes for nothing


@dataclass(frozen=True)
class Listens:
    """What a workflow file says after ``on:``.

    Attributes:
        events: event -> the types it is limited to, ``None`` for all of them.
        inputs: of ``workflow_dispatch``: name -> whether it must be given (required, and no default).
    """

    events: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    inputs: Mapping[str, bool] = field(default_factory=dict)

    def hears(self, event: str, event_type: str | None = None) -> bool:
        """Whether an event starts this workflow; ``event_type`` is that of a ``repository_dispatch``."""
        if event not in self.events:
            return False
        types = self.events[event]
        return types is None or event_type is None or event_type in types


@dataclass(frozen=True)
class Workflow:
    """A workflow of the default branch.

    Attributes:
        path: ``.github/workflows/update.yml``.
        state: as GitHub has it: ``active``, ``disabled_manually`` ...
        listens: ``None`` where the file could not be read.
        problem: why not.
    """

    path: str
    state: str
    listens: Listens | None = None
    problem: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def active(self) -> bool:
        """Whether GitHub starts it."""
        return self.state == "active"

    def hears(self, event: str, event_type: str | None = None) -> bool:
        """Whether its file listens, be it active or not."""
        return self.listens is not None and self.listens.hears(event, event_type)


def parse_listens(text: bytes) -> Listens:
    """What the workflow file ``text`` listens to, in any of the forms of ``on:``.

    Raises:
        ServiceError: it is no YAML table, or none that anybody writes by hand.
    """
    try:
        on = _read_on(text)
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        why = getattr(error, "problem", None) or "it cannot be read"
        raise ServiceError(f"The workflow is not YAML: {why}", "Correct the file.") from None
    return _listens(on)


def _read_on(text: bytes) -> object:
    """The value of ``on:``. Only nodes are made of the rest: aliases of aliases never become a value.

    Every scalar stays text: YAML 1.1 would read the key ``on`` as true.
    """
    if len(text) > LARGEST or not _is_shallow(text):
        raise ServiceError("The workflow is larger or nested deeper than any is", "Look what the file is.")
    document = yaml.compose(text, Loader=LOADER)
    if not isinstance(document, yaml.MappingNode):
        raise ServiceError("The workflow is no table of keys", "Correct the file.")
    found = (value for key, value in document.value if isinstance(key, yaml.ScalarNode) and key.value == "on")
    return _value(next(found, None), iter(range(MOST)))


def _is_shallow(text: bytes) -> bool:
    """Whether nothing is nested deeply; libyaml's own reader of documents crashes there."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return False
    return True


def _value(node: yaml.Node | None, left: Iterator[int], depth: int = 0) -> Any:  # noqa: ANN401 - of any shape
    """Texts, lists and tables of ``node``, as deep as ``on:`` goes.

    Raises:
        ServiceError: aliases make it larger than ``MOST`` values.
    """
    if next(left, None) is None:
        raise ServiceError("The workflow's `on:` is larger than any is", "Look what the file is.")
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if node is None or depth >= ON_DEEPEST:
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, left, depth + 1) for one in node.value]
    return {
        str(key.value): _value(value, left, depth + 1) for key, value in node.value if isinstance(key, yaml.ScalarNode)
    }


def _listens(on: object) -> Listens:
    if isinstance(on, str):
        return Listens({} if on in ABSENT else {on: None})
    if isinstance(on, list):
        return Listens({event: None for event in on if isinstance(event, str)})
    if not isinstance(on, dict):
        return Listens()
    events = {str(event): _types(filters) for event, filters in on.items()}
    return Listens(events, _inputs(on.get("workflow_dispatch")))


def _types(filters: object) -> frozenset[str] | None:
    types = filters.get("types") if isinstance(filters, dict) else None
    if types is None or (isinstance(types, str) and types in ABSENT):
        return None
    return frozenset(one for one in (types if isinstance(types, list) else [types]) if isinstance(one, str))


def _inputs(dispatch: object) -> dict[str, bool]:
    inputs: Any = dispatch.get("inputs") if isinstance(dispatch, dict) else None
    if not isinstance(inputs, dict):
        return {}
    return {str(name): _must(spec) for name, spec in inputs.items()}


def _must(spec: object) -> bool:
    return isinstance(spec, dict) and str(spec.get("required")).lower() == "true" and "default" not in spec


def read_workflows(session: Session, channel: Channel) -> list[Workflow]:
    """Every workflow of the channel's target, its file read from the default branch, all at the same time.

    Raises:
        ServiceError: the list of workflows cannot be read (it needs Actions: read).
    """
    token = session.token(channel)
    listed = session.github.workflows(channel.target, token)
    named = [(str(one.get("path")), str(one.get("state"))) for one in listed]
    with Workers(session.settings.http.concurrency) as workers:
        begun = [
            workers.submit(_read, session, channel, path, state) for path, state in named if path.startswith(FOLDER)
        ]
        return [future.result() for future in begun]


def _read(session: Session, channel: Channel, path: str, state: str) -> Workflow:
    try:
        text = session.github.file(channel.target, path, session.token(channel))
        if text is None:
            return Workflow(path, state, problem="it is not on the default branch")
        return Workflow(path, state, parse_listens(text))
    except ReleaseError as error:
        return Workflow(path, state, problem=error.wrong)


def nobody_hears(workflows: Iterable[Workflow], event: str, event_type: str | None = None) -> str | None:
    """Why nothing starts on this event, in one line that says what is listened to; ``None`` where something does.

    A workflow whose file could not be read may listen: then nothing is claimed.
    """
    known = list(workflows)
    hearing = [one for one in known if one.hears(event, event_type)]
    if any(one.active for one in hearing) or any(one.listens is None and one.active for one in known):
        return None
    if hearing:
        return f"the workflow that listens to {event_type or event} is disabled: {hearing[0].name} ({hearing[0].state})"
    heard = "; ".join(f"{one.name} listens to {_events(one.listens)}" for one in known if one.listens)
    return f"no receiver listens to {event_type or event} ({heard or 'there are no workflows'})"


def _events(listens: Listens) -> str:
    shown = [
        f"{event} ({', '.join(sorted(types))})" if types is not None else event
        for event, types in listens.events.items()
    ]
    return ", ".join(shown) or "nothing"
