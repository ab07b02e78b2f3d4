"""What is left to people after a rollback, and when nothing is."""

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, GOOD, roll
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]


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


def test_channel_of_an_unknown_kind_needs_a_person(standin: StandIn, session: Session) -> None:
    winget = {"kind": "dispatch", "target": "kademoslabs/winget", "event_type": "x", "artifact": "wheel", "token": "T"}
    assert session
    outcome = roll(session_at(standin, {"winget": winget}), "winget", good=GOOD)["winget"]
    assert outcome.state is State.MANUAL
    assert "kademoslabs/winget" in (outcome.next or "")
