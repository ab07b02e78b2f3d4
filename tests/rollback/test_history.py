"""The good version is the one that the files held before: in histories of real shape."""

from collections.abc import Callable

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, FORMULA, GOOD, bump, files_at, git, held, roll

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


def through_a_merge(standin: StandIn) -> None:
    """The bump to 0.0.2 and another package's came by a branch; a merge commit brought them."""
    git(standin, "homebrew", "branch", "side", "main~1")
    git(standin, "homebrew", "update-ref", "refs/heads/main", "main~1")
    head = git(standin, "homebrew", "rev-parse", "side")
    bump(standin, BAD)
    bumped = git(standin, "homebrew", "rev-parse", "main")
    git(standin, "homebrew", "update-ref", "refs/heads/main", head)
    standin.repository("homebrew").commit("meanwhile", {"Formula/other.rb": b"# other\n"}, 3)
    mine = git(standin, "homebrew", "rev-parse", "main")
    tree = git(standin, "homebrew", "merge-tree", "--write-tree", mine, bumped).split()[0]
    merged = git(standin, "homebrew", "commit-tree", tree, "-p", mine, "-p", bumped, "-m", "Merge")
    git(standin, "homebrew", "update-ref", "refs/heads/main", merged)


def after_other_packages(standin: StandIn) -> None:
    for number in range(3):
        standin.repository("homebrew").commit("other", {"Formula/other.rb": f"# {number}\n".encode()}, 4 + number)


def after_a_bad_one_before(standin: StandIn) -> None:
    """0.0.2 was bad before, rolled back, and came out again."""
    bump(standin, GOOD)
    bump(standin, BAD)


def after_a_corrected_checksum(standin: StandIn) -> None:
    right = standin.release(BAD).made.source_sha256.encode()
    body = files_at(standin, "homebrew", BAD)[FORMULA]
    standin.repository("homebrew").commit("wrong", {FORMULA: body.replace(right, b"0" * 64)}, 5)
    standin.repository("homebrew").commit("right", {FORMULA: body}, 6)


def with_a_checksum_that_was_wrong_at_first(standin: StandIn) -> None:
    """Nothing but a checksum of the same version was corrected: no edit of anybody's that could be lost."""
    right = standin.release(BAD).made.source_sha256.encode()
    body = files_at(standin, "homebrew", BAD)[FORMULA]
    git(standin, "homebrew", "update-ref", "refs/heads/main", "main~1")
    standin.repository("homebrew").commit("wrong", {FORMULA: body.replace(right, b"0" * 64)}, 5)
    standin.repository("homebrew").commit("right", {FORMULA: body}, 6)


def after_a_stretch_that_was_broken_in_between(standin: StandIn) -> None:
    body = files_at(standin, "homebrew", BAD)[FORMULA]
    for number, broken in enumerate((b"class Kekkai <", None)):
        standin.repository("homebrew").commit("break", {FORMULA: broken}, 5 + number)
        standin.repository("homebrew").commit("mend", {FORMULA: body}, 6 + number)


def after_another_version_before_the_newest_stretch(standin: StandIn) -> None:
    """0.0.0, 0.0.2, 0.0.1, 0.0.2: the newest stretch counts."""
    log = git(standin, "homebrew", "log", "--format=%H", "main", "--", FORMULA).split()
    git(standin, "homebrew", "update-ref", "refs/heads/main", log[2])
    for version in (BAD, GOOD, BAD):
        bump(standin, version)


def through_a_merge_of_an_older_branch(standin: StandIn) -> None:
    """The branch of the bump left ``main`` at 0.0.0; ``main`` held 0.0.1 when it came back."""
    log = git(standin, "homebrew", "log", "--format=%H", "main", "--", FORMULA).split()
    bumped = git(standin, "homebrew", "commit-tree", "main^{tree}", "-p", log[2], "-m", "bump to 0.0.2")
    merge = git(standin, "homebrew", "commit-tree", "main^{tree}", "-p", log[1], "-p", bumped, "-m", "merge")
    git(standin, "homebrew", "update-ref", "refs/heads/main", merge)


def nothing_more(_standin: StandIn) -> None:
    pass


@pytest.mark.parametrize(
    "history",
    [
        through_a_merge,
        through_a_merge_of_an_older_branch,
        after_other_packages,
        after_a_bad_one_before,
        after_a_corrected_checksum,
        with_a_checksum_that_was_wrong_at_first,
        after_a_stretch_that_was_broken_in_between,
        after_another_version_before_the_newest_stretch,
        nothing_more,
    ],
)
def test_good_state_is_found_by_the_versions_that_were_held(
    standin: StandIn, session: Session, history: Callable[[StandIn], None]
) -> None:
    history(standin)
    other = standin.repository("homebrew").read("Formula/other.rb")
    outcome = roll(session, "homebrew")["homebrew"]
    assert (outcome.state, outcome.version) == (State.SERVED, GOOD)
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)
    assert standin.repository("homebrew").read("Formula/other.rb") == other


