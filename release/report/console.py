"""Where a task's words go: the report to stdout, progress and errors to stderr, every one without secrets."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from release.report.report import Report, annotations, print_rich, render_json, render_summary, render_text
from release.settings import Environment

REFRESH = 0.2  # seconds between two redraws of a progress line


class Console:
    """Standard streams of one invocation.

    Args:
        environment: says whether we are part of a workflow, and whether colour is unwanted.
        redact: takes every secret out of a text.
        json: one JSON document on stdout, nothing else there.
    """

    def __init__(self, environment: Environment, redact: Callable[[str], str], *, json: bool) -> None:
        self.environment, self.redact, self.json = environment, redact, json
        self.drawn = 0.0
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a stream that knows ASCII only must not stop a report

    def say(self, line: str) -> None:
        """A line of progress, or an error."""
        self._clear()
        sys.stderr.write(f"{self.redact(line)}\n")  # in one piece: threads write too
        sys.stderr.flush()

    def tell(self, line: str) -> None:
        """A line of an account that is itself the report: to stdout, unless that is for JSON."""
        if self.json:
            self.say(line)
        else:
            print(self.redact(line), flush=True)

    def progress(self, name: str, done: int, total: int | None) -> None:
        """Draw how far a download is, on a terminal only."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self.drawn < REFRESH and done != total):
            return
        self.drawn = now
        part = f" of {total / 2**20:.1f} MiB ({100 * done // max(total, 1)} %)" if total else ""
        print(f"\r{name}: {done / 2**20:.1f} MiB{part}\x1b[K", end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self.drawn and sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)

    def show(self, report: Report) -> None:
        """The whole report: errors, table or JSON, and in a workflow annotations and the step summary.

        A stream that is closed or full changes nothing about what was done, and so not the exit code either.
        """
        try:
            self._show(report)
        except OSError as error:
            _silence(error)

    def _show(self, report: Report) -> None:
        for error in report.errors:
            self.say(str(error))
        for warning in report.warnings if self.json else ():
            self.say(warning)
        if self.environment.in_actions:
            for line in annotations(report):
                self.say(line)
        self._clear()
        self._print(report)
        self._summarise(report)

    def show_draft(self, report: Report) -> None:
        """What is about to be done, to a person who is asked whether to do it; not part of the report."""
        self.say(render_text(report))

    def _print(self, report: Report) -> None:
        if self.json:
            print(self.redact(render_json(report)))
        elif sys.stdout.isatty() and self.environment.get("NO_COLOR") is None:
            print_rich(report, self.redact)
        elif text := render_text(report):
            print(self.redact(text))
        sys.stdout.flush()

    def _summarise(self, report: Report) -> None:
        if path := self.environment.get("GITHUB_STEP_SUMMARY"):
            try:
                with Path(path).open("a", encoding="utf-8") as summary:
                    summary.write(self.redact(render_summary(report)))
            except OSError as error:
                self.say(f"Warning: the step summary was not written: {error.strerror}.")


def _silence(error: OSError) -> None:
    """Say once that the report was cut, if anybody hears; leave nothing that fails again when Python ends."""
    with suppress(OSError):
        sys.stderr.write(f"Warning: the report was not written in full: {error.strerror}.\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
