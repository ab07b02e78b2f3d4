"""Ctrl-C in the middle of a rollback: it names who was rolled back, and of whom that is not known."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from tests.support.cli import ROOT, command, variables
from tests.support.watched import Watched

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]
BAD = "0.0.2"


def interrupted(
    standin: StandIn, ready: Callable[[], object], task: str = "rollback.all"
) -> "tuple[int, dict[str, str], str]":
    """Start a rollback, interrupt it twice when ``ready`` comes back; exit code, state of each channel, errors."""
    if sys.platform == "win32":
        pytest.skip("Windows ends a process without telling it")
    arguments = (task, "--version", BAD, "--yes", "--json")
    with subprocess.Popen(command(*arguments), cwd=ROOT, env=variables(standin, {}), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, start_new_session=True) as process:  # fmt: skip
        assert ready()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)  # while the first one is handled: it loses nothing
        out, err = process.communicate(timeout=60)
    report = json.loads(out)
    return process.returncode, {row["channel"]: row["state"] for row in report["channels"]}, err


@pytest.fixture
def served(standin: StandIn) -> StandIn:
    """The bad version is everywhere."""
    for channel in ("homebrew", "scoop", "choco", "docker"):
        standin.serve(channel, BAD)
    return standin


def test_during_a_push_it_may_have_been_pushed(served: StandIn) -> None:
    push = Watched("POST", "scoop-bucket.git/git-receive-pack", None, accept=True, delay=600)
    served.faults.add(push)

    def pushed_and_then_silent() -> bool:  # else a look at the bucket may show that it was pushed, before time is up
        seen = push.seen.wait(60)
        served.faults.add(Fault("*", "scoop-bucket", None, delay=600))
        return seen

    code, states, err = interrupted(served, pushed_and_then_silent)
    assert (code, "Traceback" in err) == (130, False)
    assert states["scoop"] == "unconfirmed"
    assert set(states) == {"homebrew", "scoop", "choco", "docker"}


def test_before_anything_was_pushed_nobody_was(served: StandIn) -> None:
    clone = Watched("GET", "/info/refs", None, delay=600)
    served.faults.add(clone)
    code, states, err = interrupted(served, lambda: clone.seen.wait(60))
    assert (code, "Traceback" in err) == (130, False)
    assert {states[name] for name in ("homebrew", "scoop", "choco")} == {"failed"}


def test_just_before_the_end_everybody_is_named(served: StandIn) -> None:
    latest = Watched("GET", "/releases/latest$", None, delay=600)
    served.faults.add(latest)
    code, states, err = interrupted(served, lambda: latest.seen.wait(60), "rollback.homebrew")
    assert (code, states, "Traceback" in err) == (130, {"homebrew": "served"}, False)
