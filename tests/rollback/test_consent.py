"""Whether anybody can be asked before a rollback, and whether the question still makes sense."""

import io
import sys

import pytest

from release.commands.command import Given
from release.commands.options import Options
from release.commands.rollback import ask_rollback
from release.errors import InputError
from release.rehearsal import StandIn
from release.report.console import Console
from tests.support.sessions import session_at

FLAGS = {"to": "0.0.1", "reason": "", "yes": False}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def given_at(standin: StandIn) -> Given:
    session = session_at(standin)
    return Given(session, Console(session.environment, session.redact, json=False), dry=False, raw={})


def test_without_any_standard_input_nobody_can_be_asked(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="there is no terminal to ask on"):
        ask_rollback(given_at(standin), Options("rollback.docker", version="0.0.2", channel="docker"), FLAGS)
    assert standin.requests == []


def test_after_an_interrupt_of_the_plan_nothing_is_asked(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    given = given_at(standin)
    given.session.stop.set()
    report = ask_rollback(given, Options("rollback.docker", version="0.0.2", channel="docker"), FLAGS)
    assert (report.exit_code, [one.reason for one in report.outcomes]) == (
        130,
        ["interrupted before it was rolled back"],
    )
    assert sys.stdin.read() == "yes\n"
