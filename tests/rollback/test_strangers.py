"""What strangers do in their forks changes nothing: neither a run nor a pull request of theirs."""

from typing import Any

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, roll
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]
TAP = "kademoslabs/homebrew-tap"
WHOSE = {
    "a stranger's": ({"full_name": "stranger/homebrew-tap"}, State.SKIPPED),
    "of a fork that is gone": (None, State.SKIPPED),
    "of an unknown shape": ({"full_name": 7}, State.SKIPPED),
    "our own": ({"full_name": TAP}, State.FAILED),
    "our own in other letters": ({"full_name": TAP.upper()}, State.FAILED),
}


@pytest.fixture
def session(standin: StandIn) -> Session:
    """A rollback that is done."""
    standin.serve("homebrew", BAD)
    session = session_at(standin)
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
    return session


@pytest.mark.parametrize(("repository", "state"), WHOSE.values(), ids=WHOSE.keys())
@pytest.mark.parametrize("branch", ["bump-kekkai-0.0.2", "x"], ids=["by branch", "by title"])
def test_pull_request(standin: StandIn, session: Session, repository: Any, state: State, branch: str) -> None:  # noqa: ANN401 - JSON
    title = "chore: bump kekkai to v0.0.2" if branch == "x" else "x"
    pull = {"title": title, "html_url": "https://a.test/pull/1", "head": {"ref": branch, "repo": repository}}
    standin.fault("GET", rf"/repos/{TAP}/pulls", times=None, json=[pull])
    assert roll(session, "homebrew")["homebrew"].state is state


@pytest.mark.parametrize(("repository", "state"), WHOSE.values(), ids=WHOSE.keys())
def test_run(standin: StandIn, session: Session, repository: Any, state: State) -> None:  # noqa: ANN401 - JSON
    run = {"id": 1, "status": "in_progress", "display_title": "kekkai 0.0.2", "html_url": "https://a.test/runs/1"}
    told = {"workflow_runs": [{**run, "head_repository": repository, "repository": {"full_name": TAP}}]}
    standin.fault("GET", rf"/repos/{TAP}/actions/runs", times=None, status=200, json=told)
    assert roll(session, "homebrew")["homebrew"].state is state


@pytest.mark.parametrize("deaf", [True, False], ids=["of another workflow", "of the one that listens"])
def test_run_of_the_repository_itself(standin: StandIn, session: Session, *, deaf: bool) -> None:
    files = {".github/workflows/docs.yml": b"on: {repository_dispatch: {types: [kekkai-docs]}}"}
    standin.repository("homebrew").commit("Docs", files, 1)
    path = f".github/workflows/{'docs' if deaf else 'receive'}.yml"
    run = {"id": 1, "status": "in_progress", "display_title": "kekkai 0.0.2", "html_url": "https://a.test/runs/1"}
    told = {"workflow_runs": [{**run, "path": path, "repository": {"full_name": TAP}}]}
    standin.fault("GET", rf"/repos/{TAP}/actions/runs", times=None, status=200, json=told)
    assert roll(session, "homebrew")["homebrew"].state is (State.SKIPPED if deaf else State.FAILED)


def test_repository_that_was_renamed_is_still_our_own(standin: StandIn, session: Session) -> None:
    new = {"full_name": "kademoslabs/homebrew-new"}
    pull = {"title": "kekkai 0.0.2", "html_url": "u", "head": {"ref": "x", "repo": new}, "base": {"repo": new}}
    standin.fault("GET", rf"/repos/{TAP}/pulls", times=None, json=[pull])
    assert roll(session, "homebrew")["homebrew"].state is State.FAILED


@pytest.mark.parametrize("branch", ["my-kekkai-0.0.2", "bump-kekkai-0.0.21", "rollback-kekkai-0.0.2-to-0.0.1"])
def test_branch_of_something_else_brings_nothing_back(standin: StandIn, session: Session, branch: str) -> None:
    pull = {"title": "x", "html_url": "u", "head": {"ref": branch, "repo": {"full_name": TAP}}}
    standin.fault("GET", rf"/repos/{TAP}/pulls", times=None, json=[pull])
    assert roll(session, "homebrew")["homebrew"].state is State.SKIPPED
