"""What a person sees while the channels are waited for."""

import re

import pytest

from release.records import Outcome, State
from release.report.live import render_change, render_view, render_waiting
from tests.conftest import MakeStandIn
from tests.support.cli import invoke, invoke_on_a_terminal


def outcome(channel: str, state: State, reason: str | None = None, run_url: str | None = None) -> Outcome:
    return Outcome(channel, state, "o/r", reason=reason, run_url=run_url)


QUEUED = outcome("a", State.RUNNING, "its run is queued", "https://x/1")
CHANGES = [
    pytest.param(outcome("a", State.SERVED), "a: served", id="bare"),
    pytest.param(QUEUED, "a: running its run is queued https://x/1", id="reason and run"),
    pytest.param(outcome("a", State.FAILED, "two\nlines\x1b[2J"), "a: failed two lines [2J", id="hostile"),
]


@pytest.mark.parametrize(("changed", "line"), CHANGES)
def test_change_is_one_line(changed: Outcome, line: str) -> None:
    assert render_change(changed) == line


def test_only_open_channels_are_waited_for() -> None:
    both = [outcome("a", State.SERVED), outcome("b", State.SENT), outcome("c", State.RUNNING)]
    assert render_waiting(both) == "Waiting for b (sent), c (running)"
    assert render_waiting(both[:1]) == "All channels are settled"


def test_view_has_a_line_per_channel_and_the_time() -> None:
    both = [outcome("a", State.SERVED), outcome("b", State.RUNNING, "its run\nis in progress" * 9)]
    assert render_view(both[:1], 5, None, 80) == ["0 of 1 not settled after 0:05", "  a: served"]
    view = render_view(both, 65, 1735, 60)
    assert view[0] == "1 of 2 not settled after 1:05, at most 28:55 more"
    assert view[2].startswith("  b: running its run is in progress")
    assert max(map(len, view)) == 60


def test_pipe_gets_a_line_per_change(make_standin: MakeStandIn) -> None:
    done = invoke(make_standin(), "dist.scoop", "--version", "0.0.2", "--wait", "1")
    assert done.code == 0, done.err
    assert [line.partition(" http")[0] for line in done.err.splitlines()][-1] == "scoop: served"
    assert "\x1b" not in done.err


def test_terminal_shows_who_is_waited_for(make_standin: MakeStandIn) -> None:
    done = invoke_on_a_terminal(make_standin(), "dist.scoop", "--version", "0.0.2", "--wait", "1")
    assert done.code == 0, done.out
    assert "Waiting for scoop (sent)" in done.out
    assert "1 of 1 not settled after 0:0" in done.out
    assert ", at most 0:5" in done.out
    assert not re.search(r"(B|bytes|%\))[^\n\r]*Waiting", done.out)
    assert "scoop: run: http" in done.out
