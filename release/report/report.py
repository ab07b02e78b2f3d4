"""What a task has to say, and its exit code; what it looks like stands in the files beside this one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from release.errors import ReleaseError
from release.findings import Line
from release.records import Outcome, Release, State

SCHEMA = 1
FAILED = {State.FAILED, State.UNCONFIRMED, State.BEHIND, State.MISMATCH, State.UNKNOWN}


@dataclass(frozen=True)
class Report:
    """What a task has to say.

    Attributes:
        task: its name, such as ``dist.all``.
        release: what it was about, where that was found.
        heading: the first line for a person: the version, and who named it.
        outcomes: one per channel.
        findings: of ``doctor``, for a person; the JSON document has them in ``extra``.
        errors: why nothing, or not all, was done.
        notes: lines for a person, after the table.
        plan: lines of what would be sent.
        extra: more keys of the JSON document.
        code: the exit code, where it does not follow from outcomes and errors.
    """

    task: str
    release: Release | None = None
    outcomes: Sequence[Outcome] = ()
    errors: Sequence[ReleaseError] = ()
    notes: Sequence[str] = ()
    plan: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    code: int | None = None
    heading: str = ""
    findings: Sequence[Line] = ()

    @property
    def warnings(self) -> list[str]:
        """The notes that a person must see wherever the report goes."""
        return [note for note in self.notes if note.startswith("Warning: ")]

    @property
    def exit_code(self) -> int:
        """0 done, 1 a channel failed, 2 refused before anything was sent, 3 a person is needed, 130 interrupted."""
        if self.code is not None:
            return self.code
        if self.errors:
            return max(error.exit_code for error in self.errors)
        states = {outcome.state for outcome in self.outcomes}
        waits = State.PENDING in states and self.task.startswith("rollback.")
        return 1 if states & FAILED else 3 if State.MANUAL in states or waits else 0


def rewritten(report: Report, change: Callable[[str], str]) -> Report:
    """The same report with ``change`` made to every text in it; its exit code stays."""
    errors = [ReleaseError(change(error.wrong), change(error.fix)) for error in report.errors]
    changed: Report = _rewritten(replace(report, errors=(), code=report.exit_code), change)
    return replace(changed, errors=errors)


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - a report holds values of any type
    if type(value) is str:
        return change(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _rewritten(getattr(value, one.name), change) for one in fields(value)})
    if isinstance(value, Mapping):
        return {_rewritten(key, change): _rewritten(item, change) for key, item in value.items()}
    return [_rewritten(item, change) for item in value] if isinstance(value, (list, tuple)) else value
