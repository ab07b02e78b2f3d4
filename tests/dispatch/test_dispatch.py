"""Many channels at once: what each is told, which are not told, and that none depends on another."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from release.commands.dist import distribute
from release.commands.options import Options
from release.dispatch.ahead import Ahead, look_ahead
from release.dispatch.dispatch import Order, dispatch
from release.dispatch.message import message_for, render_message
from release.errors import ServiceError
from release.http.workers import Workers
from release.records import Outcome, Release, State
from release.rehearsal import StandIn
from release.rehearsal.records import Run
from release.rehearsal.servers.http import Request
from tests.support.clock import clock_of
from tests.support.patient import RETRY, At, open_at, release_of
from tests.support.rounds import Together, fewest_rounds

POST = "/dispatches$"
ALL = ("homebrew", "docker", "scoop", "choco")


def sent(at: At, **options: Any) -> dict[str, Outcome]:  # noqa: ANN401 - fields of Options
    """``dist.all --version 0.0.2`` as a function."""
    report = distribute(at.session, Options(**{"task": "dist.all", "version": "0.0.2", **options}))
    assert list(report.errors) == []
    return {outcome.channel: outcome for outcome in report.outcomes}


def states(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {name: str(outcome.state) for name, outcome in outcomes.items()}


def told(standin: StandIn) -> list[str]:
    """The repositories that accepted a dispatch, in order of their names."""
    return sorted(each.repository.removeprefix("kademoslabs/") for each in standin.dispatches)


def posts(standin: StandIn) -> list[Request]:
    return standin.sent("POST", "/dispatches")


def test_every_channel_gets_exactly_its_own_payload(standin: StandIn) -> None:
    outcomes = sent(open_at(standin))
    made = standin.release("0.0.2").made
    source = {"version": "0.0.2", "sha256": made.source_sha256}
    wheel = {"version": "0.0.2", "sha256": made.wheel_sha256}
    assert states(outcomes) == dict.fromkeys(ALL, "sent")
    assert {each.repository: (each.event, each.name, each.payload) for each in standin.dispatches} == {
        "kademoslabs/homebrew-tap": ("repository_dispatch", "kekkai-release", source),
        "kademoslabs/scoop-bucket": ("repository_dispatch", "kekkai-release", wheel),
        "kademoslabs/chocolatey-packages": ("repository_dispatch", "kekkai-release", wheel),
        "kademoslabs/kekkai": ("workflow_dispatch", "docker-publish.yml", {"tag": "0.0.2"}),
    }
    assert made.source_sha256 != made.wheel_sha256
    assert len(standin.dispatches) == 4


def test_the_bodies_on_the_wire_hold_nothing_else(standin: StandIn) -> None:
    sent(open_at(standin))
    bodies = {request.path.split("/")[5]: request.json() for request in posts(standin)}
    assert {tuple(sorted(bodies[name])) for name in ("homebrew-tap", "scoop-bucket", "chocolatey-packages")} == {
        ("client_payload", "event_type")
    }
    assert bodies["kekkai"] == {"ref": "main", "inputs": {"tag": "0.0.2"}, "return_run_details": True}


def test_every_channel_uses_its_own_token(standin: StandIn) -> None:
    sent(open_at(standin))
    tokens = {each.repository.removeprefix("kademoslabs/"): each.token for each in standin.dispatches}
    assert tokens == {"homebrew-tap": "TAP_REPO_TOKEN", "scoop-bucket": "SCOOP_REPO_TOKEN",
                      "chocolatey-packages": "CHOCO_REPO_TOKEN", "kekkai": "GITHUB_TOKEN"}  # fmt: skip


FAULTS = ("unauthorized", "forbidden", "server-error")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("channel", ALL)
def test_one_that_fails_stops_no_other(channel: str, fault: str, standin: StandIn) -> None:
    standin.misbehave(channel, fault)
    outcomes = sent(open_at(standin, retry=replace(RETRY, attempts=2, lookup=1)))
    expected = "unconfirmed" if fault == "server-error" else "failed"
    assert states(outcomes) == {**dict.fromkeys(ALL, "sent"), channel: expected}
    assert len(standin.dispatches) == 3


def test_one_that_breaks_our_own_code_stops_no_other(standin: StandIn) -> None:
    """A fault of ours in one channel (its record lacks what a dispatch needs) is reported as that channel's."""
    at = open_at(standin)
    channels = list(at.session.settings.channels.values())
    broken: Any = None
    channels[2] = replace(channels[2], target=broken)
    outcomes = dispatch(at.session, release_of(standin), channels, None, Order())
    assert [str(outcome.state) for outcome in outcomes] == ["sent", "sent", "failed", "sent"]
    assert "unexpected" in (outcomes[2].reason or "")