def test_good_is_what_was_held_before_not_what_was_released_before(standin: StandIn, session: Session) -> None:
    """0.0.2 was rolled back, then 0.0.3 came, which is bad too: back to 0.0.1."""
    roll(session, "homebrew")
    standin.publish("0.0.3")
    standin.serve("homebrew", "0.0.3")
    outcome = roll(session, "homebrew", bad="0.0.3")["homebrew"]
    assert (outcome.state, outcome.version) == (State.SERVED, GOOD)


def test_named_version_further_back(standin: StandIn, session: Session) -> None:
    outcome = roll(session, "homebrew", good="0.0.0")["homebrew"]
    assert outcome.state is State.SERVED
    assert held(standin, "homebrew") == files_at(standin, "homebrew", "0.0.0")


def test_version_that_only_a_merged_branch_held_can_be_named(standin: StandIn, session: Session) -> None:
    """The branch went to 0.0.0-rc.2 and on to 0.0.2; users were never served the former."""
    standin.publish("0.0.0-rc.2", prerelease=True)
    main = git(standin, "homebrew", "rev-parse", "main~1")
    git(standin, "homebrew", "update-ref", "refs/heads/main", main)
    bump(standin, "0.0.0-rc.2")
    bump(standin, BAD)
    side = git(standin, "homebrew", "rev-parse", "main")
    merge = git(standin, "homebrew", "commit-tree", f"{side}^{{tree}}", "-p", main, "-p", side, "-m", "Merge")
    git(standin, "homebrew", "update-ref", "refs/heads/main", merge)
    outcome = roll(session, "homebrew", good="0.0.0-rc.2")["homebrew"]
    assert (outcome.state, outcome.version) == (State.SERVED, "0.0.0-rc.2")
    assert held(standin, "homebrew") == files_at(standin, "homebrew", "0.0.0-rc.2")


@pytest.mark.parametrize(
    ("bad", "good", "word"),
    [
        pytest.param("0.0.9", None, "never served 0.0.9; it serves 0.0.2", id="bad never served"),
        pytest.param("0.0.9", GOOD, "serves 0.0.2, which is neither 0.0.9 nor 0.0.1", id="a third version"),
        pytest.param("0.0.1", None, "serves 0.0.2, which is neither", id="bad is not what is served"),
        pytest.param(BAD, "0.0.0-beta.1", "no commit that held 0.0.0-beta.1", id="good never held"),
        pytest.param("0.0.0-rc.1", None, "held no version before 0.0.0-rc.1", id="nothing before"),
    ],
)
def test_what_the_history_does_not_give(
    standin: StandIn, session: Session, bad: str, good: str | None, word: str
) -> None:
    before = standin.repository("homebrew").resolve("main")
    outcome = roll(session, "homebrew", bad=bad, good=good)["homebrew"]
    assert outcome.state is State.FAILED
    assert word in (outcome.reason or "")
    assert outcome.next
    assert standin.repository("homebrew").resolve("main") == before


def test_shallow_history_on_the_server_says_so(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    (repository.path / "shallow").write_text(f"{repository.resolve('main')}\n")
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.FAILED
    assert "held no version before 0.0.2" in (outcome.reason or "")
    assert "--to" in (outcome.next or "")


def test_older_line_that_came_over_a_newer_one_is_no_rollback(standin: StandIn, session: Session) -> None:
    standin.publish("0.0.1-rc.1")
    bump(standin, "0.0.1-rc.1")
    outcome = roll(session, "homebrew", bad="0.0.1-rc.1")["homebrew"]
    assert outcome.state is State.FAILED
    assert "with --to, or bring it back with: invoke dist.homebrew --version 0.0.2" in (outcome.next or "")


def test_nothing_older_than_what_is_served_is_to_be_brought_back(standin: StandIn, session: Session) -> None:
    """0.0.3 was bad, 0.0.2 came back, and 0.0.4 after it."""
    for version in ("0.0.3", "0.0.4"):
        standin.publish(version)
    for version in ("0.0.3", BAD, "0.0.4"):
        bump(standin, version)
    outcome = roll(session, "homebrew")["homebrew"]
    assert (outcome.state, outcome.next) == (
        State.FAILED, "Name what it serves with --version if 0.0.4 is the bad one."
    )  # fmt: skip
    assert (outcome.reason or "").endswith("held 0.0.3 before 0.0.2, which is no older version; it serves 0.0.4")
