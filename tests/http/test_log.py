"""`invoke -d` logs at the finest level: what it says holds no secret, whichever task sends something."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.http.transport import Transport
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer, Request
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry
from tests.support.cli import invoke
from tests.support.leaks import leaks

HOOK = "/services/T0MADEUP/B0MADEUP/made-up-webhook-path"


@pytest.fixture
def slack() -> Iterator[Origin]:
    """Answers as Slack does, with the path in its words."""
    origin = Origin("slack", lambda request: Answer(200, b"ok " + request.path.encode()))
    yield origin
    origin.close()


ROW = {"channel": "homebrew", "state": "failed", "reason": "made up", "target": "a/b", "version": "0.0.2"}
FAILED = {"schema": 1, "task": "dist.homebrew", "ok": False, "release": {"version": "0.0.2", "tag": "v0.0.2"},
          "channels": [ROW]}  # fmt: skip
TASKS = {
    "notify": ["notify.result", "--version", "0.0.2", "--results", "{results}"],
    "dist": ["dist.all", "--version", "0.0.2"],
    "rollback": ["rollback.all", "--version", "0.0.2", "--yes"],
    "update": ["update.homebrew", "--version", "0.0.2"],
    "status": ["status.all"],
    "doctor": ["doctor"],
}


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_debugging_shows_no_secret(standin: StandIn, slack: Origin, tmp_path: Path, task: list[str]) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps(FAILED))
    task = [word.format(results=results) for word in task]
    done = invoke(standin, "-d", *task, SLACK_WEBHOOK=slack.url + HOOK, HTTP_PROXY="http://127.0.0.1:1")
    said = done.out + done.err
    assert "invoke.config" in said  # it does log
    assert standin.requests
    assert ("Slack was told" in said) is (task[0] == "notify.result")
    secrets = [value for name, value in standin.environment.items() if "TOKEN" in name] + [HOOK]
    assert leaks(said, [*secrets, "made-up-webhook-path"]) == []
    assert "Traceback" not in said


def test_no_record_of_a_request_is_made(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def answer(request: Request) -> Answer:
        return Answer(200, request.path.encode())

    origin = Origin("here", answer)
    try:
        assert Transport(Http(), Retry()).once("POST", origin.url + HOOK).text == HOOK
    finally:
        origin.close()
    assert caplog.records == []
