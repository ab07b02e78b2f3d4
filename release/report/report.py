"""Outcomes as a table, as JSON, as a step summary, as lines for Actions. Only ``print_rich`` prints."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from release.errors import ReleaseError, one_line
from release.records import Outcome, Release, State

SCHEMA = 1
FAILED = {State.FAILED, State.UNCONFIRMED, State.BEHIND, State.MISMATCH, State.UNKNOWN}
COLUMNS = ("CHANNEL", "STATE", "VERSION", "SHA256", "TARGET", "DETAIL")
COLOURS = {State.SERVED: "green", State.SENT: "green", State.SKIPPED: "green", State.RUNNING: "cyan",
           State.PLANNED: "cyan", State.PENDING: "yellow", State.MANUAL: "yellow"}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a task has to say.

    Attributes:
        task: its name, such as ``dist.all``.
        release: what it was about, where that was found.
        heading: the first line for a person: the version, and who named it.
        outcomes: one per channel.
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


def render_json(report: Report) -> str:
    """The JSON document of one task, version 1 of its schema."""
    document: dict[str, Any] = {
        "schema": SCHEMA, "task": report.task, "ok": report.exit_code == 0,
        "release": release_json(report.release) if report.release else None,
        "channels": [outcome_json(outcome) for outcome in report.outcomes],
    }  # fmt: skip
    if report.errors:
        document["errors"] = [{"wrong": error.wrong, "fix": error.fix} for error in report.errors]
    return json.dumps({**document, **report.extra}, indent=2, ensure_ascii=False)


def release_json(release: Release) -> dict[str, Any]:
    """A release as reports and records carry it."""
    artifacts = {a.name: {"url": a.url, "sha256": a.sha256, "size": a.size} for a in release.artifacts.values()}
    return {"version": release.version, "tag": release.tag, "prerelease": release.prerelease, "artifacts": artifacts}


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """One channel as reports carry it."""
    serves = outcome.serves
    shown = {"version": serves.version, "sha256": serves.sha256} if serves else None
    if shown is not None and serves is not None and serves.digest is not None:
        shown |= {"digest": serves.digest, "latest": serves.latest}  # type: ignore[dict-item]  # latest is a bool
    return {
        "channel": outcome.channel, "state": str(outcome.state), "reason": outcome.reason, "target": outcome.target,
        "version": outcome.version, "sha256": outcome.sha256, "serves": shown, "run_url": outcome.run_url,
        "attempts": outcome.attempts, "seconds": outcome.seconds, "next": outcome.next,
    }  # fmt: skip


def render_release(release: Release, names: Iterable[str] = ()) -> str:
    """A release for a person: version, tag, and a line per artifact; ``names`` that it lacks are unknown."""
    kind = "pre-release" if release.prerelease else "stable"
    state = kind if release.published else f"{kind}, not published"
    rows = [f"  {a.name:<8} {a.sha256 or 'unknown'}  {_bytes(a.size)}  {a.url}" for a in release.artifacts.values()]
    rows += [f"  {name:<8} unknown" for name in names if name not in release.artifacts]
    return "\n".join([f"Release {release.version} (tag {release.tag}, {state})", *rows])


def _bytes(size: int | None) -> str:
    return "size unknown" if size is None else f"{size} bytes"


def _cells(outcome: Outcome) -> list[str]:
    digits, detail = outcome.sha256 or "", outcome.reason or ""
    if outcome.run_url and outcome.run_url not in detail:
        detail = f"{detail} {outcome.run_url}".strip()
    sha = f"{digits[:12]}…" if len(digits) == 64 else digits
    return [outcome.channel, str(outcome.state), outcome.version or "", sha, outcome.target, one_line(detail)]


def render_text(report: Report) -> str:
    """The report as plain text: a table with a line per channel, next steps, notes."""
    lines = [report.heading] if report.heading else []
    if report.outcomes:
        rows = [list(COLUMNS), *(_cells(outcome) for outcome in report.outcomes)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS) - 1)]
        lines += [
            "  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in rows
        ]
    return "\n".join([*lines, *_after(report)])


def _after(report: Report) -> list[str]:
    diffs = [f"\n{outcome.channel}:\n{outcome.diff.rstrip()}" for outcome in report.outcomes if outcome.diff]
    steps = [f"{outcome.channel}: next: {outcome.next}" for outcome in report.outcomes if outcome.next]
    return [*diffs, *report.plan, *steps, *report.notes]


def print_rich(report: Report, redact: Callable[[str], str]) -> None:
    """The same on a terminal, the table in colour."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it, and a start should not pay for it
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    console = Console(highlight=False, markup=False)
    if report.heading:
        console.print(redact(report.heading))
    if report.outcomes:
        table = Table(*COLUMNS, box=None, pad_edge=False)
        table.columns[-1].overflow = "fold"
        for outcome in report.outcomes:
            cells = [Text(redact(cell)) for cell in _cells(replace(outcome, run_url=None))]
            cells[1].stylize(COLOURS.get(outcome.state, "bold red"))
            table.add_row(*cells)
        console.print(table)
    links = [f"{outcome.channel}: run: {outcome.run_url}" for outcome in report.outcomes if outcome.run_url]
    for line in [*links, *_after(report)]:  # a link in a narrow column could not be followed
        console.print(redact(line), soft_wrap=True)


def render_summary(report: Report) -> str:
    """The report as Markdown for the step summary of a workflow; text from outside is escaped."""
    title = f"### {report.task}" + (f" {report.release.version}" if report.release else "")
    lines = [title, ""]
    if report.outcomes:
        lines += ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
        lines += ["| " + " | ".join(map(markdown, _cells(outcome))) + " |" for outcome in report.outcomes]
    lines += ["", *(f"- {markdown(line)}" for line in _after(Report(report.task, outcomes=_undiffed(report))))]
    lines += [f"- **{markdown(error.wrong)}** {markdown(error.fix)}" for error in report.errors]
    lines += [f"- {markdown(warning)}" for warning in report.warnings]
    return "\n".join(lines) + "\n\n"


def _undiffed(report: Report) -> list[Outcome]:
    return [outcome for outcome in report.outcomes if not outcome.diff]


def markdown(text: str) -> str:
    """``text`` as one line that Markdown shows as it is; addresses stay links."""
    line = one_line(text)
    for char in "\\`*_{}[]<>|~":
        line = line.replace(char, f"&#{ord(char)};") if "://" not in line or char in "<>|`" else line
    return line.replace("@", "&#64;")


def annotations(report: Report) -> Iterable[str]:
    """``::error`` and ``::warning`` lines for the log of a workflow: errors, channels that failed, warnings."""
    for error in report.errors:
        yield f"::error title={_property(report.task)}::{_data(f'{error.wrong}. {error.fix}')}"
    for outcome in report.outcomes:
        if outcome.state in FAILED:
            said = f"{outcome.state}: {outcome.reason or ''} {outcome.run_url or ''} {outcome.next or ''}".strip()
            yield f"::error title={_property(outcome.channel)}::{_data(said)}"
    for warning in report.warnings:
        yield f"::warning title={_property(report.task)}::{_data(warning.removeprefix('Warning: '))}"


def _data(text: str) -> str:
    """Source: GitHub's workflow commands, escaped data."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
