"""Every channel serves the last good version again: from histories of real shape, and with what gets in the way."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release.errors import InputError
from release.metadata.artifacts import find
from release.metadata.hashing import no_progress
from release.records import State
from release.rehearsal import StandIn
from release.rollback.rollback import plan_rollback
from release.session import Session
from release.update.update import update
from tests.rollback.scene import BAD, FORMULA, GOOD, bump, files_at, git, held, roll, states
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]

GIT = ("homebrew", "scoop", "choco")
ALL = (*GIT, "docker")
IMAGE = "kademoslabs/kekkai"


@pytest.fixture
def session(standin: StandIn) -> Session:
    """0.0.2 is out in every channel, and bad."""
    for channel in ALL:
        standin.serve(channel, BAD)
    return session_at(standin)


def test_everything_goes_back_and_a_second_run_finds_it_done(standin: StandIn, session: Session) -> None:
    heads = {name: standin.repository(name).resolve("main") for name in GIT}
    outcomes = roll(session, *ALL, reason="it loses data")
    served = State.SERVED
    assert states(outcomes) == {"homebrew": served, "scoop": served, "choco": State.MANUAL, "docker": served}
    for name in GIT:
        assert held(standin, name) == files_at(standin, name, GOOD)
        assert standin.repository(name).resolve("main^") == heads[name]
        message = git(standin, name, "log", "-1", "--format=%B", "main")
        assert message.startswith("kekkai: roll back 0.0.2 to 0.0.1\n\nReason: it loses data\n")
    assert standin.registry.digest(IMAGE, "latest") == standin.registry.digest(IMAGE, GOOD)
    assert standin.registry.digest(IMAGE, BAD) not in {None, standin.registry.digest(IMAGE, GOOD)}
    assert {name: one.serves.version for name, one in outcomes.items() if one.serves} == dict.fromkeys(ALL, GOOD)
    heads = {name: standin.repository(name).resolve("main") for name in GIT}
    again = roll(session, *ALL)
    assert {states(again)[name] for name in ("homebrew", "scoop", "docker")} == {State.SKIPPED}
    assert {name: standin.repository(name).resolve("main") for name in GIT} == heads


def test_next_good_release_goes_out_over_it(standin: StandIn, session: Session) -> None:
    roll(session, "homebrew")
    standin.publish("0.0.3")
    release = find(session, "0.0.3", ["source"], no_progress).release
    assert update(session, "homebrew", release).state is State.SERVED
    third = roll(session, "homebrew")["homebrew"]
    assert third.state is State.FAILED
    assert "serves 0.0.3, which is neither 0.0.2 nor 0.0.1" in (third.reason or "")


@pytest.mark.parametrize("name", ALL)
def test_dry_run_shows_what_is_served_and_what_would_be(standin: StandIn, session: Session, name: str) -> None:
    good = GOOD if name == "docker" else None
    before = (held(standin, name) if name in GIT else None, standin.registry.digest(IMAGE, "latest"))
    quiet = session_at(standin, without=("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "DOCKERHUB_TOKEN"))
    (outcome,) = plan_rollback(quiet, [session.settings.channels[name]], BAD, good)
    assert outcome.state is State.PLANNED
    assert outcome.serves is not None
    assert outcome.serves.version == BAD
    assert outcome.version == GOOD
    assert outcome.diff is not None
    assert BAD in outcome.diff
    assert GOOD in outcome.diff
    assert (held(standin, name) if name in GIT else None, standin.registry.digest(IMAGE, "latest")) == before
    assert not standin.sent("PUT")
    assert not standin.sent("POST", "git-receive-pack")


@pytest.mark.parametrize(
    ("bad", "good", "names", "word"),
    [
        pytest.param("", None, GIT, "needs the bad version", id="no version"),
        pytest.param("1.x", None, GIT, "Invalid version format", id="bad is no version"),
        pytest.param(BAD, "v-1", GIT, "Invalid version format", id="good is no version"),
        pytest.param(BAD, BAD, ALL, "both 0.0.2", id="bad is good"),
        pytest.param(BAD, "v0.0.2", ALL, "both 0.0.2", id="bad is good, with a v"),
        pytest.param(BAD, "0.0.3", ALL, "newer", id="good is newer"),
        pytest.param(BAD, None, ("docker",), "An image alone", id="docker alone without --to"),
    ],
)
def test_versions_that_make_no_sense(
    standin: StandIn, session: Session, bad: str, good: str | None, names: tuple[str, ...], word: str
) -> None:
    before = len(standin.requests)
    with pytest.raises(InputError, match=word):
        roll(session, *names, bad=bad, good=good)
    assert len(standin.requests) == before


@pytest.mark.parametrize("name", ["TAP_REPO_TOKEN", "CHOCO_REPO_TOKEN"])
def test_token_that_is_not_set_stops_all_before_anything(standin: StandIn, session: Session, name: str) -> None:
    assert session
    before = len(standin.requests)
    with pytest.raises(InputError, match=name):
        roll(session_at(standin, without=(name,)), *ALL)
    assert len(standin.requests) == before


@pytest.mark.parametrize("name", ["DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"])
def test_registry_that_wants_a_login_stops_the_image_alone(standin: StandIn, session: Session, name: str) -> None:
    assert session
    outcomes = roll(session_at(standin, without=(name,)), *ALL)
    assert outcomes["docker"].state is State.FAILED
    assert name in (outcomes["docker"].next or "")
    assert outcomes["scoop"].state is State.SERVED


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
    assert "invoke dist.homebrew --version 0.0.2" in (outcome.next or "")


def test_channel_that_never_had_it_is_done_where_good_is_named(standin: StandIn) -> None:
    standin.serve("homebrew", BAD)
    outcomes = roll(session_at(standin), "homebrew", "scoop", good=GOOD)
    assert states(outcomes) == {"homebrew": State.SERVED, "scoop": State.SKIPPED}


def test_one_channel_s_failure_stops_no_other(standin: StandIn, session: Session) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("contents:write")
    outcomes = roll(session, *ALL)
    assert outcomes["homebrew"].state is State.FAILED
    assert "TAP_REPO_TOKEN" in (outcomes["homebrew"].next or "")
    assert {states(outcomes)[name] for name in ("scoop", "docker")} == {State.SERVED}
    standin.token("TAP_REPO_TOKEN").denied.clear()
    again = roll(session, *ALL)
    assert [states(again)[name] for name in ("homebrew", "scoop")] == [State.SERVED, State.SKIPPED]


@pytest.mark.parametrize(
    ("lost", "state"), [pytest.param(2, State.SERVED, id="twice"), pytest.param(3, State.FAILED, id="three times")]
)
def test_lost_races(standin: StandIn, session: Session, lost: int, state: State) -> None:
    repository = standin.repository("homebrew")
    repository.races += [(f"race {n}", {"README.md": f"race {n}\n".encode()}) for n in range(lost)]
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is state
    assert repository.read("README.md") == f"race {lost - 1}\n".encode()
    assert (b"v0.0.1" in (repository.read(FORMULA) or b"")) is (state is State.SERVED)


def test_race_lost_to_another_release_is_not_rolled_over(standin: StandIn, session: Session) -> None:
    standin.publish("0.0.3")
    newer = files_at(standin, "homebrew", "0.0.3")
    standin.repository("homebrew").races.append(("bump", newer))
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.FAILED
    assert held(standin, "homebrew") == newer


def test_protected_branch_waits_in_one_pull_request(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    repository.protect("main")
    first, again = (roll(session, "homebrew")["homebrew"] for _ in range(2))
    assert [first.state, again.state] == [State.PENDING, State.PENDING]
    assert first.run_url == again.run_url
    assert first.serves is not None
    assert first.serves.version == BAD
    branch = "rollback-kekkai-0.0.2-to-0.0.1"
    assert repository.read(FORMULA, branch) == files_at(standin, "homebrew", GOOD)[FORMULA]
    assert len([item for item in standin.world.issues[repository.name] if "head" in item]) == 1


def open_pull(standin: StandIn, session: Session) -> str:
    git(standin, "homebrew", "branch", "bump-kekkai-0.0.2", "main")
    channel = session.settings.channels["homebrew"]
    pull = {"title": "chore: bump kekkai to v0.0.2", "head": "bump-kekkai-0.0.2", "base": "main", "body": ""}
    return str(session.github.create_pull(channel.target, session.token(channel), pull)["html_url"])


@pytest.mark.parametrize("rolled", [False, True], ids=["before the rollback", "after it"])
def test_pull_request_that_would_bring_it_back(standin: StandIn, session: Session, *, rolled: bool) -> None:
    if rolled:
        roll(session, "homebrew")
    page = open_pull(standin, session)
    outcome = roll(session, "homebrew")["homebrew"]
    assert (outcome.state, outcome.run_url) == (State.FAILED, page)
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)


@pytest.mark.parametrize("name", ["homebrew", "docker"])
def test_run_that_would_bring_it_back(make_standin: Callable[..., StandIn], name: str) -> None:
    standin = make_standin(run_delay=0, run_time=60)
    standin.serve(name, BAD)
    session = session_at(standin)
    assert roll(session, name, good=GOOD)[name].state is State.SERVED
    channel = session.settings.channels[name]
    payload = {"client_payload": {"version": BAD, "sha256": "0" * 64}}
    body, parts = {"event_type": channel.event_type, **payload}, ["dispatches"]
    if channel.workflow:
        body, parts = {"ref": "main", "inputs": {"tag": BAD}}, ["actions", "workflows", channel.workflow, "dispatches"]
    url = session.github.url("repos", channel.target, *parts)
    session.github.get(url, session.token(channel), "a dispatch", method="POST", json=body)
    outcome = roll(session, name, good=GOOD)[name]
    assert outcome.state is State.FAILED
    assert outcome.run_url
    assert outcome.run_url in (outcome.reason or "")


def test_skipped_only_if_it_is_known_that_nothing_is_on_its_way(standin: StandIn, session: Session) -> None:
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
    standin.token("TAP_REPO_TOKEN").denied.add("actions:read")
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.UNCONFIRMED
    assert "could not be read" in (outcome.reason or "")


def test_versioned_formulae_stay(standin: StandIn, session: Session) -> None:
    kept = b"class KekkaiAT001 < Formula\nend\n"
    standin.repository("homebrew").commit("keep", {"Formula/kekkai@0.0.1.rb": kept}, 1)
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
    assert standin.repository("homebrew").read("Formula/kekkai@0.0.1.rb") == kept


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("homebrew", ("brew uninstall kekkai && brew install kademoslabs/tap/kekkai",), id="homebrew"),
        pytest.param("scoop", ("scoop update --force kekkai",), id="scoop"),
        pytest.param("docker", ("docker pull ", "kademoslabs/kekkai:latest"), id="docker"),
        pytest.param(
            "choco",
            (
                "/packages/kekkai/0.0.2",
                "choco install kekkai --version 0.0.1 --allow-downgrade",
                "choco pin add --name kekkai --version 0.0.1",
                "Publish 0.0.3",
            ),
            id="choco",
        ),
    ],
)
def test_people_are_told_what_to_do(session: Session, name: str, words: tuple[str, ...]) -> None:
    told = roll(session, name, good=GOOD)[name].next or ""
    assert [word for word in words if word not in told] == []
    assert "gh release edit v0.0.2 --prerelease --repo kademoslabs/kekkai" in told


def test_how_to_mark_the_release_is_said_once(session: Session) -> None:
    told = roll(session, "homebrew", "docker", good=GOOD, dry_run=True)
    assert ["gh release edit" in (one.next or "") for one in told.values()] == [True, False]


def test_release_that_is_not_github_s_latest_needs_no_mark(standin: StandIn, session: Session) -> None:
    standin.release(BAD).prerelease = True
    assert "gh release edit" not in (roll(session, "homebrew")["homebrew"].next or "")


@pytest.mark.parametrize(
    ("status", "state"),
    [("Approved", State.MANUAL), ("Submitted", State.MANUAL), ("Rejected", State.SKIPPED)],
)
def test_chocolatey_is_done_when_the_gallery_lists_it_no_more(
    standin: StandIn, session: Session, status: str, state: State
) -> None:
    assert roll(session, "choco")["choco"].state is State.MANUAL
    standin.feed.push("kekkai", BAD, status)
    assert roll(session, "choco")["choco"].state is state


def test_chocolatey_s_form_of_a_pre_release_is_the_same_version(standin: StandIn) -> None:
    standin.publish("0.0.2-rc.1", prerelease=True)
    for name in ("choco", "docker"):
        standin.serve(name, "0.0.2-rc.1")
        standin.serve(name, BAD)
    outcomes = roll(session_at(standin), "choco", "docker", good="0.0.2-rc.1")
    assert states(outcomes) == {"choco": State.MANUAL, "docker": State.SERVED}
    assert held(standin, "choco") == files_at(standin, "choco", "0.0.2-rc.1")


def test_channel_of_an_unknown_kind_needs_a_person(standin: StandIn, session: Session) -> None:
    winget = {"kind": "dispatch", "target": "kademoslabs/winget", "event_type": "x", "artifact": "wheel", "token": "T"}
    assert session
    outcome = roll(session_at(standin, {"winget": winget}), "winget", good=GOOD)["winget"]
    assert outcome.state is State.MANUAL
    assert "kademoslabs/winget" in (outcome.next or "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script is no git on Windows")
def test_killed_before_the_push_then_run_again(standin: StandIn, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        '#!/bin/sh\nif [ "$1" = push ]; then kill -9 "$PPID"; exit 1; fi\nPATH="${PATH#*:}" exec git "$@"\n'
    )
    (folder / "git").chmod(0o755)
    before = held(standin, "homebrew")
    project = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        "-m",
        "invoke",
        "rollback.homebrew",
        "--version",
        BAD,
        "--yes",
    ]
    environment = {**os.environ, **standin.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
    killed = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert killed.returncode == -9
    assert held(standin, "homebrew") == before
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED
