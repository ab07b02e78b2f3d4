"""A report on terminals of any width, with and without colour."""

import io
import re

import pytest

from release.findings import Level, Line
from release.records import Outcome, State
from release.report.findings import render_findings
from release.report.report import Report
from release.report.table import render_text, short, steps
from release.report.terminal import Screen, render_terminal, screen_of
from release.report.units import duration, size
from release.settings import Environment

SHA = "0123456789ab" + "c" * 52
ADVICE = "Users go back with: brew reinstall kademoslabs/tap/kekkai"
OUTCOMES = [
    Outcome("homebrew", State.SERVED, "kademoslabs/homebrew-tap", "0.0.1", SHA, f"sha256:{SHA} is served", next=ADVICE),
    Outcome("scoop", State.INSTALLED, "kademoslabs/scoop-bucket", "0.0.1", SHA, next=ADVICE),
    Outcome("docker", State.FAILED, "kademoslabs/kekkai", "0.0.1", reason="its run failed " * 5,
            run_url="https://github.com/kademoslabs/kekkai/actions/runs/7"),
]  # fmt: skip
FINDINGS = [
    Line("homebrew", "token", Level.OK, "TAP_REPO_TOKEN is accepted"),
    Line("homebrew", "target", Level.WARNING, "the repository is archived " * 3, "Unarchive it."),
    Line("all", "slack", Level.FAILED, "no webhook", "Set SLACK_WEBHOOK."),
]
REPORT = Report("status.all", outcomes=OUTCOMES, findings=FINDINGS, heading="Version 0.0.1, from --version")
ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_no_column_breaks_and_nothing_is_lost(width: int) -> None:
    shown = render_terminal(Report("x", outcomes=OUTCOMES[:2], findings=FINDINGS), Screen(width, colour=False))
    folded = [line for line in shown.splitlines() if "next:" not in line]
    assert max(map(len, folded)) <= width
    letters = "".join(shown.split())
    for part in ("homebrew", "served", "installed", "kademoslabs/scoop-bucket", "0123456789ab…", "Unarchiveit."):
        assert part in letters
    assert SHA not in letters


def test_a_narrow_terminal_gets_lines_in_place_of_columns() -> None:
    shown = render_terminal(Report("x", outcomes=OUTCOMES[1:2]), Screen(40, colour=False)).splitlines()
    assert [line.rstrip() for line in shown] == [
        "scoop: installed", "  0.0.1 0123456789ab…", "  kademoslabs/scoop-bucket", f"scoop: next: {ADVICE}",
    ]  # fmt: skip


def test_links_and_commands_stay_in_one_piece() -> None:
    lines = render_terminal(REPORT, Screen(40, colour=True)).splitlines()
    assert "docker: run: https://github.com/kademoslabs/kekkai/actions/runs/7" in lines
    assert f"homebrew, scoop: next: {ADVICE}" in lines


def test_colour_changes_no_word() -> None:
    plain, coloured = (render_terminal(REPORT, Screen(120, colour=colour)) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[32m" in coloured
    assert ESCAPE.sub("", coloured) == plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


SCREENS: dict[str, tuple[bool, dict[str, str], tuple[bool, bool] | None]] = {
    "terminal": (True, {"TERM": "xterm"}, (True, True)),
    "pipe": (False, {}, None),
    "no colour": (True, {"NO_COLOR": "1"}, (False, True)),
    "empty counts for nothing": (True, {"NO_COLOR": ""}, (True, True)),
    "forced": (False, {"FORCE_COLOR": "1"}, (True, False)),
    "not forced": (False, {"FORCE_COLOR": "0"}, None),
    "none goes before forced": (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, None),
    "dumb": (True, {"TERM": "dumb"}, (False, False)),
    "dumb and forced": (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, (True, False)),
}


@pytest.mark.parametrize(("terminal", "variables", "seen"), SCREENS.values(), ids=SCREENS.keys())
def test_what_a_stream_can_show(variables: dict[str, str], seen: tuple[bool, bool] | None, *, terminal: bool) -> None:
    screen = screen_of(Terminal() if terminal else io.StringIO(), Environment(variables))
    assert (screen and (screen.colour, screen.moves)) == seen


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.StringIO()
    closed.close()
    assert (screen_of(None, Environment({})), screen_of(closed, Environment({}))) == (None, None)


def test_advice_for_several_channels_is_said_once() -> None:
    assert steps(OUTCOMES) == [f"homebrew, scoop: next: {ADVICE}"]
    assert render_text(REPORT).count(ADVICE) == 1


def test_findings_end_with_their_count() -> None:
    assert render_findings([]) == []
    assert render_findings(FINDINGS)[-1] == "1 ok, 1 warning, 1 failed"
    assert render_findings([FINDINGS[0]])[-1] == "1 ok, 0 warnings, 0 failed"
    assert render_text(Report("doctor", findings=FINDINGS)).startswith("OK       homebrew   token")


def test_numbers() -> None:
    assert [size(n) for n in (None, 9, 1023, 1536, 5 << 20, 3 << 30)] == [
        "size unknown", "9 bytes", "1023 bytes", "1.5 KiB", "5.0 MiB", "3.0 GiB",
    ]  # fmt: skip
    assert [duration(n) for n in (-1, 7.9, 75, 3600)] == ["0:00", "0:07", "1:15", "1:00:00"]
    assert short(f"sha256:{SHA}, not {'a' * 40}") == f"sha256:0123456789ab…, not {'a' * 40}"
