"""One channel told over real sockets: every kind of answer, and how often it was told for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from release.dispatch.message import message_for
from release.dispatch.tell import BLIND, TOLD_TWICE, Prior, tell
from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rehearsal.records import Run
from release.rehearsal.servers.http import Answer, Request, json_answer
from release.rehearsal.servers.origin import Origin
from tests.http.servers import nobody
from tests.support.clock import clock_of
from tests.support.patient import RETRY, At, open_at, release_of

TARGET = {"homebrew": "kademoslabs/homebrew-tap", "docker": "kademoslabs/kekkai"}
POST = "/dispatches$"
RUNS = "/actions/runs$"


def told(at: At, standin: StandIn, channel: str = "homebrew", prior: Prior | None = None) -> Outcome:
    """Tell one channel about 0.0.2."""
    settings = at.session.settings
    message = message_for(settings.channels[channel], release_of(standin), settings.project)
    return tell(at.session, message, "0.0.2", prior or Prior(), lambda _outcome: None)


def posts(standin: StandIn) -> list[Request]:
    return standin.sent("POST", "/dispatches")


@dataclass(frozen=True)
class Row:
    """An answer, and what must come of it: state, POSTs that went out, dispatches that GitHub accepted."""

    fault: dict[str, Any]
    state: State
    sent: int
    accepted: int
    reason: str = ""
    next: str = ""
    channel: str = "homebrew"
    slept: float = 0.0
    times: int | None = 1


MESSAGE = {"message": "Resource not accessible by personal access token"}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
HTML = {"body": "<html>Sign in to the network</html>", "headers": {"Content-Type": "text/html"}}
ANSWERS = {
    "204": Row({"accept": True, "status": 204}, State.SENT, 1, 1),
    "200-page-for-a-repository": Row({"status": 200, **HTML}, State.FAILED, 1, 0, "answered 200", "proxy", times=None),
    "200-page-for-a-workflow": Row(
        {"status": 200, **HTML}, State.FAILED, 1, 0, "answered 200", "proxy", "docker", times=None
    ),
    "200-json-without-a-run": Row({"status": 200, "json": {"ok": 1}}, State.SENT, 2, 1, "", "", "docker", slept=20),
    "200-run-id-of-another-type": Row(
        {"status": 200, "json": {"workflow_run_id": "7"}}, State.SENT, 2, 1, "", "", "docker", slept=20
    ),
    "202": Row({"status": 202, "json": {}}, State.FAILED, 1, 0, "answered 202"),
    "429-retry-after": Row({"status": 429, "headers": {"Retry-After": "30"}}, State.SENT, 2, 1, slept=30),
    "429-bare": Row({"status": 429}, State.SENT, 2, 1, slept=60),
    "403-retry-after": Row({"status": 403, "headers": {"Retry-After": "45"}}, State.SENT, 2, 1, slept=45),
    "403-secondary": Row({"status": 403, "json": SECONDARY}, State.SENT, 2, 1, slept=60),
    "403-secondary-twice": Row({"status": 403, "json": SECONDARY}, State.SENT, 3, 1, slept=60 + 120, times=2),
    "429-too-long": Row(
        {"status": 429, "headers": {"Retry-After": "3600"}}, State.FAILED, 1, 0, "3600 s", "Try again after 20"
    ),
    "429-for-ever": Row({"status": 429, "headers": {"Retry-After": "1"}}, State.FAILED, 3, 0, "3 attempts", times=None),
    "403-plain": Row({"status": 403, "json": MESSAGE}, State.FAILED, 1, 0, "not accessible", "Contents: write"),
    "403-plain-workflow": Row(
        {"status": 403, "json": MESSAGE}, State.FAILED, 1, 0, "not accessible", "Actions: write", "docker"
    ),
    "403-archived": Row(
        {"status": 403, "json": {"message": "Repository was archived so is read-only."}}, State.FAILED, 1, 0,
        "archived", "the token is not at fault",
    ),
    "401": Row({"status": 401, "json": {"message": "Bad credentials"}}, State.FAILED, 1, 0,
               "Unauthorized: GitHub refused the token in TAP_REPO_TOKEN", "TAP_REPO_TOKEN"),
    "404": Row({"status": 404, "json": {"message": "Not Found"}}, State.FAILED, 1, 0, "404",
               "kademoslabs/homebrew-tap exists"),
    "404-workflow": Row({"status": 404, "json": {"message": "Not Found"}}, State.FAILED, 1, 0, "404",
                        "docker-publish.yml exists", "docker"),
    "422": Row({"status": 422, "json": {"message": "Invalid request."}}, State.FAILED, 1, 0, "Invalid request"),
    "422-ref": Row({"status": 422, "json": {"message": "No ref found for: main"}}, State.FAILED, 1, 0,
                   "No ref found", "channels.docker.ref", "docker"),
    "422-inputs": Row({"status": 422, "json": {"message": 'Unexpected inputs provided: ["tag"]'}}, State.FAILED, 1, 0,
                      "Unexpected inputs", "channels.docker.inputs", "docker"),
    "422-trigger": Row({"status": 422, "json": {"message": "Workflow does not have 'workflow_dispatch' trigger"}},
                       State.FAILED, 1, 0, "workflow_dispatch", "docker-publish.yml", "docker"),
    "410": Row({"status": 410, "json": {"message": "Gone"}}, State.FAILED, 1, 0, "410", "gone"),
    "500-not-accepted": Row({"status": 500}, State.SENT, 2, 1, slept=20),
    "502-not-accepted": Row({"status": 502, "body": "<html>"}, State.SENT, 2, 1, slept=20),
    "503-not-accepted": Row({"status": 503}, State.SENT, 2, 1, slept=20),
    "504-not-accepted": Row({"status": 504}, State.SENT, 2, 1, slept=20),
    "501": Row({"status": 501}, State.SENT, 2, 1, slept=20),
    "599": Row({"status": 599}, State.SENT, 2, 1, slept=20),
    "dropped-not-accepted": Row({"drop": True}, State.SENT, 2, 1, slept=20),
    "502-for-ever": Row({"status": 502}, State.UNCONFIRMED, 3, 0, "may have been told", "/actions", times=None),
    "dropped-for-ever": Row({"drop": True}, State.UNCONFIRMED, 3, 0, "may have been told", "/actions", times=None),
}  # fmt: skip


@pytest.mark.parametrize("row", ANSWERS.values(), ids=ANSWERS.keys())
def test_every_answer_has_its_end(row: Row, standin: StandIn) -> None:
    at = open_at(standin)
    standin.fault("POST", POST, row.times, **row.fault)
    outcome = told(at, standin, row.channel)
    assert outcome.state is row.state, outcome
    assert len(posts(standin)) == outcome.attempts == row.sent
    assert len(standin.dispatches) == row.accepted
    assert row.reason in (outcome.reason or "")
    assert row.next in (outcome.next or "")
    assert sum(at.clock.slept) >= row.slept


def test_a_workflow_names_its_run(standin: StandIn) -> None:
    outcome = told(open_at(standin), standin, "docker")
    assert outcome.state is State.SENT
    assert outcome.run_id == standin.runs[0].id
    assert outcome.run_url == f"{standin.server_url}/kademoslabs/kekkai/actions/runs/{standin.runs[0].id}"


def test_a_workflow_may_also_be_answered_204(standin: StandIn) -> None:
    standin.fault("POST", POST, accept=True, status=204, body=b"")
    outcome = told(open_at(standin), standin, "docker")
    assert (outcome.state, outcome.run_url, len(standin.dispatches)) == (State.SENT, None, 1)


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_without_run_details_is_asked_again_without_them(status: int, standin: StandIn) -> None:
    standin.fault("POST", POST, status=status, json={"message": '"return_run_details" is not a permitted key.'})
    outcome = told(open_at(standin), standin, "docker")
    assert outcome.state is State.SENT
    assert ["return_run_details" in request.json() for request in posts(standin)] == [True, False]
    assert len(standin.dispatches) == 1


def test_an_older_server_is_asked_again_once_only(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin()
    standin.fault("POST", POST, None, status=400, json={"message": "Problems parsing JSON"})
    outcome = told(open_at(standin), standin, "docker")
    assert (outcome.state, len(posts(standin))) == (State.FAILED, 2)


def test_nobody_listens_so_nothing_was_sent_and_it_is_tried_again(standin: StandIn) -> None:
    with nobody() as address:
        at = open_at(standin, variables={"GITHUB_API_URL": f"http://{address}"})
        outcome = told(at, standin)
    assert outcome.state is State.FAILED
    assert "Could not connect" in (outcome.reason or "")
    assert "may have been" not in (outcome.reason or "")
    assert outcome.attempts == len(at.clock.slept) + 1 == 3


def test_primary_limit_waits_until_the_reset(standin: StandIn) -> None:
    at = open_at(standin)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(at.clock.now()) + 100)}
    standin.fault("POST", POST, status=403, json={"message": "API rate limit exceeded"}, headers=headers)
    assert told(at, standin).state is State.SENT
    assert 99 <= sum(at.clock.slept) < 101
    assert any("wait" in line for line in at.said)


def test_the_limit_of_a_token_holds_every_channel_with_it(standin: StandIn) -> None:
    at = open_at(standin, channels={"scoop": {"token": "TAP_REPO_TOKEN"}})
    standin.token("TAP_REPO_TOKEN").repositories.add("kademoslabs/scoop-bucket")
    standin.fault("POST", "/homebrew-tap/dispatches$", None, status=429, headers={"Retry-After": "50"})
    assert told(at, standin).state is State.FAILED
    before = sum(at.clock.slept)
    assert told(at, standin, "scoop").state is State.SENT
    assert sum(at.clock.slept) - before >= 49
    before = sum(at.clock.slept)
    assert told(at, standin, "choco").state is State.SENT
    assert sum(at.clock.slept) == before


@dataclass(frozen=True)
class LostRow:
    """A way to lose the answer to a dispatch that was accepted."""

    fault: dict[str, Any]
    timeout: float = 30.0


LOST = {
    "500": LostRow({"status": 500}), "502": LostRow({"status": 502, "body": "<html>Bad Gateway</html>"}),
    "503": LostRow({"status": 503}), "504": LostRow({"status": 504}),
    "dropped": LostRow({"drop": True}), "read-timeout": LostRow({"delay": 600}, timeout=6),
    "cut-body": LostRow({"status": 502, "body": "x" * 100, "cut": 50}),
}  # fmt: skip


@pytest.mark.parametrize("channel", ["homebrew", "docker"])
@pytest.mark.parametrize("row", LOST.values(), ids=LOST.keys())
def test_accepted_but_lost_is_found_and_not_sent_again(
    row: LostRow, channel: str, make_standin: Callable[..., StandIn]
) -> None:
    standin = make_standin(run_delay=0)
    standin.fault("POST", POST, accept=True, **row.fault)
    outcome = told(open_at(standin, timeout=row.timeout), standin, channel)
    assert outcome.state is State.SENT, outcome
    assert len(posts(standin)) == len(standin.dispatches) == 1
    assert outcome.run_url == f"{standin.server_url}/{TARGET[channel]}/actions/runs/{standin.runs[0].id}"
    assert outcome.run_id == standin.runs[0].id


def test_a_run_of_the_first_attempt_is_found_after_a_later_one(make_standin: Callable[..., StandIn]) -> None:
    """It is shown when the first look for it is over, and before the second attempt's own."""
    standin = make_standin(run_delay=RETRY.lookup + 5)
    standin.fault("POST", POST, 2, accept=True, drop=True)
    outcome = told(open_at(standin), standin)
    assert (outcome.state, outcome.attempts, outcome.run_id) == (State.SENT, 2, standin.runs[0].id)
    assert TOLD_TWICE in (outcome.reason or "")


