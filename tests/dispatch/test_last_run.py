"""What the newest run says of a channel of which nothing else says what it serves."""

import pytest

from release.dispatch.last_run import judge_run
from release.github.runs import Run
from release.records import ONLY_ITS_RUN, Outcome, State

ASKED = Outcome("winget", State.BEHIND, "acme/winget", version="0.0.2", reason="before")
AGAIN = "invoke dist.winget --version 0.0.2"
PAGE = "https://github.com/acme/winget/actions/runs/7"


def ended(conclusion: str | None, status: str = "completed") -> Run:
    return {"id": 7, "status": status, "conclusion": conclusion, "html_url": PAGE}


SAYS = {
    "no run": (None, State.UNKNOWN, "no run for this version is known, and nothing else says", AGAIN),
    "under way": (
        ended(None, "in_progress"), State.RUNNING, "its run is under way; nothing else says what it serves", None,
    ),
    "success": (ended("success"), State.SENT, ONLY_ITS_RUN, None),
    "failure": (
        ended("failure"), State.UNKNOWN, "its run ended as failure, and nothing else says",
        f"Read the run's log, then: {AGAIN}",
    ),
    "without a conclusion": (
        ended(None), State.UNKNOWN, "its run ended without a conclusion, and nothing else says",
        f"Read the run's log, then: {AGAIN}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("run", "state", "reason", "after"), SAYS.values(), ids=SAYS.keys())
def test_what_the_newest_run_says(run: Run | None, state: State, reason: str, after: str | None) -> None:
    outcome = judge_run(ASKED, run)
    assert (outcome.state, outcome.reason, outcome.next) == (state, reason, after)
    assert outcome.run_url == (PAGE if run else None)
