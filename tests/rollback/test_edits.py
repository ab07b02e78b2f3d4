"""What others than a bump wrote since is never lost: it is kept, or it is in the way."""

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, FORMULA, GOOD, bump, files_at, git, held, roll
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


def test_edit_that_a_merge_brought_with_the_bump_is_refused(standin: StandIn, session: Session) -> None:
    main = git(standin, "homebrew", "rev-parse", "main~1")
    edited = (held(standin, "homebrew")[FORMULA] or b"").replace(b"what you ship", b"all you ship")
    standin.repository("homebrew").commit("describe", {FORMULA: edited}, 1)
    side = git(standin, "homebrew", "rev-parse", "main")
    merge = git(standin, "homebrew", "commit-tree", f"{side}^{{tree}}", "-p", main, "-p", side, "-m", "Merge")
    git(standin, "homebrew", "update-ref", "refs/heads/main", merge)
    outcome = roll(session, "homebrew")["homebrew"]
    assert (outcome.state, side in (outcome.reason or "")) == (State.FAILED, True)


def test_edit_in_a_merge_of_a_branch_of_another_version_is_refused(standin: StandIn, session: Session) -> None:
    """In the order of the whole history that branch lies between the edit and what it changed."""
    standin.publish("0.0.3")
    bumped = git(standin, "homebrew", "rev-parse", "main")
    edited = (held(standin, "homebrew")[FORMULA] or b"").replace(b"what you ship", b"all you ship")
    standin.repository("homebrew").commit("describe", {FORMULA: edited}, 1)
    tree = git(standin, "homebrew", "rev-parse", "main^{tree}")
    git(standin, "homebrew", "update-ref", "refs/heads/main", f"{bumped}^")
    bump(standin, "0.0.3")
    side = git(standin, "homebrew", "rev-parse", "main")
    merge = git(standin, "homebrew", "commit-tree", tree, "-p", bumped, "-p", side, "-m", "Merge")
    git(standin, "homebrew", "update-ref", "refs/heads/main", merge)
    outcome = roll(session, "homebrew")["homebrew"]
    assert (outcome.state, merge in (outcome.reason or "")) == (State.FAILED, True)


def test_edit_made_while_good_is_kept(standin: StandIn) -> None:
    repository = standin.repository("homebrew")
    mended = (repository.read(FORMULA) or b"").replace(b"what you ship", b"all you ship")
    repository.commit("describe", {FORMULA: mended}, 1)
    standin.serve("homebrew", BAD)
    assert roll(session_at(standin), "homebrew")["homebrew"].state is State.SERVED
    assert repository.read(FORMULA) == mended


def test_edit_by_hand_since_is_refused_with_its_commit(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    edited = (repository.read(FORMULA) or b"").replace(b"what you ship", b"all you ship")
    repository.commit("describe", {FORMULA: edited}, 1)
    commit = str(repository.resolve("main"))
    repository.commit("other", {"Formula/other.rb": b"# other\n"}, 2)
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.FAILED
    assert commit in (outcome.reason or "")
    assert repository.read(FORMULA) == edited


def test_edit_that_was_undone_is_no_obstacle(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    body = repository.read(FORMULA) or b""
    repository.commit("describe", {FORMULA: body.replace(b"what you ship", b"all you ship")}, 1)
    repository.commit("break", {FORMULA: b"class Kekkai <"}, 2)
    repository.commit("undo", {FORMULA: body}, 3)
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)


def test_versioned_formulae_stay(standin: StandIn, session: Session) -> None:
    kept = b"class KekkaiAT001 < Formula\nend\n"
    standin.repository("homebrew").commit("keep", {"Formula/kekkai@0.0.1.rb": kept}, 1)
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
    assert standin.repository("homebrew").read("Formula/kekkai@0.0.1.rb") == kept