def test_served_is_skipped_and_only_what_is_missing_is_sent(standin: StandIn) -> None:
    standin.misbehave("scoop", "unauthorized")
    first = sent(open_at(standin))
    clock_of(standin).sleep(60)
    standin.faults.clear()
    second = sent(open_at(standin))
    assert states(first) == {**dict.fromkeys(ALL, "sent"), "scoop": "failed"}
    assert states(second) == {**dict.fromkeys(ALL, "skipped"), "scoop": "sent"}
    assert second["homebrew"].reason == "already serves 0.0.2"
    assert second["homebrew"].serves is not None
    assert told(standin) == ["chocolatey-packages", "homebrew-tap", "kekkai", "scoop-bucket"]


def test_pending_stays_pending(standin: StandIn) -> None:
    standin.misbehave("choco", "moderation")
    standin.serve("choco", "0.0.2")
    outcomes = sent(open_at(standin))
    assert states(outcomes) == {**dict.fromkeys(ALL, "sent"), "choco": "pending"}
    assert "chocolatey-packages" not in told(standin)


def serving_newer(standin: StandIn) -> None:
    standin.publish("0.1.0")
    for channel in ALL:
        standin.serve(channel, "0.1.0")


def test_an_older_line_does_not_overwrite_a_newer_one(standin: StandIn) -> None:
    serving_newer(standin)
    outcomes = sent(open_at(standin))
    assert states(outcomes) == {"homebrew": "skipped", "docker": "sent", "scoop": "skipped", "choco": "skipped"}
    assert outcomes["choco"].reason == "serves 0.1.0, which is newer"
    assert outcomes["scoop"].reason == "serves 0.1.0, which is newer"


def test_a_downgrade_is_sent_where_it_is_allowed(standin: StandIn) -> None:
    serving_newer(standin)
    assert states(sent(open_at(standin), allow_downgrade=True)) == dict.fromkeys(ALL, "sent")


def test_force_sends_whatever_is_served_or_pending(standin: StandIn) -> None:
    standin.misbehave("choco", "moderation")
    for channel in ALL:
        standin.serve(channel, "0.0.2")
    assert states(sent(open_at(standin), force=True)) == dict.fromkeys(ALL, "sent")
    assert len(standin.dispatches) == 4
    assert standin.sent("GET", "/contents/") == []


def test_a_wrong_checksum_is_told_again(standin: StandIn) -> None:
    standin.misbehave("homebrew", "wrong-checksum")
    standin.serve("homebrew", "0.0.2")
    assert sent(open_at(standin))["homebrew"].state is State.SENT


def running(standin: StandIn, title: str, status: str = "in_progress", workflow: str = "receive.yml") -> Run:
    now = clock_of(standin).now()
    run = Run(standin.world.next_id(), "kademoslabs/homebrew-tap", workflow, "Receive", title,
              "repository_dispatch", None, {}, now, now, visible=True, status=status)  # fmt: skip
    with standin.world.lock:
        standin.world.runs.append(run)
    return run


def test_a_run_under_way_is_joined(standin: StandIn) -> None:
    run = running(standin, "kekkai 0.0.2")
    outcomes = sent(open_at(standin))
    assert states(outcomes) == {**dict.fromkeys(ALL, "sent"), "homebrew": "running"}
    assert outcomes["homebrew"].run_id == run.id
    assert (outcomes["homebrew"].run_url or "").endswith(f"/homebrew-tap/actions/runs/{run.id}")
    assert "homebrew-tap" not in told(standin)


OTHER_RUNS = {
    "over": ("kekkai 0.0.2", "completed"),
    "of-another-version": ("kekkai 0.0.3", "in_progress"),
    "of-another-product": ("other 0.0.2", "in_progress"),
    "of-no-name": ("kekkai-release", "queued"),
}


