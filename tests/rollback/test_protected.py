"""A protected branch: one pull request with exactly our commit, whatever is there already and whoever is faster."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rehearsal.github.bare import write_commits
from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Request
from release.session import Session
from tests.rollback.scene import BAD, BRANCH, FORMULA, GOOD, files_at, git, pulls, roll
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]
PUSH, LOOK = r"homebrew-tap\.git/git-receive-pack", r"homebrew-tap\.git/info/refs"


@pytest.fixture
def session(standin: StandIn) -> Session:
    standin.serve("homebrew", BAD)
    standin.repository("homebrew").protect("main")
    return session_at(standin)


def proposed(standin: StandIn, onto: str = "main", *, more: bool = False) -> None:
    """The branch of our pull request, with the change that we would make."""
    git(standin, "homebrew", "branch", BRANCH, onto)
    files: dict[str, bytes | None] = {**files_at(standin, "homebrew", GOOD), **({"evil.rb": b"x"} if more else {})}
    write_commits(standin.repository("homebrew").path, BRANCH, [("theirs", files)], when=7)


def after_another_commit(standin: StandIn) -> None:
    standin.repository("homebrew").commit("more", {"evil.rb": b"x"}, 9)
    proposed(standin)
    git(standin, "homebrew", "update-ref", "refs/heads/main", "main~1")


def test_protected_branch_waits_in_one_pull_request(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    first, again = (roll(session, "homebrew")["homebrew"] for _ in range(2))
    assert [first.state, again.state] == [State.PENDING, State.PENDING]
    assert first.run_url == again.run_url
    assert first.serves is not None
    assert first.serves.version == BAD
    assert repository.read(FORMULA, BRANCH) == files_at(standin, "homebrew", GOOD)[FORMULA]
    assert len([item for item in standin.world.issues[repository.name] if "head" in item]) == 1


THERE: dict[str, Callable[[StandIn], object]] = {
    "on an older head": lambda standin: proposed(standin, "main~1"),
    "with another file": lambda standin: proposed(standin, more=True),
    "with another commit before": after_another_commit,
    "without any commit": lambda standin: git(standin, "homebrew", "branch", BRANCH, "main"),
}


@pytest.mark.parametrize("there", THERE.values(), ids=THERE.keys())
def test_branch_with_anything_else_is_left_alone(
    standin: StandIn, session: Session, there: Callable[[StandIn], object]
) -> None:
    there(standin)
    before, repository = standin.repository("homebrew").resolve(BRANCH), standin.repository("homebrew")
    assert roll(session, "homebrew")["homebrew"].state is State.PENDING
    assert pulls(standin) == [f"{BRANCH}-2"]
    assert repository.resolve(BRANCH) == before
    assert repository.resolve(f"{BRANCH}-2^") == repository.resolve("main")


def test_branch_with_exactly_our_commit_is_used(standin: StandIn, session: Session) -> None:
    proposed(standin)
    before = standin.repository("homebrew").resolve(BRANCH)
    assert roll(session, "homebrew")["homebrew"].state is State.PENDING
    assert (pulls(standin), standin.repository("homebrew").resolve(BRANCH)) == ([BRANCH], before)


@dataclass
class Faster(Fault):
    """Somebody else is faster by a moment: between our look and our push to the branch."""

    act: Callable[[], object] = lambda: None
    seen: int = 0

    def matches(self, request: Request) -> bool:
        self.seen += super().matches(request)
        if self.seen == 2 and super().matches(request):  # the first is the push to main, which is refused
            self.act()
        return False


@pytest.mark.parametrize("more", [False, True], ids=["the same", "something else"])
def test_branch_that_appears_at_the_same_moment(standin: StandIn, session: Session, *, more: bool) -> None:
    standin.faults.add(Faster("POST", PUSH, act=lambda: proposed(standin, more=more)))
    assert roll(session, "homebrew")["homebrew"].state is State.PENDING
    assert pulls(standin) == [f"{BRANCH}-2" if more else BRANCH]


def test_two_at_once_share_one_pull_request(standin: StandIn, session: Session) -> None:
    ended, ready = list[Outcome](), threading.Barrier(2)

    def run() -> None:
        ready.wait(60)
        ended.append(roll(session, "homebrew")["homebrew"])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [one.state for one in ended] == [State.PENDING] * 2
    assert len({one.run_url for one in ended}) == 1
    assert pulls(standin) == [BRANCH]


def test_pull_request_that_is_refused_names_the_branch_that_was_pushed(standin: StandIn, session: Session) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("pull_requests:write")
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.FAILED
    assert f"The branch {BRANCH} of kademoslabs/homebrew-tap was pushed" in (outcome.reason or "")
    assert "TAP_REPO_TOKEN" in (outcome.next or "")
    assert standin.repository("homebrew").read(FORMULA, BRANCH) == files_at(standin, "homebrew", GOOD)[FORMULA]


def test_pull_request_that_exists_already_is_found_after_its_422(standin: StandIn, session: Session) -> None:
    first = roll(session, "homebrew")["homebrew"]
    standin.fault("GET", r"homebrew-tap/pulls", json=[])
    again = roll(session, "homebrew")["homebrew"]
    assert [r.status for r in standin.sent("POST", r"homebrew-tap/pulls")] == [201, 422]
    assert (again.state, again.run_url) == (State.PENDING, first.run_url)


def test_branch_whose_push_is_not_answered_may_have_been_pushed(standin: StandIn, session: Session) -> None:
    standin.fault("POST", PUSH, skip=1, accept=True, drop=True)
    standin.fault("GET", LOOK, skip=4, times=None, status=500)
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.UNCONFIRMED
    assert f"{BRANCH} of {standin.server_url}/kademoslabs/homebrew-tap.git may have been pushed" in (
        outcome.reason or ""
    )
