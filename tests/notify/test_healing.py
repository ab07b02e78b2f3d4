"""What leaves the marker, and when an issue is closed."""

from collections.abc import Mapping
from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.notify.harness import SERVES, Hook, Open, comments, document, failing, issues, row, tell


@pytest.mark.parametrize(
    ("after", "left"),
    [
        pytest.param(row("scoop", "served"), ("choco",), id="served"),
        pytest.param(row("scoop", "skipped", serves=SERVES), ("choco",), id="skipped-because-served"),
        pytest.param(row("scoop", "skipped", serves={"version": "0.0.3"}), ("scoop", "choco"), id="skipped-for-newer"),
        pytest.param(
            row("scoop", "skipped", serves={**SERVES, "sha256": "cd" * 32}), ("scoop", "choco"), id="mismatch"
        ),
        pytest.param(row("scoop", "sent"), ("scoop", "choco"), id="sent"),
        pytest.param(row("scoop", "pending"), ("scoop", "choco"), id="pending"),
        pytest.param(row("scoop", "manual"), ("scoop", "choco"), id="manual"),
        pytest.param(row("homebrew", "served"), ("scoop", "choco"), id="another-channel"),
    ],
)
def test_only_a_channel_that_serves_leaves_the_marker(
    standin: StandIn, open_at: Open, after: Mapping[str, Any], left: tuple[str, ...]
) -> None:
    tell(open_at(), document(row("scoop", "failed"), row("choco", "failed")))
    told = tell(open_at(), document(after, ok=True))
    (issue,) = issues(standin)
    assert told.ok
    assert issue["state"] == "open"
    assert failing(issue) == left
    assert len(comments(standin, 1)) == (1 if left == ("choco",) else 0)


def test_closed_with_a_comment_when_none_is_left(standin: StandIn, open_at: Open, hook: Hook) -> None:
    tell(open_at(), document(row("scoop", "failed"), row("choco", "failed")))
    tell(open_at(), document(row("scoop", "served"), ok=True))
    told = tell(open_at(), document(row("choco", "served"), row("scoop", "skipped", serves=SERVES), ok=True))
    (issue,) = issues(standin)
    assert (issue["state"], issue["state_reason"], failing(issue)) == ("closed", "completed", ())
    assert "Every channel serves v0.0.2" in comments(standin, 1)[-1]
    assert told.lines[-1] == "Slack was told."
    assert len(hook.requests) == 2
    assert "complete" in hook.texts[-1]


def test_a_release_that_did_not_pass_gives_its_reason_and_heals(standin: StandIn, open_at: Open) -> None:
    refused = {"schema": 1, "task": "release.validate", "ok": False, "channels": [],
               "errors": [{"wrong": "SHA256 mismatch: given a, real b", "fix": "x"}]}  # fmt: skip
    tell(open_at(), refused, expected=["scoop"])
    assert "release.validate failed: SHA256 mismatch" in issues(standin)[0]["body"]
    tell(open_at(), document(row("scoop", "served"), ok=True), expected=["scoop"])
    assert issues(standin)[0]["state"] == "closed"


def test_a_failure_of_the_whole_release_is_healed_only_where_nothing_fails(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), document(row("scoop", "served"), errors=[{"wrong": "interrupted"}]))
    lefts = [failing(issues(standin)[0])]
    for state in ("failed", "sent", "served"):
        tell(open_at(), document(row("scoop", state), ok=state != "failed"))
        lefts.append(failing(issues(standin)[0]))
    assert lefts == [("release",), ("release", "scoop"), ("scoop",), ()]