REFUSED: dict[str, Any] = {"status": 429, "headers": {"Retry-After": "1"}}
NOTES = {
    "told at once": ([], [State.UNCONFIRMED]),
    "refused for now": ([REFUSED], [State.UNCONFIRMED, State.FAILED, State.UNCONFIRMED]),
    "lost, then refused for now": ([{"drop": True}, REFUSED], [State.UNCONFIRMED] * 3),
}


@pytest.mark.parametrize(("faults", "states"), NOTES.values(), ids=NOTES.keys())
def test_what_is_true_if_it_is_interrupted(standin: StandIn, faults: list[dict[str, Any]], states: list[State]) -> None:
    at, noted = open_at(standin), list[Outcome]()
    for fault in faults:
        standin.fault("POST", POST, **fault)
    message = message_for(at.session.settings.channels["homebrew"], release_of(standin), at.session.settings.project)
    assert tell(at.session, message, "0.0.2", Prior(), noted.append).state is State.SENT
    assert [one.state for one in noted] == states
    assert all((one.reason or "").startswith("interrupted") for one in noted)


@pytest.mark.parametrize("skew", [-7200.0, 7200.0], ids=["behind", "ahead"])
@pytest.mark.parametrize("heard", ["before", "only-now"])
def test_a_lost_dispatch_is_found_by_the_clock_of_the_server(
    skew: float, heard: str, make_standin: Callable[..., StandIn]
) -> None:
    standin = make_standin(run_delay=0)
    at = open_at(standin, skew=skew)
    if heard == "before":
        at.session.github.repository(TARGET["homebrew"], None)
    standin.fault("POST", POST, accept=True, drop=True)
    outcome = told(at, standin)
    assert (outcome.state, len(standin.dispatches)) == (State.SENT, 1), outcome
    assert outcome.run_id == standin.runs[0].id


