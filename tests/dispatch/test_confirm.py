"""Every way in which a channel that was told can end, with real dispatches at the stand-in."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from release.channels.choco.kind import Choco
from release.dispatch.ahead import look_ahead
from release.dispatch.confirm import Pace, confirm
from release.dispatch.dispatch import Order, dispatch
from release.github.calls import MOST_KEPT
from release.http.clock import steady
from release.records import Artifact, Outcome, Release, State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.session import Session
from tests.conftest import MakeStandIn
from tests.support.clock import clock_of
from tests.support.releases import channel_files
from tests.support.sessions import session_at

ALL = ["homebrew", "docker", "scoop", "choco"]
VERSION = "0.0.2"
RECEIVE = ".github/workflows/receive.yml"


def known(standin: StandIn, version: str = VERSION) -> Release:
    made = standin.release(version).made
    artifacts = {
        "source": Artifact("source", made.source_url, made.source_sha256),
        "wheel": Artifact("wheel", made.wheel_url, made.wheel_sha256),
    }
    return Release(version, f"v{version}", standin.release(version).prerelease, artifacts)


def send(session: Session, release: Release, names: list[str]) -> list[Outcome]:
    return dispatch(session, release, [session.settings.channels[name] for name in names], None, Order())


def follow(
    session: Session,
    release: Release,
    told: list[Outcome],
    seconds: float,
    **more: Any,  # noqa: ANN401 - handed on
) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes, and every change on the way."""
    changes: list[Outcome] = []
    end = session.transport.clock() + seconds
    return confirm(session, release, told, end, changes.append, **more), changes


def run(standin: StandIn, name: str, seconds: float, **more: Any) -> tuple[Outcome, list[Outcome]]:  # noqa: ANN401 - handed on
    session, release = session_at(standin), known(standin)
    (outcome,), changes = follow(session, release, send(session, release, [name]), seconds, **more)
    return outcome, changes


def test_channel_that_serves_is_served_although_no_run_is_ever_shown(standin: StandIn) -> None:
    standin.fault("GET", "/actions/runs", None, status=200, json={"workflow_runs": []})
    outcome, _ = run(standin, "homebrew", 60)
    assert (outcome.state, outcome.run_url) == (State.SERVED, None)


