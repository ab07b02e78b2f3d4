"""A report on a terminal: in colour where that is wanted, and laid out for its width."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from release.errors import one_line
from release.findings import Level, Line
from release.records import Outcome, State
from release.report.findings import count
from release.report.report import Report
from release.report.table import COLUMNS, after, cells, short
from release.settings import Environment

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {State.SERVED: "green", State.INSTALLED: "green", State.SENT: "green", State.SKIPPED: "green",
           State.RUNNING: "cyan", State.PLANNED: "cyan", State.PENDING: "yellow", State.MANUAL: "yellow"}  # fmt: skip
LEVELS = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILED: "bold red"}
LEAST = 24  # columns that a detail needs beside the others
WIDTH = 120  # columns where nobody says how many there are


@dataclass(frozen=True)
class Screen:
    """What can be shown.

    Attributes:
        width: columns.
        colour: whether there may be some.
        moves: whether a line can be drawn over; not so on a dumb terminal.
    """

    width: int
    colour: bool
    moves: bool = True


def screen_of(stream: TextIO | None, environment: Environment) -> Screen | None:
    """The terminal behind ``stream``; ``None`` where there is none, nor colour asked for.

    ``NO_COLOR`` (no-color.org) goes before ``FORCE_COLOR``, and that before ``TERM=dumb``; each counts if not empty.
    """
    terminal = is_terminal(stream)
    forced = (environment.get("FORCE_COLOR") or "0") != "0"
    dumb = environment.get("TERM") in {"dumb", "unknown"}
    colour = environment.get("NO_COLOR") is None and (forced or (terminal and not dumb))
    return Screen(_width(stream), colour, terminal and not dumb) if terminal or (forced and colour) else None


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at it; a closed stream is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def _width(stream: TextIO | None) -> int:
    try:
        return (stream and os.get_terminal_size(stream.fileno()).columns) or WIDTH
    except (OSError, ValueError):
        return shutil.get_terminal_size((WIDTH, 0)).columns


def render_terminal(report: Report, screen: Screen) -> str:
    """The report for a terminal, with its last line end."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it, and a start should not pay for it

    paper = StringIO()  # not the stream itself: what becomes of that is the caller's
    console = Console(
        file=paper, width=screen.width, color_system="standard" if screen.colour else None, force_terminal=True,
        legacy_windows=False, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    if report.heading:
        console.print(one_line(report.heading))
    if report.outcomes:
        _print_outcomes(console, [replace(outcome, run_url=None) for outcome in report.outcomes])
    if report.findings:
        _print_findings(console, report.findings)
    runs = [one_line(f"{one.channel}: run: {one.run_url}") for one in report.outcomes if one.run_url]
    for line in [*runs, *after(report)]:  # a link or a command that was folded could not be copied
        console.print(line, soft_wrap=True)
    return paper.getvalue()


def _print_outcomes(console: "Console", outcomes: Sequence[Outcome]) -> None:
    """A table, or where its last column would be too narrow a few lines per channel."""
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    rows = [[*cells(one)[:-1], short(cells(one)[-1])] for one in outcomes]
    used = sum(max(map(len, column)) + 2 for column in list(zip(COLUMNS, *rows, strict=True))[:-1])
    if console.width - used < LEAST:
        return _print_blocks(console, outcomes, rows)
    table = Table(*COLUMNS, box=None, pad_edge=False)
    table.columns[-1].overflow = "fold"
    for outcome, row in zip(outcomes, rows, strict=True):
        table.add_row(*[Text(cell, COLOURS.get(outcome.state, "bold red") if n == 1 else "")
                        for n, cell in enumerate(row)])  # fmt: skip
    return console.print(table)


def _print_blocks(console: "Console", outcomes: Sequence[Outcome], rows: Sequence[Sequence[str]]) -> None:
    from rich.text import Text  # noqa: PLC0415 - as above

    for outcome, (channel, state, *rest) in zip(outcomes, rows, strict=True):
        console.print(Text.assemble(f"{channel}: ", (state, COLOURS.get(outcome.state, "bold red"))))
        for text in filter(None, (" ".join(filter(None, rest[:2])), *rest[2:])):
            _print_indented(console, text, 2)


def _print_indented(console: "Console", text: str, blanks: int) -> None:
    """``text`` folded to the width, each line behind so many blanks."""
    from rich.padding import Padding  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    console.print(Padding(Text(text, overflow="fold"), (0, 0, 0, blanks), expand=False))


def _print_findings(console: "Console", findings: Sequence[Line]) -> None:
    """What was found, a channel under its name; last how many of each level."""
    from rich.text import Text  # noqa: PLC0415 - as above

    channel = None
    for one in findings:
        if one.channel != channel:
            console.print(Text(channel := one.channel, "bold"))
        console.print(Text.assemble("  ", (f"{one.level:<8}", LEVELS[one.level]), one.check))
        _print_indented(console, one_line(one.text), 4)
        if one.fix:
            _print_indented(console, f"-> {one_line(one.fix)}", 4)
    console.print(Text(count(findings), "bold"))
