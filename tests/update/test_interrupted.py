"""Ctrl-C in the middle of an update: whether anything was, or may have been, pushed."""

import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.update.update import update
from tests.support.cli import ROOT, command, variables
from tests.support.sessions import session_at
from tests.support.watched import Watched
from tests.update.test_update import release_of

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


def interrupt(_line: str) -> None:
    raise KeyboardInterrupt


def test_before_anything_was_pushed(standin: StandIn) -> None:
    session = replace(session_at(standin), say=interrupt)
    outcome = update(session, "homebrew", release_of(standin))
    assert (outcome.state, outcome.reason) == (State.FAILED, "interrupted before anything was changed")
    assert session.stop.is_set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without telling it")
def test_during_the_push_it_may_have_been_pushed(standin: StandIn) -> None:
    push = Watched("POST", "git-receive-pack", None, accept=True, delay=600)
    standin.faults.add(push)
    arguments = command("update.homebrew", "--version", "0.0.2", "--json")
    with subprocess.Popen(arguments, cwd=ROOT, env=variables(standin, {}), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, start_new_session=True) as process:  # fmt: skip
        assert push.seen.wait(60)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)  # while the first one is handled
        out, err = process.communicate(timeout=60)
    [row] = json.loads(out)["channels"]
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert (row["state"], row["reason"]) == ("unconfirmed", "interrupted: it may have been pushed")
    assert row["next"]
