"""The workflows of a target: what they listen to, and whether any of them hears an event."""

from collections.abc import Iterable
from dataclasses import dataclass

from release.errors import ReleaseError
from release.github.client import GitHub
from release.github.listens import Listens, parse_listens
from release.http.workers import Workers

__all__ = ["FOLDER", "Listens", "Workflow", "nobody_hears", "parse_listens", "read_workflows"]

FOLDER = ".github/workflows/"


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


def read_workflows(github: GitHub, target: str, token: str | None, concurrency: int) -> list[Workflow]:
    """Every workflow of a repository, its file read from the default branch, all at the same time.

    Args:
        github: REST API.
        target: ``owner/name``.
        token: who asks.
        concurrency: requests at once, at most.

    Raises:
        ServiceError: the list of workflows cannot be read (it needs Actions: read).
    """
    listed = github.workflows(target, token)
    named = [(str(one.get("path")), str(one.get("state"))) for one in listed]
    with Workers(concurrency) as workers:
        begun = [
            workers.submit(_read, github, target, token, path, state)
            for path, state in named
            if path.startswith(FOLDER)
        ]
        return [future.result() for future in begun]


def _read(github: GitHub, target: str, token: str | None, path: str, state: str) -> Workflow:
    try:
        text = github.file(target, path, token)
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