@pytest.mark.parametrize(("title", "status"), OTHER_RUNS.values(), ids=OTHER_RUNS.keys())
def test_another_run_is_not_joined(title: str, status: str, standin: StandIn) -> None:
    running(standin, title, status)
    assert sent(open_at(standin))["homebrew"].state is State.SENT


DEAF = b"on: {repository_dispatch: {types: [kekkai-docs]}}"
WORKFLOWS: dict[str, tuple[dict[str, bytes], State]] = {
    "of-a-deaf-workflow": ({"docs.yml": DEAF}, State.SENT),
    "of-one-that-hears-all": ({"docs.yml": b"on: repository_dispatch"}, State.RUNNING),
    "of-one-that-is-no-yaml": ({"docs.yml": b"{"}, State.RUNNING),
    "of-one-that-is-gone": ({}, State.RUNNING),
}


@pytest.mark.parametrize(("files", "state"), WORKFLOWS.values(), ids=WORKFLOWS.keys())
def test_a_run_is_joined_unless_its_workflow_is_known_to_be_deaf(
    files: dict[str, bytes], state: State, standin: StandIn
) -> None:
    standin.repository("homebrew").commit("Docs", {f".github/workflows/{n}": b for n, b in files.items()}, 1)
    run = running(standin, "kekkai 0.0.2", workflow="docs.yml")
    outcome = sent(open_at(standin), only=("homebrew",))["homebrew"]
    assert (outcome.state, outcome.run_id == run.id) == (state, state is State.RUNNING)


def test_nothing_is_asked_of_workflows_where_no_run_is_under_way(standin: StandIn) -> None:
    running(standin, "kekkai 0.0.2", "completed")
    running(standin, "kekkai 0.0.1")
    sent(open_at(standin))
    assert [
        request.path for request in standin.requests if "/workflows" in request.path and request.method == "GET"
    ] == []


UNREADABLE = {
    "contents-refused": ("GET", "/contents/", {"status": 403, "json": {"message": "no"}}),
    "contents-html": ("GET", "/contents/", {"status": 200, "body": "<html>"}),
    "contents-gone": ("GET", "/contents/", {"status": 404}),
    "runs-refused": ("GET", "/actions/runs", {"status": 403, "json": {"message": "no"}}),
    "runs-html": ("GET", "/actions/runs", {"status": 200, "body": "<html>"}),
    "runs-of-another-shape": ("GET", "/actions/runs", {"status": 200, "json": {"workflow_runs": "none"}}),
    "registry-broken": ("*", "/v2/", {"status": 500}),
    "registry-dropped": ("*", "/v2/", {"drop": True}),
    "feed-gone": ("GET", "Packages", {"status": 410}),
    "feed-html": ("GET", "Packages", {"status": 200, "body": "<html>"}),
}


