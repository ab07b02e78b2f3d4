"""Where a task's words go: the report to stdout, progress and errors to stderr, every one harmless and without secrets.

A stream that is closed, full or gone in the middle changes nothing about what was done.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from release.report.actions import annotations, render_summary
from release.report.document import render_json
from release.report.report import Report, rewritten
from release.report.streams import UNWRITTEN, occupy, put
from release.report.table import render_text
from release.report.terminal import render_terminal, screen_of
from release.report.text import lines, no_commands
from release.report.units import size
from release.settings import Environment

REFRESH = 0.2  # seconds between two redraws of a progress line


class Console:
    """Standard streams of one invocation.

    Args:
        environment: says whether we are part of a workflow, and whether colour is wanted.
        redact: takes every secret out of a text.
        json: one JSON document on stdout, nothing else there.
        typed: makes commands in a text those that a person can type here.
    """

    def __init__(
        self, environment: Environment, redact: Callable[[str], str], *, json: bool, typed: Callable[[str], str] = str
    ) -> None:
        self.environment, self.redact, self.json, self.typed = environment, redact, json, typed
        self.drawn = 0.0
        self.unwritten: str | None = None  # why a part of what was meant for stdout is not there
        occupy()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a stream that knows ASCII only must not stop a report

    def say(self, line: str) -> None:
        """A line of progress, or an error."""
        self._clear()
        put(sys.stderr, f"{self._harmless(self.typed(line))}\n")  # in one piece: threads write too

    def tell(self, line: str) -> None:
        """A line of an account that is itself the report: to stdout, unless that is for JSON."""
        if self.json:
            self.say(line)
        else:
            self.unwritten = put(sys.stdout, f"{self._harmless(self.typed(line))}\n") or self.unwritten

    def _harmless(self, text: str) -> str:
        """Without secrets and control characters; in a workflow without what its runner takes for a command."""
        shown = lines(self.redact(text))
        return no_commands(shown) if self.environment.in_actions else shown

    def progress(self, name: str, done: int, total: int | None) -> None:
        """Draw how far a download is, on a terminal only."""
        now = time.monotonic()
        if now - self.drawn < REFRESH and done != total:
            return
        screen = screen_of(sys.stderr, self.environment)
        if screen is None or not screen.moves:
            return
        self.drawn = now
        part = f" of {size(total)} ({100 * done // max(total, 1)} %)" if total else ""
        put(sys.stderr, f"\r{f'{name}: {size(done)}{part}'[: screen.width - 1]}\x1b[K")

    def _clear(self) -> None:
        if self.drawn:
            self.drawn = 0.0
            put(sys.stderr, "\r\x1b[K")

    def show(self, report: Report) -> int:
        """The whole report: errors, table or JSON, and in a workflow annotations and the step summary.

        Returns:
            The exit code: the report's own, but not 0 where a JSON document could not be written.
        """
        clean = self._clean(report)
        for error in clean.errors:
            self.say(str(error))
        for warning in clean.warnings if self.json else ():
            self.say(warning)
        for line in annotations(clean) if self.environment.in_actions else ():
            put(sys.stderr, f"{self.redact(line)}\n")
        self._clear()
        self._print(clean)
        if self.unwritten:
            put(sys.stderr, f"Warning: the report was not written in full: {self.unwritten}.\n")
        self._summarise(clean)
        return clean.exit_code or (UNWRITTEN if self.json and self.unwritten else 0)

    def show_draft(self, report: Report) -> None:
        """What is about to be done, to a person who is asked whether to do it; not part of the report."""
        now = [replace(outcome, next=None) for outcome in report.outcomes]  # what is to be done next is said after it
        self._clear()
        put(sys.stderr, self._rendered(self._clean(replace(report, outcomes=now)), sys.stderr))

    def _clean(self, report: Report) -> Report:
        typed = rewritten(report, self.typed)
        outcomes = [replace(one, diff=was.diff) for one, was in zip(typed.outcomes, report.outcomes, strict=True)]
        return rewritten(replace(typed, outcomes=outcomes), lambda text: lines(self.redact(text)))

    def _rendered(self, report: Report, stream: TextIO | None) -> str:
        """For a person, with the last line end; a colour is the only control that is in it."""
        if screen := screen_of(stream, self.environment):
            return self.redact(render_terminal(report, screen))
        text = render_text(report)
        return f"{self._harmless(text)}\n" if text else ""

    def _print(self, report: Report) -> None:
        text = f"{self.redact(render_json(report))}\n" if self.json else self._rendered(report, sys.stdout)
        if text:
            self.unwritten = put(sys.stdout, text) or self.unwritten

    def _summarise(self, report: Report) -> None:
        if path := self.environment.get("GITHUB_STEP_SUMMARY"):
            try:
                with Path(path).open("a", encoding="utf-8") as summary:
                    summary.write(self.redact(render_summary(report, self.environment.server_url)))
            except OSError as error:
                self.say(f"Warning: the step summary was not written: {error.strerror}.")
