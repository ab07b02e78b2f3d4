"""Ended in the middle of a rollback: it names who was rolled back, and of whom that is not known."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.session import Session
from tests.rollback.scene import BAD, held, roll
from tests.support.cli import ROOT, command, variables
from tests.support.watched import Watched

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


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


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script is no git on Windows")
def test_killed_before_the_push_then_run_again(standin: StandIn, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        '#!/bin/sh\nif [ "$1" = push ]; then kill -9 "$PPID"; exit 1; fi\nPATH="${PATH#*:}" exec git "$@"\n'
    )
    (folder / "git").chmod(0o755)
    before = held(standin, "homebrew")
    environment = {**os.environ, **standin.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
    killed = subprocess.run(command("rollback.homebrew", "--version", BAD, "--yes"), cwd=ROOT, env=environment,
                            capture_output=True, check=False)  # fmt: skip
    assert killed.returncode == -9
    assert held(standin, "homebrew") == before
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