def run_of(standin: StandIn, *, title: str, age: float = -1.0, event: str = "repository_dispatch",
           workflow: str = "receive.yml", target: str = TARGET["homebrew"]) -> Run:  # fmt: skip
    """A run that is to be seen in the target; ``age`` in seconds, -1 is from the near future."""
    made = clock_of(standin).now() - age
    run = Run(standin.world.next_id(), target, workflow, "Receive", title, event, None, {}, made, made, visible=True)
    with standin.world.lock:
        standin.world.runs.append(run)
    return run


@dataclass(frozen=True)
class Verdict:
    """Runs in the target when the answer got lost, and what is made of them."""

    runs: list[dict[str, Any]]
    state: State
    sent: int
    found: int | None = None
    reason: str = ""
    channel: str = "homebrew"
    prior: bool = False


MINE, OTHER = "kekkai 0.0.2", "kekkai 0.0.3"
IMAGE = {"event": "workflow_dispatch", "target": TARGET["docker"]}
RUNS_SEEN = {
    "title-names-it": Verdict([{"title": MINE}], State.SENT, 1, 0),
    "title-names-it-beside-others": Verdict(
        [{"title": "kekkai-release"}, {"title": MINE}, {"title": OTHER}], State.SENT, 1, 1
    ),
    "the-only-new-one": Verdict([{"title": "kekkai-release"}], State.SENT, 1, 0),
    "two-that-could-be-it": Verdict(
        [{"title": "kekkai-release"}] * 2, State.UNCONFIRMED, 1, None, "may have been told: .*2 runs could be the one"
    ),
    "two-that-name-it": Verdict([{"title": MINE}] * 2, State.UNCONFIRMED, 1, None, "2 runs"),
    "of-another-version": Verdict([{"title": OTHER}], State.SENT, 2),
    "of-a-longer-version": Verdict([{"title": "kekkai 0.0.2-rc.1"}], State.SENT, 2),
    "older-than-the-first-attempt": Verdict([{"title": MINE, "age": 60}], State.SENT, 2),
    "there-before": Verdict([{"title": MINE}], State.SENT, 2, prior=True),
    "of-another-event": Verdict([{"title": MINE, "event": "push"}], State.SENT, 2),
    "of-another-repository": Verdict([{"title": MINE, "target": "kademoslabs/scoop-bucket"}], State.SENT, 2),
    "of-another-workflow": Verdict([{"title": MINE, **IMAGE, "workflow": "x.yml"}], State.SENT, 2, channel="docker"),
    "of-a-deaf-workflow": Verdict([{"title": MINE, "workflow": "docs.yml"}], State.SENT, 2),
    "of-the-workflow-that-listens": Verdict(
        [{"title": MINE, "workflow": "docs.yml"}, {"title": "kekkai-release"}], State.SENT, 1, 1
    ),
    "of-the-workflow": Verdict(
        [
            {"title": "Publish", **IMAGE, "workflow": "docker-publish.yml"},
            {"title": MINE, **IMAGE, "workflow": "x.yml"},
        ],
        State.SENT, 1, 0, channel="docker",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", RUNS_SEEN.values(), ids=RUNS_SEEN.keys())
def test_which_run_counts_after_a_lost_answer(row: Verdict, standin: StandIn) -> None:
    at = open_at(standin, retry=replace(RETRY, lookup=2))
    if any(run.get("workflow") == "docs.yml" for run in row.runs):
        deaf = b"on: {repository_dispatch: {types: [kekkai-docs]}}"
        standin.repository(row.channel).commit("Docs", {".github/workflows/docs.yml": deaf}, 1)
    runs = [run_of(standin, **run) for run in row.runs]
    standin.fault("POST", POST, drop=True)
    prior = Prior(frozenset(run.id for run in runs)) if row.prior else Prior()
    outcome = told(at, standin, row.channel, prior)
    assert outcome.state is row.state, outcome
    assert len(posts(standin)) == row.sent
    if row.found is not None:
        assert outcome.run_id == runs[row.found].id
    assert re.search(row.reason, outcome.reason or "")


def test_a_retry_that_is_answered_with_its_own_run_still_says_twice(standin: StandIn) -> None:
    """The first attempt's run may show up later: that the second one's is known says nothing about it."""
    standin.fault("POST", POST, drop=True)
    outcome = told(open_at(standin), standin, "docker")
    assert (outcome.state, outcome.attempts, outcome.run_id) == (State.SENT, 2, standin.runs[0].id)
    assert "may have been told twice" in (outcome.reason or "")


def test_runs_that_cannot_be_read_are_said(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("actions:read")
    standin.fault("POST", POST, accept=True, drop=True)
    at = open_at(standin)
    outcome = told(at, standin)
    assert (outcome.state, len(standin.dispatches)) == (State.SENT, 2)
    assert BLIND in (outcome.reason or "")
    assert sum(at.clock.slept) < RETRY.lookup


def test_runs_that_could_not_be_read_once_are_said_although_they_are_read_later(standin: StandIn) -> None:
    standin.fault("POST", POST, 2, drop=True)
    standin.fault("GET", RUNS, 1, status=403, json={"message": "no"})
    outcome = told(open_at(standin), standin)
    assert (outcome.state, outcome.attempts) == (State.SENT, 3)
    assert BLIND in (outcome.reason or "")


@pytest.mark.parametrize("status", [200, 410, 500], ids=["a page", "gone", "a fault"])
def test_runs_that_cannot_be_read_at_once_are_asked_for_again(
    status: int, make_standin: Callable[..., StandIn]
) -> None:
    standin = make_standin(run_delay=0)
    standin.fault("POST", POST, accept=True, drop=True)
    standin.fault("GET", RUNS, RETRY.attempts, status=status, **HTML)
    outcome = told(open_at(standin), standin)
    assert (outcome.state, outcome.reason, len(standin.dispatches)) == (State.SENT, None, 1)


REFUSED_LATER = {
    "told-to-wait-too-long": {"status": 429, "headers": {"Retry-After": "90000"}},
    "unauthorized": {"status": 401, "json": {"message": "Bad credentials"}},
    "gone": {"status": 404, "json": {"message": "Not Found"}},
    "out-of-tries-by-limit": {"status": 429, "headers": {"Retry-After": "0"}},
}


@pytest.mark.parametrize("later", REFUSED_LATER.values(), ids=REFUSED_LATER.keys())
def test_a_refusal_does_not_undo_that_it_may_have_been_told(later: dict[str, Any], standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("actions:read")
    standin.fault("POST", POST, accept=True, drop=True)
    standin.fault("POST", POST, None, **later)
    outcome = told(open_at(standin), standin)
    assert len(standin.dispatches) == 1
    assert outcome.state is State.UNCONFIRMED
    assert "may have been told" in (outcome.reason or "")
    assert "/actions" in (outcome.next or "")


def test_it_looks_as_long_as_configured_and_no_longer(standin: StandIn) -> None:
    at = open_at(standin, retry=replace(RETRY, attempts=1, lookup=5))
    standin.fault("POST", POST, status=502)
    assert told(at, standin).state is State.UNCONFIRMED
    assert 4.5 < sum(at.clock.slept) < 5.5
    assert len(standin.sent("GET", "/actions/runs")) == 6


class Elsewhere:
    """Another host; it keeps what it is asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.origin = Origin("elsewhere", self.answer)

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return json_answer({})


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_moved_repository_is_not_followed(status: int, standin: StandIn) -> None:
    there = f"{standin.api_url}/repos/kademoslabs/scoop-bucket/dispatches"
    standin.fault("POST", "homebrew-tap/dispatches$", status=status, headers={"Location": there})
    outcome = told(open_at(standin), standin)
    assert (outcome.state, outcome.attempts) == (State.FAILED, 1)
    assert "channels.homebrew.target to kademoslabs/scoop-bucket." in (outcome.next or "")
    assert [r.path for r in standin.requests if "scoop-bucket" in r.path] == []
    assert standin.dispatches == []


def test_a_redirect_to_a_number_is_told_with_the_new_name(standin: StandIn) -> None:
    number = f"{standin.api_url}/repositories/7/dispatches"
    standin.fault("POST", POST, status=301, headers={"Location": number})
    standin.fault("GET", "/homebrew-tap$", json={"full_name": "kademoslabs/homebrew-new"})
    assert "target to kademoslabs/homebrew-new." in (told(open_at(standin), standin).next or "")


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("form", ["absolute", "relative"])
def test_307_and_308_on_the_same_host_are_followed(status: int, form: str, standin: StandIn) -> None:
    start = standin.api_url if form == "absolute" else "/api/v3"
    there = f"{start}/repos/kademoslabs/homebrew-tap/dispatches"
    standin.fault("POST", "homebrew-tap/dispatches$", status=status, headers={"Location": there})
    outcome = told(open_at(standin), standin)
    assert (outcome.state, len(standin.dispatches)) == (State.SENT, 1)
    assert posts(standin)[0].body == posts(standin)[1].body


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_of_a_dispatch_leads_to_another_host(status: int, standin: StandIn) -> None:
    elsewhere = Elsewhere()
    try:
        standin.fault("POST", POST, None, status=status, headers={"Location": f"{elsewhere.origin.url}/dispatches"})
        outcome = told(open_at(standin), standin)
    finally:
        elsewhere.origin.close()
    assert outcome.state is State.FAILED
    assert str(status) in (outcome.reason or "")
    assert elsewhere.requests == []


@pytest.mark.parametrize("where", [{}, {"Location": ""}], ids=["nowhere", "empty"])
def test_a_redirect_to_nowhere_is_asked_once_or_a_few_times_at_most(where: dict[str, str], standin: StandIn) -> None:
    standin.fault("POST", POST, None, status=307, headers=where)
    outcome = told(open_at(standin), standin)
    assert outcome.state is State.FAILED
    assert len(posts(standin)) <= 4


def test_an_interrupt_between_two_tries_knows_whether_it_was_told(standin: StandIn) -> None:
    standin.fault("POST", POST, None, status=429, headers={"Retry-After": "1"})
    at, noted = open_at(standin), list[Outcome]()
    message = message_for(at.session.settings.channels["homebrew"], release_of(standin), at.session.settings.project)
    tell(at.session, message, "0.0.2", Prior(), noted.append)
    assert [outcome.state for outcome in noted[:2]] == [State.UNCONFIRMED, State.FAILED]
    assert "before it was told" in (noted[1].reason or "")


def test_a_token_that_cannot_be_sent_is_refused_by_name(standin: StandIn) -> None:
    for token in ("two\nlines-of-a-token", "t\u00f6ken-\u20ac-0123456789"):
        outcome = told(open_at(standin, variables={"TAP_REPO_TOKEN": token}), standin)
        assert outcome.state is State.FAILED
        assert "cannot be sent" in (outcome.reason or "")
    assert posts(standin) == []


def test_channels_of_one_token_wait_while_they_are_told_at_once(standin: StandIn) -> None:
    """The second begins while the first waits for the limit, and nothing goes out before that is over."""
    seen = list[int]()

    def say(_line: str) -> None:
        seen.append(len(posts(standin)))
        told(at, standin, "scoop")

    at = open_at(standin, say=say, channels={"scoop": {"token": "TAP_REPO_TOKEN"}})
    standin.token("TAP_REPO_TOKEN").repositories.add("kademoslabs/scoop-bucket")
    standin.fault("POST", "homebrew-tap/dispatches$", status=429, headers={"Retry-After": "50"})
    start = at.clock.now()
    told(at, standin)
    assert seen == [1]
    assert [each.repository for each in standin.dispatches] == ["kademoslabs/scoop-bucket", "kademoslabs/homebrew-tap"]
    assert all(each.time - start >= 50 for each in standin.dispatches)
