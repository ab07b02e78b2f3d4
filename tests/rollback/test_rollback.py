"""Every channel serves the last good version again, and what stops it before anything is done."""

import pytest

from release.errors import InputError
from release.metadata.artifacts import find
from release.metadata.hashing import no_progress
from release.records import State
from release.rehearsal import StandIn
from release.rollback.rollback import plan_rollback
from release.session import Session
from release.update.update import update
from tests.rollback.scene import ALL, BAD, GIT, GOOD, IMAGE, files_at, git, held, roll, states
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


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
        pytest.param(BAD, None, ("docker",), "No other channel tells", id="docker alone without --to"),
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


def test_chocolatey_s_form_of_a_pre_release_is_the_same_version(standin: StandIn) -> None:
    standin.publish("0.0.2-rc.1", prerelease=True)
    for name in ("choco", "docker"):
        standin.serve(name, "0.0.2-rc.1")
        standin.serve(name, BAD)
    outcomes = roll(session_at(standin), "choco", "docker", good="0.0.2-rc.1")
    assert states(outcomes) == {"choco": State.MANUAL, "docker": State.SERVED}
    assert held(standin, "choco") == files_at(standin, "choco", "0.0.2-rc.1")