def test_what_may_have_been_told_is_followed_too(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    (sent,) = send(session, release, ["scoop"])
    unsure = replace(sent, state=State.UNCONFIRMED, reason="may have been told: no answer", run_id=None)
    (outcome,), _ = follow(session, release, [unsure], 60)
    assert outcome.state is State.SERVED


def test_what_may_have_been_told_and_was_not_seen_says_both(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    wrong = "may have been told: no answer"
    unsure = Outcome("scoop", State.UNCONFIRMED, "x/y", VERSION, reason=wrong, next="Look there.")
    (outcome,), _ = follow(session, release, [unsure], 0.2)
    assert (outcome.state, outcome.next) == (State.UNCONFIRMED, "Look there.")
    assert (outcome.reason or "").startswith(f"{wrong}; not in time: no run of repository_dispatch appeared")


def test_all_channels_until_they_serve(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    outcomes, changes = follow(session, release, send(session, release, ALL), 60)
    assert [(one.channel, one.state) for one in outcomes] == [(name, State.SERVED) for name in ALL]
    for one in outcomes:
        assert one.serves is not None
        assert one.serves.version == VERSION
        assert (one.run_url or "").startswith(standin.server_url)
        assert one.next is None
    assert {one.state for one in changes} == {State.RUNNING, State.SERVED}
    seen = [(one.channel, one.state, one.reason, one.run_url) for one in changes]
    assert len(seen) == len(set(seen))


BAD_RUNS = [
    pytest.param("run-failed", "its run failed", id="failed"),
    pytest.param("run-cancelled", "its run was cancelled", id="cancelled"),
    pytest.param("run-timeout", "its run timed out", id="timed out"),
]


@pytest.mark.parametrize("channel", ["homebrew", "docker"])
@pytest.mark.parametrize(("kind", "reason"), BAD_RUNS)
def test_a_run_that_ends_badly(standin: StandIn, channel: str, kind: str, reason: str) -> None:
    standin.misbehave(channel, kind)
    outcome, _ = run(standin, channel, 60)
    assert (outcome.state, outcome.reason) == (State.FAILED, reason)
    assert f"/actions/runs/{standin.runs[0].id}" in (outcome.run_url or "")
    assert f"invoke dist.{channel} --version {VERSION}" in (outcome.next or "")


def test_a_run_that_waits_for_approval_needs_a_person(standin: StandIn) -> None:
    standin.misbehave("scoop", "needs-approval")
    outcome, changes = run(standin, "scoop", 60)
    assert (outcome.state, outcome.next) == (State.MANUAL, f"Approve the run: {outcome.run_url}")
    assert "waits for somebody's approval" in (outcome.reason or "")
    assert State.RUNNING in {one.state for one in changes}


WAITS = {"before it starts": ("waiting", None), "by status": ("action_required", None),
         "by conclusion": ("completed", "action_required")}  # fmt: skip


@pytest.mark.parametrize(("status", "conclusion"), WAITS.values(), ids=WAITS.keys())
def test_every_way_to_say_that_a_run_waits_for_approval(standin: StandIn, status: str, conclusion: str | None) -> None:
    page = f"{standin.server_url}/kademoslabs/scoop-bucket/actions/runs/7"
    shown = {"id": 7, "display_title": f"kekkai {VERSION}", "status": status, "conclusion": conclusion,
             "html_url": page}  # fmt: skip
    standin.fault("GET", "/actions/runs$", None, status=200, json={"workflow_runs": [shown]})
    standin.fault("GET", "/actions/runs/7$", None, status=200, json=shown)
    outcome, _ = run(standin, "scoop", 60)
    assert (outcome.state, outcome.next) == (State.MANUAL, f"Approve the run: {page}")


def test_a_run_that_is_approved_in_time_goes_on(standin: StandIn) -> None:
    standin.misbehave("scoop", "needs-approval")
    session, release = session_at(standin), known(standin)
    told = send(session, release, ["scoop"])

    def approve(outcome: Outcome) -> None:
        if "approval" in (outcome.reason or ""):
            (waiting,) = standin.runs
            standin.serve("scoop", VERSION)
            clock_of(standin).sleep(10)  # the stand-in is done with it
            waiting.status, waiting.conclusion = "completed", "success"

    end = session.transport.clock() + 60
    (outcome,) = confirm(session, release, told, end, approve)
    assert outcome.state is State.SERVED


def test_a_run_that_never_ends(standin: StandIn) -> None:
    standin.misbehave("homebrew", "stuck")
    outcome, _ = run(standin, "homebrew", 60)
    assert (outcome.state, outcome.reason) == (State.UNCONFIRMED, "not in time: its run is in progress")
    assert outcome.run_url
    assert outcome.next == f"invoke status.homebrew --version {VERSION}"


def test_no_receiver_listens(standin: StandIn) -> None:
    standin.misbehave("homebrew", "no-receiver")
    clock = clock_of(standin)
    started = clock.now()
    outcome, _ = run(standin, "homebrew", 60)
    assert clock.now() - started < 20
    assert outcome.state is State.UNCONFIRMED
    assert (outcome.reason or "").startswith("no receiver listens to kekkai-release (")
    assert "receive.yml listens to repository_dispatch (not-kekkai-release)" in (outcome.reason or "")
    assert outcome.next == "invoke doctor --only homebrew"


def test_a_receiver_that_was_disabled(standin: StandIn) -> None:
    standin.repository("scoop").disabled_workflows["receive.yml"] = "disabled_inactivity"
    outcome, _ = run(standin, "scoop", 60)
    assert (outcome.state, "disabled_inactivity" in (outcome.reason or "")) == (State.UNCONFIRMED, True)


def test_a_run_that_does_not_appear_in_time(make_standin: MakeStandIn) -> None:
    outcome, _ = run(make_standin(run_delay=90), "choco", 60)
    assert outcome.state is State.UNCONFIRMED
    assert "no run of repository_dispatch appeared in kademoslabs/chocolatey-packages" in (outcome.reason or "")


def test_a_run_that_succeeds_and_changes_nothing(standin: StandIn) -> None:
    standin.misbehave("homebrew", "stale")
    outcome, changes = run(standin, "homebrew", 60)
    assert outcome.state is State.UNCONFIRMED
    assert outcome.reason == "not in time: its run succeeded, but the channel does not serve it: serves 0.0.1"
    assert outcome.serves is not None
    assert outcome.serves.version == "0.0.1"
    assert any("its run succeeded" in (one.reason or "") for one in changes[:-1])


def test_another_checksum_is_a_failure_that_names_both(standin: StandIn) -> None:
    standin.misbehave("scoop", "wrong-checksum")
    outcome, _ = run(standin, "scoop", 60)
    assert (outcome.state, outcome.next) == (State.FAILED, f"invoke dist.scoop --version {VERSION} --force")
    assert (outcome.reason or "").startswith("SHA256 mismatch")
    assert standin.release(VERSION).made.wheel_sha256 in (outcome.reason or "")


OLD_COPIES = {"with another checksum": ["wrong"], "of a newer version": ["0.0.3"],
              "twice, and not one after the other": ["wrong", "0.0.1", "0.0.3"]}  # fmt: skip


@pytest.mark.parametrize("copies", OLD_COPIES.values(), ids=OLD_COPIES.keys())
def test_what_may_be_an_old_copy_does_not_count_at_once(standin: StandIn, copies: list[str]) -> None:
    """A cache's copies of the bucket's file come after the run succeeded, each once."""
    made = [standin.release(VERSION).made, standin.release("0.0.1").made, standin.publish("0.0.3").made]
    ((path, right),) = channel_files("scoop", made[0]).items()
    held = {one.version: channel_files("scoop", one)[path] for one in made}
    held["wrong"] = right.replace(made[0].wheel_sha256.encode(), b"0" * 64)
    faults = [standin.fault("GET", f"/contents/{path}", body=held[copy]) for copy in copies]
    outcome, _ = run(standin, "scoop", 60)
    assert [one.hits for one in faults] == [1] * len(copies)
    assert (outcome.state, outcome.reason) == (State.SERVED, None)


def test_moderation_is_pending_at_once(standin: StandIn) -> None:
    standin.misbehave("choco", "moderation")
    clock = clock_of(standin)
    started = clock.now()
    outcome, _ = run(standin, "choco", 60)
    assert clock.now() - started < 20
    assert (outcome.state, "in moderation" in (outcome.reason or "")) == (State.PENDING, True)


def test_a_version_that_review_turned_down(standin: StandIn) -> None:
    def reject(channel: str, payload: dict[str, Any]) -> bool:
        done = standin.receivers.directly(channel, payload)
        standin.feed.push("kekkai", VERSION, "Rejected")
        return done

    standin.world.receiver = reject
    outcome, _ = run(standin, "choco", 60)
    assert (outcome.state, "rejected" in (outcome.reason or "")) == (State.FAILED, True)


def test_a_feed_that_cannot_be_read_is_not_confirmed(standin: StandIn) -> None:
    standin.faults.add(Fault("GET", "/Packages", None, origin="feed", status=429))
    outcome, _ = run(standin, "choco", 60)
    assert outcome.state is State.UNCONFIRMED
    assert "answered 429" in (outcome.reason or "")


def anonymous(standin: StandIn, channel: str) -> None:
    """The receiver's runs carry neither product nor version in their titles."""
    repository = standin.repository(channel)
    lines = (repository.read(RECEIVE) or b"").splitlines(keepends=True)
    unnamed = b"".join(line for line in lines if not line.startswith(b"run-name"))
    repository.commit("No run-name", {RECEIVE: unnamed}, int(clock_of(standin).now()))


def test_two_releases_at_once_are_told_apart_by_their_titles(standin: StandIn) -> None:
    standin.publish("0.0.3")
    session, old, new = session_at(standin), known(standin), known(standin, "0.0.3")
    standin.world.receiver = lambda channel, payload: (
        payload["version"] == "0.0.3" and standin.receivers.directly(channel, payload)
    )
    told = [send(session, release, ["homebrew"])[0] for release in (old, new)]
    (first,), _ = follow(session, old, told[:1], 60)
    (second,), _ = follow(session, new, told[1:], 60)
    assert (first.state, second.state) == (State.FAILED, State.SERVED)
    assert first.run_url != second.run_url


def test_without_titles_it_says_that_it_is_ambiguous(standin: StandIn) -> None:
    anonymous(standin, "homebrew")
    standin.misbehave("homebrew", "stale")
    standin.publish("0.0.3")
    session, old, new = session_at(standin), known(standin), known(standin, "0.0.3")
    told = [send(session, release, ["homebrew"])[0] for release in (old, new)]
    (outcome,), _ = follow(session, old, told[:1], 60)
    assert outcome.state is State.UNCONFIRMED
    assert "ambiguous" in (outcome.reason or "")
    assert all(f"/actions/runs/{one.id}" in (outcome.reason or "") for one in standin.runs)


def test_what_is_served_decides_where_the_run_is_ambiguous(standin: StandIn) -> None:
    anonymous(standin, "scoop")
    session, release = session_at(standin), known(standin)
    told = [send(session, release, ["scoop"])[0] for _ in range(2)]
    (outcome,), _ = follow(session, release, told[:1], 60)
    assert outcome.state is State.SERVED


def test_two_runs_of_the_version_are_said_although_it_is_served(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    told = [send(session, release, ["scoop"])[0] for _ in range(2)]
    (outcome,), _ = follow(session, release, told[:1], 60)
    assert outcome.state is State.SERVED
    assert (outcome.reason or "").startswith("2 runs are of it, it may have been told twice")
    assert all(f"/actions/runs/{one.id}" in (outcome.reason or "") for one in standin.runs)


def test_runs_that_this_token_may_not_read_leave_the_channel_itself(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("actions:read")
    outcome, _ = run(standin, "homebrew", 60)
    assert (outcome.state, outcome.reason, outcome.run_url) == (State.SERVED, None, None)


def test_a_newer_release_that_came_after(standin: StandIn) -> None:
    standin.publish("0.0.3")

    def overtaken(channel: str, _payload: dict[str, Any]) -> bool:
        return standin.receivers.directly(channel, {"version": "0.0.3"})

    standin.world.receiver = overtaken
    outcome, _ = run(standin, "homebrew", 60)
    assert (outcome.state, outcome.reason) == (State.SKIPPED, "serves 0.0.3, which is newer")
    outcome, _ = run(standin, "homebrew", 60, allow_downgrade=True)
    assert outcome.state is State.UNCONFIRMED


def without_a_source(standin: StandIn) -> Session:
    """With a channel ``winget``, of which nothing says what it serves."""
    workflow = standin.repository("homebrew").read(RECEIVE) or b""
    standin.add_repository("acme/winget", {".github/workflows/winget.yml": workflow}, "TAP_REPO_TOKEN")
    standin.world.channels["acme/winget", "repository_dispatch"] = "winget"
    extra = {"kind": "dispatch", "target": "acme/winget", "event_type": "kekkai-release", "artifact": "wheel",
             "token": "TAP_REPO_TOKEN"}  # fmt: skip
    return session_at(standin, {"winget": extra})


@pytest.mark.parametrize(("fails", "state"), [(False, State.SENT), (True, State.FAILED)], ids=["success", "failure"])
def test_a_channel_without_a_source_has_its_run_only(standin: StandIn, fails: bool, state: State) -> None:  # noqa: FBT001 - a row of the table
    session, release = without_a_source(standin), known(standin)
    standin.world.receiver = lambda _channel, _payload: not fails
    (outcome,), _ = follow(session, release, send(session, release, ["winget"]), 60)
    assert outcome.state is state
    assert outcome.run_url
    assert outcome.serves is None


def test_a_run_that_succeeded_long_ago_is_not_waited_for(standin: StandIn) -> None:
    session, release = without_a_source(standin), known(standin)
    standin.world.receiver = lambda _channel, _payload: True
    follow(session, release, send(session, release, ["winget"]), 60)
    session.transport.sleep(3600)
    winget, started = [session.settings.channels["winget"]], session.transport.clock()
    again = dispatch(session, release, winget, look_ahead(session, winget, VERSION), Order())
    assert follow(session, release, again, 1800) == (again, [])
    assert (again[0].state, session.transport.clock() - started < 60) == (State.SENT, True)


def test_others_are_left_as_they_are_and_in_their_places(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    (sent,) = send(session, release, ["scoop"])
    before = Outcome("homebrew", State.SKIPPED, "x/y", VERSION, reason="already serves 0.0.2")
    after = Outcome("docker", State.FAILED, "x/y", VERSION, reason="Unauthorized")
    outcomes, _ = follow(session, release, [before, sent, after], 60)
    assert (outcomes[0], outcomes[2]) == (before, after)
    assert outcomes[1].state is State.SERVED


def test_a_run_that_was_joined_is_followed(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    (sent,) = send(session, release, ["homebrew"])
    joined = replace(sent, state=State.RUNNING, run_id=standin.runs[0].id, reason="joined", since=None)
    (outcome,), _ = follow(session, release, [joined], 60)
    assert (outcome.state, outcome.reason) == (State.SERVED, "joined")


def test_errors_on_the_way_pass(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    told = send(session, release, ["homebrew"])
    standin.faults.add(Fault("GET", "/actions/runs", 5, status=502, body="<html>"))
    standin.faults.add(Fault("GET", "/contents/", 3, drop=True))
    (outcome,), _ = follow(session, release, told, 60)
    assert outcome.state is State.SERVED


def test_what_did_not_change_is_asked_for_conditionally(make_standin: MakeStandIn) -> None:
    standin = make_standin(run_time=30.0)
    outcome, _ = run(standin, "homebrew", 60)
    assert outcome.state is State.SERVED
    asked = [r for r in standin.requests if r.path.endswith(f"/actions/runs/{standin.runs[0].id}")]
    assert len(asked) >= 2
    assert all("if-none-match" in request.headers for request in asked[1:])


def test_a_run_among_very_many_reads_is_asked_for_conditionally_too(make_standin: MakeStandIn) -> None:
    standin = make_standin(run_time=30.0)
    session, release = session_at(standin), known(standin)

    def crowd(_outcome: Outcome) -> None:
        for number in range(MOST_KEPT + 1):
            answer = session.github.ask("GET", session.github.url("repos", "kademoslabs/kekkai", n=str(number)), None)
            assert (answer.status, "ETag" in answer.headers) == (200, True)

    told, end = send(session, release, ["homebrew"]), session.transport.clock() + 60
    (outcome,) = confirm(session, release, told, end, crowd)
    assert outcome.state is State.SERVED
    asked = [r for r in standin.requests if r.path.endswith(f"/actions/runs/{standin.runs[0].id}")]
    assert len(asked) >= 2
    assert all("if-none-match" in request.headers for request in asked[1:])


def test_it_asks_ever_more_seldom(standin: StandIn) -> None:
    standin.misbehave("homebrew", "stuck")
    run(standin, "homebrew", 60)
    looks = [r for r in standin.requests if "/actions/runs" in r.path]
    assert 5 < len(looks) < 14  # every second would be 60


@pytest.mark.parametrize("sharing", [1, 4, 50, 64])
def test_many_channels_on_one_token_stay_within_githubs_limits(sharing: int) -> None:
    """900 points a minute and 5,000 requests an hour, two requests for each look."""
    pauses = Pace(1.0, sharing).pauses()
    looks, now = [1.0], 1.0
    while now < 3600:
        now += next(pauses)
        looks.append(now)
    assert 2 * sharing * len([at for at in looks if at < 60]) < 900
    assert 2 * sharing * len(looks) < 5000
    assert looks[1] - looks[0] <= 13


def test_the_feed_is_asked_in_minutes() -> None:
    pauses = Pace(1.0).pauses(Choco.longest_pause)
    assert [round(next(pauses), 2) for _ in range(3)] == [1, 1.5, 2.25]
    assert list(islice(pauses, 60))[-1] == 120


def test_when_the_time_is_up_the_channel_itself_is_read_once_more(standin: StandIn) -> None:
    standin.fault("GET", "/actions/runs", None, status=200, json={"workflow_runs": []})
    session, release = session_at(standin), known(standin)
    told = send(session, release, ["homebrew"])
    standin.serve("homebrew", VERSION)
    (outcome,), changes = follow(session, release, told, 2)
    assert all("no run of" in (one.reason or "") for one in changes[:-1])
    assert outcome.state is State.SERVED


@pytest.mark.parametrize("jump", [3600.0, -3600.0], ids=["forwards", "backwards"])
def test_a_clock_that_is_set_in_the_middle_neither_ends_nor_prolongs_it(standin: StandIn, jump: float) -> None:
    standin.misbehave("homebrew", "stuck")
    session, release, passing, off = session_at(standin), known(standin), clock_of(standin), [0.0]
    session.transport.clock = steady(lambda: passing.now() + off[0], passing.now)
    told = send(session, release, ["homebrew"])
    begun = passing.now()
    confirm(session, release, told, session.transport.clock() + 60, lambda _outcome: off.__setitem__(0, jump))
    assert off == [jump]
    assert passing.now() - begun == pytest.approx(60)


@pytest.mark.parametrize(
    ("kind", "state"), [("stuck", State.RUNNING), ("run-failed", State.FAILED)], ids=["under way", "over"]
)
def test_an_interrupt_ends_it_with_what_is_known(standin: StandIn, kind: str, state: State) -> None:
    standin.misbehave("homebrew", kind)
    session, release = session_at(standin), known(standin)
    told = send(session, release, ["homebrew"])
    end = session.transport.clock() + 60

    def interrupt(outcome: Outcome) -> None:
        if outcome.run_url and outcome.state is state:
            session.stop.set()

    (outcome,) = confirm(session, release, told, end, interrupt)
    assert session.transport.clock() < end
    assert outcome.state is state
    assert outcome.run_url


def test_a_request_that_hangs_ends_with_the_time(standin: StandIn) -> None:
    session, release = session_at(standin), known(standin)
    told = send(session, release, ["homebrew"])
    standin.faults.add(Fault("GET", "/actions/runs", None, delay=600))
    (outcome,), _ = follow(session, release, told, 0.2, grace=0.1)
    assert outcome.state is State.UNCONFIRMED
    assert (outcome.reason or "").startswith("not in time")
    assert outcome.next == "invoke status.homebrew --version 0.0.2"


def test_a_run_that_is_not_shown_at_once_is_followed_all_the_same(standin: StandIn) -> None:
    standin.misbehave("docker", "run-failed")
    standin.fault("GET", r"/actions/runs/\d+$", times=2, status=404, json={"message": "Not Found"})
    outcome, changes = run(standin, "docker", 60)
    assert "404" in (changes[0].reason or "")
    assert (outcome.state, outcome.reason) == (State.FAILED, "its run failed")


def test_a_run_that_is_never_shown_leaves_the_channel_itself(standin: StandIn) -> None:
    standin.fault("GET", r"/actions/runs/\d+$", times=None, status=404, json={"message": "Not Found"})
    outcome, _ = run(standin, "docker", 60)
    assert (outcome.state, outcome.reason) == (State.SERVED, None)
