"""One message to Slack, whatever becomes of it."""

import pytest

from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer
from tests.http.servers import nobody
from tests.notify.harness import FAILED, HOOK_PATH, Hook, Open, issues, tell


@pytest.mark.parametrize(
    ("answers", "requests", "said"),
    [
        pytest.param([Answer(200, b"ok")], 1, "Slack was told.", id="ok"),
        pytest.param([Answer(429, b"", {"Retry-After": "0"})], 2, "Slack was told.", id="limited"),
        pytest.param([Answer(404, b"no_service")], 1, "answered 404 (no_service)", id="gone"),
        pytest.param([Answer(500, b"<html>")], 1, "may not have been told: it answered 500", id="down"),
        pytest.param([Answer(200, b"<html>Log in</html>")], 1, "may not have been told: it answered 200", id="proxy"),
        pytest.param([Answer(302, b"", {"Location": "/elsewhere"})], 1, "answered 302", id="redirect"),
        pytest.param([Answer(drop=True)], 1, "may not have been told", id="lost"),
    ],
)
def test_slack_answers(
    standin: StandIn, open_at: Open, hook: Hook, answers: list[Answer], requests: int, said: str
) -> None:
    hook.answers = answers
    told = tell(open_at(), FAILED)
    assert len(hook.requests) == requests
    assert said in told.lines[-1]
    assert len(issues(standin)) == 1
    assert not any(HOOK_PATH in line or hook.origin.url in line for line in told.lines)


@pytest.mark.parametrize(
    "webhook",
    ["http://hooks.slack.com/services/c2VjcmV0", "c2VjcmV0", "https://u:c2VjcmV0@x.example/", "https://[c2VjcmV0"],
    ids=["plain-http", "no-url", "login", "broken"],
)
def test_a_malformed_webhook_is_said_and_never_shown(open_at: Open, webhook: str) -> None:
    told = tell(open_at(SLACK_WEBHOOK=webhook), FAILED)
    assert "Slack was not told: SLACK_WEBHOOK" in told.lines[-1]
    assert not any("c2VjcmV0" in line for line in told.lines)


def test_nobody_listens_at_the_webhook(open_at: Open) -> None:
    with nobody() as address:
        assert "Could not connect" in tell(open_at(SLACK_WEBHOOK=f"http://{address}{HOOK_PATH}"), FAILED).lines[-1]


def test_no_webhook_no_message(open_at: Open, hook: Hook) -> None:
    told = tell(open_at(SLACK_WEBHOOK=None), FAILED)
    assert not any("Slack" in line for line in told.lines)
    assert hook.requests == []
