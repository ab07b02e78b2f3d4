"""What a workflow file listens to. Source: GitHub's "Workflow syntax for GitHub Actions"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from release.errors import ServiceError

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
