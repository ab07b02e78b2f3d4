"""What was done and is not seen, or not seen well, is never called done."""

from typing import Any

import pytest

from release.records import State
from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import BAD, FORMULA, GOOD, IMAGE, files_at, git, held, roll

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]
PUSH, LOOK = r"homebrew-tap\.git/git-receive-pack", r"homebrew-tap\.git/info/refs"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        pytest.param("old", "pushed, not seen yet: serves 0.0.2", id="still the bad one"),
        pytest.param("broken", "pushed, not seen yet", id="unreadable"),
    ],
)
def test_rollback_that_was_pushed_and_is_not_seen(standin: StandIn, session: Session, fault: str, word: str) -> None:
    path = f"/contents/{FORMULA}"
    if fault == "old":
        standin.fault("GET", path, times=None, body=files_at(standin, "homebrew", BAD)[FORMULA])
    else:
        standin.fault("GET", path, times=None, status=500)
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.UNCONFIRMED
    assert word in (outcome.reason or "")
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)


def test_rollback_that_is_seen_a_little_later_is_served(standin: StandIn, session: Session) -> None:
    standin.fault("GET", f"/contents/{FORMULA}", body=files_at(standin, "homebrew", BAD)[FORMULA])
    assert roll(session, "homebrew")["homebrew"].state is State.SERVED


ARCHIVE, RELEASE = r"/v0\.0\.1\.tar\.gz$", r"/releases/tags/v0\.0\.1$"


@pytest.mark.parametrize(
    ("path", "fault", "state", "word"),
    [
        pytest.param(ARCHIVE, {"origin": "codeload", "status": 404}, State.UNCONFIRMED,
                     "cannot be compared: what it should be is not known", id="a download that is not to be had"),
        pytest.param(ARCHIVE, {"origin": "codeload", "corrupt": True}, State.FAILED, "SHA256 mismatch",
                     id="a download of another checksum"),
        pytest.param(RELEASE, {"status": 500}, State.UNCONFIRMED, "its checksums were not compared: ",
                     id="a release that cannot be read"),
        pytest.param(RELEASE, {"status": 404}, None, "GitHub has no release of 0.0.1", id="no release"),
    ],
)  # fmt: skip
def test_what_the_good_version_downloads_is_compared(
    standin: StandIn, session: Session, path: str, fault: dict[str, Any], state: State | None, word: str
) -> None:
    """After the push, and where there was nothing to push."""
    standin.fault("GET", path, times=None, **fault)
    for otherwise in (State.SERVED, State.SKIPPED):
        outcome = roll(session, "homebrew")["homebrew"]
        assert (outcome.state, word in (outcome.reason or "")) == (state or otherwise, True)
        assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)


@pytest.mark.parametrize("arrives", [True, False], ids=["it arrived", "it did not"])
def test_push_whose_answer_is_lost_before_the_network_is(standin: StandIn, session: Session, *, arrives: bool) -> None:
    before = standin.repository("homebrew").resolve("main")
    standin.fault("POST", PUSH, times=None, accept=arrives, drop=True)
    standin.fault("GET", LOOK, skip=2, times=None, status=500)
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.UNCONFIRMED
    assert "may have been pushed" in (outcome.reason or "")
    assert (standin.repository("homebrew").resolve("main") == before) is not arrives


def test_push_that_did_not_arrive_is_failed(standin: StandIn, session: Session) -> None:
    standin.fault("POST", PUSH, times=None, drop=True)
    outcome = roll(session, "homebrew")["homebrew"]
    assert outcome.state is State.FAILED
    assert held(standin, "homebrew") == files_at(standin, "homebrew", BAD)


def test_push_whose_answer_is_lost_and_that_others_followed(standin: StandIn, session: Session) -> None:
    """Our commit is there, and no longer the newest: the next look at the head finds it done."""
    repository, sent = standin.repository("homebrew"), standin.fault("POST", PUSH, accept=True, drop=True)
    hook = repository.path / "hooks" / "post-update"
    who = " ".join(f"GIT_{role}_NAME=a GIT_{role}_EMAIL=a@b" for role in ("AUTHOR", "COMMITTER"))
    later = 'git commit-tree -p main -m later "main^{tree}"'
    hook.write_text(f'#!/bin/sh\ngit update-ref refs/heads/main "$({who} {later})"\n')
    hook.chmod(0o755)
    outcome = roll(session, "homebrew")["homebrew"]
    assert (sent.hits, outcome.state) == (1, State.SKIPPED)
    assert git(standin, "homebrew", "log", "-1", "--format=%s", "main") == "later"
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD)


def test_gallery_that_cannot_be_read_leaves_it_to_people(standin: StandIn, session: Session) -> None:
    assert roll(session, "choco")["choco"].state is State.MANUAL
    standin.fault("GET", "/Packages", times=None, origin="feed", status=503)
    outcome = roll(session, "choco")["choco"]
    assert outcome.state is State.MANUAL
    assert "whether 0.0.2 is listed could not be read" in (outcome.reason or "")


@pytest.mark.parametrize(
    ("skip", "state", "word"),
    [
        pytest.param(0, State.FAILED, "503", id="before it is moved"),
        pytest.param(1, State.UNCONFIRMED, "may have been moved to sha256:", id="after it was moved"),
    ],
)
def test_latest_that_cannot_be_read(standin: StandIn, session: Session, skip: int, state: State, word: str) -> None:
    standin.fault("HEAD", "/manifests/latest", skip=skip, times=None, status=503)
    outcome = roll(session, "docker", good=GOOD)["docker"]
    assert outcome.state is state
    assert word in (outcome.reason or "")
    moved = standin.registry.digest(IMAGE, "latest") == standin.registry.digest(IMAGE, GOOD)
    assert moved is (state is State.UNCONFIRMED)


def test_image_without_latest_is_not_given_one(standin: StandIn, session: Session) -> None:
    del standin.registry.images[IMAGE]["latest"]
    outcome = roll(session, "docker", good=GOOD)["docker"]
    assert outcome.state is State.FAILED
    assert "there is no such tag" in (outcome.reason or "")
    assert standin.registry.digest(IMAGE, "latest") is None
