"""What comes at the same moment or is on its way: other pushes, pull requests and runs."""

from collections.abc import Callable

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, FORMULA, GOOD, files_at, git, held, roll
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


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