@pytest.mark.parametrize(("method", "path", "how"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_stops_nothing(method: str, path: str, how: dict[str, Any], standin: StandIn) -> None:
    standin.fault(method, path, None, **how)
    assert states(sent(open_at(standin, retry=replace(RETRY, attempts=2)))) == dict.fromkeys(ALL, "sent")
    assert len(standin.dispatches) == 4


def test_reads_that_are_not_there_in_time_are_not_waited_for(standin: StandIn) -> None:
    """The deadline is a value of the reads; here it is close."""
    standin.fault("GET", "/contents/|/actions/runs$", None, delay=600)
    standin.fault("*", "/v2/|Packages", None, delay=600)
    at = open_at(standin)
    channels = list(at.session.settings.channels.values())
    ahead = look_ahead(at.session, channels, "0.0.2")
    ahead = replace(ahead, until=time.monotonic() + 0.1)
    outcomes = dispatch(at.session, release_of(standin), channels, ahead, Order())
    assert [read.done() for read in ahead.readings.values()] == [False] * 4
    assert [read.done() for read in ahead.runs.values()] == [False] * 4
    assert [outcome.state for outcome in outcomes] == [State.SENT] * 4


def test_reads_end_five_seconds_after_they_began(standin: StandIn) -> None:
    at = open_at(standin)
    before = time.monotonic()
    ahead: Ahead = look_ahead(at.session, [], "0.0.2")
    assert before <= ahead.until - 5 <= time.monotonic()


WINGET = {"kind": "dispatch", "target": "kademoslabs/winget-pkgs", "event_type": "new-version", "artifact": "wheel",
          "token": "WINGET_TOKEN"}  # fmt: skip
WINGET_TOKEN = {"WINGET_TOKEN": "made-up-winget-4b1d0c"}


@pytest.fixture
def five(make_standin: Callable[..., StandIn]) -> StandIn:
    """A stand-in with a fifth target."""
    standin = make_standin()
    standin.world.tokens[WINGET_TOKEN["WINGET_TOKEN"]] = replace(
        standin.token("TAP_REPO_TOKEN"), name="WINGET_TOKEN", value=WINGET_TOKEN["WINGET_TOKEN"], repositories=set()
    )
    standin.add_repository("kademoslabs/winget-pkgs", {}, "WINGET_TOKEN")
    return standin


@pytest.mark.parametrize("only", [(), ("winget",)], ids=["all", "only"])
def test_a_fifth_channel_is_configuration_alone(only: Sequence[str], five: StandIn) -> None:
    at = open_at(five, channels={"winget": WINGET}, variables=WINGET_TOKEN)
    outcomes = sent(at, only=only)
    assert states(outcomes) == dict.fromkeys(only or (*ALL, "winget"), "sent")
    mine = [each for each in five.dispatches if each.repository == "kademoslabs/winget-pkgs"]
    assert [(each.name, each.payload) for each in mine] == [
        ("new-version", {"version": "0.0.2", "sha256": five.release("0.0.2").made.wheel_sha256})
    ]


def test_pre_releases_stay_out_of_a_channel_that_skips_them(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(version="0.1.0-rc.1")
    outcomes = sent(open_at(standin, channels={"homebrew": {"prereleases": "skip"}}), version="0.1.0-rc.1")
    assert states(outcomes)["homebrew"] == "skipped"
    assert states(outcomes)["scoop"] == "sent"
    assert "pre-releases" in (outcomes["homebrew"].reason or "")


CHOICES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "only": ({"only": ["scoop"]}, {"scoop"}), "only-two": ({"only": ["scoop", "docker"]}, {"scoop", "docker"}),
    "skip": ({"skip": ["scoop"]}, {"homebrew", "docker", "choco"}),
    "only-and-skip": ({"only": ["scoop", "docker"], "skip": ["docker"]}, {"scoop"}),
    "one-channel's-task": ({"channel": "choco"}, {"choco"}),
}  # fmt: skip


@pytest.mark.parametrize(("options", "chosen"), CHOICES.values(), ids=CHOICES.keys())
def test_only_the_chosen_channels_are_told(options: dict[str, Any], chosen: set[str], standin: StandIn) -> None:
    assert set(sent(open_at(standin), **options)) == chosen
    assert len(standin.dispatches) == len(chosen)


def test_a_dry_run_sends_nothing_and_shows_the_same_plan(standin: StandIn) -> None:
    at = open_at(standin)
    report = distribute(at.session, Options("dist.all", version="0.0.2", dry_run=True))
    assert [str(outcome.state) for outcome in report.outcomes] == ["planned"] * 4
    assert standin.sent("POST") == []
    planned = {each["channel"]: each["body"] for each in report.extra["plan"]}
    sent(open_at(standin))
    names = {"homebrew-tap": "homebrew", "scoop-bucket": "scoop", "chocolatey-packages": "choco", "kekkai": "docker"}
    wire = {names[request.path.split("/")[5]]: request.json() for request in posts(standin)}
    wire["docker"].pop("return_run_details")
    assert wire == planned


def test_a_plan_is_one_line_each_and_says_where_a_checksum_is_unknown(standin: StandIn) -> None:
    settings = open_at(standin).session.settings
    unknown = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={})
    line = render_message(message_for(settings.channels["scoop"], unknown, settings.project))
    assert line.startswith("POST /repos/kademoslabs/scoop-bucket/dispatches {")
    assert '"sha256": "unknown"' in line
    assert "\n" not in line


INPUTS = {
    "{version}": "0.0.2",
    "{tag}": "v0.0.2",
    "{name}-{version}": "kekkai-0.0.2",
    '{"a": "{tag}"}': '{"a": "v0.0.2"}',
    "x": "x",
}


@pytest.mark.parametrize(("template", "value"), INPUTS.items(), ids=INPUTS.keys())
def test_inputs_are_filled_in_once(template: str, value: str, standin: StandIn) -> None:
    settings = open_at(standin, channels={"docker": {"inputs": {"it": template}}}).session.settings
    message = message_for(settings.channels["docker"], release_of(standin), settings.project)
    assert message.body["inputs"] == {"it": value}


def many(standin: StandIn, count: int) -> dict[str, dict[str, Any] | None]:
    """So many channels of kind ``dispatch``, in place of the four."""
    made: dict[str, dict[str, Any] | None] = dict.fromkeys(ALL)
    for number in range(count):
        standin.add_repository(f"kademoslabs/target-{number}", {}, "TAP_REPO_TOKEN")
        made[f"c{number}"] = {"kind": "dispatch", "target": f"kademoslabs/target-{number}", "artifact": "wheel",
                              "event_type": "new", "token": "TAP_REPO_TOKEN"}  # fmt: skip
    return made


@pytest.mark.parametrize("limit", [4, 16])
def test_64_channels_keep_to_the_limit_and_use_all_of_it(limit: int, standin: StandIn) -> None:
    """Nobody is answered before as many ask as may: with fewer at once than that it would come to nothing."""
    at = open_at(standin, channels=many(standin, 64), concurrency=limit, timeout=90)
    channels = list(at.session.settings.channels.values())
    together = Together("POST", POST, None, size=limit)
    standin.faults.add(together)
    threads = threading.active_count()
    outcomes = dispatch(at.session, release_of(standin), channels, None, Order())
    assert {outcome.state for outcome in outcomes} == {State.SENT}
    assert [outcome.channel for outcome in outcomes] == [channel.name for channel in channels]
    assert len(standin.dispatches) == len(posts(standin)) == together.hits == 64
    assert together.most == limit
    assert threading.active_count() - threads <= 3 * limit


@pytest.mark.parametrize("count", [0, 8], ids=["four", "twelve"])
def test_three_answers_of_github_one_after_the_other_are_enough(
    count: int, make_standin: Callable[..., StandIn]
) -> None:
    def ask(delay: float) -> list[Request]:
        standin = make_standin()
        more = {name: keys for name, keys in many(standin, count).items() if keys}
        standin.fault("*", ".", None, origin="github", delay=delay)
        outcomes = sent(open_at(standin, channels=more, timeout=60))
        assert {outcome.state for outcome in outcomes.values()} == {State.SENT}
        return [request for request in standin.requests if request.origin == "github"]

    assert fewest_rounds(ask, 3) == 3


def test_more_than_a_minute_allows_is_said_beforehand(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(run_delay=0, run_time=0)
    at = open_at(standin, channels=many(standin, 81))
    channels = list(at.session.settings.channels.values())
    outcomes = dispatch(at.session, release_of(standin), channels, None, Order())
    assert {outcome.state for outcome in outcomes} == {State.SENT}
    assert "81 dispatches keep within GitHub's limits: this takes at least 1 min." in at.said
    assert 59 < sum(at.clock.slept) < 65


def test_an_interrupt_leaves_out_what_was_not_told(standin: StandIn) -> None:
    at = open_at(standin)
    at.session.stop.set()
    channels = list(at.session.settings.channels.values())
    outcomes = dispatch(at.session, release_of(standin), channels, None, Order())
    assert {(outcome.state, outcome.reason) for outcome in outcomes} == {
        (State.FAILED, "interrupted before it was told")
    }
    assert standin.dispatches == []


def test_a_crew_hands_back_results_and_errors_with_few_threads() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ServiceError("three", "Use another number.")
        return number * number

    before = threading.active_count()
    with Workers(2) as workers:
        futures = [workers.submit(work, number) for number in range(20)]
        assert threading.active_count() - before <= 2
        assert [future.exception() is None for future in futures] == [number != 3 for number in range(20)]
        assert futures[4].result() == 16
