"""Which version each channel serves, all of them at the same time."""

from typing import Literal

import pytest

from release.channels.verdict import Verdict
from release.commands.dist import distribute
from release.commands.options import Options
from release.commands.status import WRONG, ask_status, outcome, status
from release.records import Artifact, Release, Served, State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Request
from release.session import Session
from release.settings import Channel
from tests.conftest import MakeStandIn
from tests.support.rounds import fewest_rounds
from tests.support.sessions import session_at

ALL = ["homebrew", "docker", "scoop", "choco"]


def known(standin: StandIn, version: str) -> Release:
    """The release as ``release.extract`` would tell it."""
    made = standin.release(version).made
    artifacts = {
        "source": Artifact("source", made.source_url, made.source_sha256),
        "wheel": Artifact("wheel", made.wheel_url, made.wheel_sha256),
    }
    return Release(version, f"v{version}", standin.release(version).prerelease, artifacts)


def states(session: Session, release: Release) -> dict[str, State]:
    return {one.channel: one.state for one in status(session, release, list(session.settings.channels.values()))}


def test_every_channel_in_the_order_given(standin: StandIn) -> None:
    session = session_at(standin)
    before = status(session, known(standin, "0.0.2"), list(session.settings.channels.values()))
    assert [one.channel for one in before] == ALL
    assert {one.state for one in before} == {State.BEHIND}
    assert [one.next for one in before] == [f"invoke dist.{name} --version 0.0.2" for name in ALL]
    for name in ALL:
        standin.serve(name, "0.0.2")
    after = status(session, known(standin, "0.0.2"), list(session.settings.channels.values()))
    assert {one.state for one in after} == {State.SERVED}
    assert {one.next for one in after} == {None}
    digest = standin.registry.digest("kademoslabs/kekkai", "0.0.2")
    same, feed = f"{digest}, `latest` is the same image", "community feed: Approved, automated tests: Passing"
    assert [one.reason for one in after] == [None, same, None, feed]
    assert not WRONG & {one.state for one in after}
    docker = after[1].serves
    assert docker is not None
    assert (docker.digest, docker.latest) == (digest, True)
    assert {request.method for request in standin.requests} == {"GET", "HEAD"}


def test_an_older_version_is_served_where_versions_stand_side_by_side(standin: StandIn) -> None:
    for name in ALL:
        standin.serve(name, "0.0.2")
    found = states(session_at(standin), known(standin, "0.0.1"))
    assert found == dict.fromkeys(ALL, State.BEHIND) | {"docker": State.SERVED}


def test_latest_that_was_not_moved_is_behind(standin: StandIn) -> None:
    standin.registry.push("kademoslabs/kekkai", "0.0.2", latest=False)
    session = session_at(standin)
    (docker,) = status(session, known(standin, "0.0.2"), [session.settings.channels["docker"]])
    assert (docker.state, docker.reason) == (State.BEHIND, "`latest` is another image")
    standin.faults.add(Fault("GET", "/releases/latest", None, status=500))
    (docker,) = status(session, known(standin, "0.0.2"), [session.settings.channels["docker"]])
    assert docker.state is State.UNKNOWN


def test_moderation_is_pending(standin: StandIn) -> None:
    standin.misbehave("choco", "moderation")
    standin.serve("choco", "0.0.2")
    session = session_at(standin)
    (choco,) = status(session, known(standin, "0.0.2"), [session.settings.channels["choco"]])
    assert choco.state is State.PENDING
    assert choco.serves is not None
    assert (choco.serves.pending, "Submitted" in (choco.serves.note or "")) == (True, True)


def test_one_that_cannot_be_read_stops_no_other(standin: StandIn) -> None:
    standin.faults.add(Fault("GET", "/homebrew-tap/", None, drop=True))
    standin.serve("scoop", "0.0.2")
    found = states(session_at(standin), known(standin, "0.0.2"))
    assert (found["homebrew"], found["scoop"]) == (State.UNKNOWN, State.SERVED)


def test_one_round_trip_for_each_source_all_at_once(make_standin: MakeStandIn) -> None:
    """The registry's is three: asked, sent to its login, asked again."""

    def ask(delay: float) -> list[Request]:
        standin = make_standin()
        standin.faults.add(Fault("*", ".", None, delay=delay))
        states(session_at(standin, timeout=60), known(standin, "0.0.2"))
        paths = [request.path for request in standin.requests if "/manifests/" not in request.path]
        assert len(paths) == len(set(paths)) == 7
        return standin.requests

    assert fewest_rounds(ask, 3) == 3


RELEASE = Release("1.0.0-rc.1", "v1.0.0-rc.1", prerelease=True, artifacts={})
BEHIND = Verdict(State.BEHIND, Served("0.9.0"), "serves 0.9.0")


@pytest.mark.parametrize(
    ("prereleases", "state"),
    [("publish", State.BEHIND), ("skip", State.SKIPPED)],
    ids=["published", "not meant for it"],
)
def test_a_pre_release_that_is_not_meant_for_a_channel(prereleases: Literal["publish", "skip"], state: State) -> None:
    channel = Channel("scoop", "scoop", "acme/bucket", "T", prereleases=prereleases)
    assert outcome(RELEASE, channel, BEHIND).state is state


def test_what_to_do_where_a_newer_version_is_served_or_another_checksum() -> None:
    channel = Channel("scoop", "scoop", "acme/bucket", "T")
    assert outcome(RELEASE, channel, Verdict(State.BEHIND, Served("2.0.0"), "serves 2.0.0", newer=True)).next is None
    wrong = outcome(RELEASE, channel, Verdict(State.MISMATCH, Served("1.0.0-rc.1"), "SHA256 mismatch"))
    assert wrong.next == "invoke dist.scoop --version 1.0.0-rc.1 --force"


@pytest.mark.parametrize("version", ["9.9.9", "0.0.2"], ids=["unknown version", "releases cannot be read"])
def test_nothing_is_held_against_a_release_that_is_not_there(standin: StandIn, version: str) -> None:
    if version == "0.0.2":
        standin.fault("GET", "/releases/tags/", times=None, status=403, json={"message": "Forbidden"})
    report = ask_status(session_at(standin), Options("status.scoop", version=version, channel="scoop"))
    (one,) = report.outcomes
    assert (one.state, one.next, report.exit_code) == (State.UNKNOWN, None, 1)
    assert (one.reason or "").startswith("serves 0.0.1; what it should serve is not known: ")
    assert version in (one.reason or "")


def test_a_plan_does_not_call_a_release_of_another_tag_unpublished(standin: StandIn) -> None:
    standin.fault("GET", "/releases/tags/", None, status=200, json={"tag_name": "V0.0.2", "assets": []})
    report = distribute(session_at(standin), Options("dist.all", version="0.0.2", dry_run=True))
    assert ["another tag" in error.wrong for error in report.errors] == [True]
    assert not any("not published yet" in note for note in report.notes)
