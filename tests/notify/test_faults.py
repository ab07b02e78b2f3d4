"""An answer that is lost, odd or a refusal costs no result, doubles no issue and silences nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.notify.harness import FAILED, PRODUCT, Hook, Open, comments, document, issues, row, tell

ISSUES = f"/repos/{PRODUCT}/issues$"
COMMENTS = f"/repos/{PRODUCT}/issues/1/comments$"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"accept": True, "drop": True}, id="accepted-and-lost"),
        pytest.param({"accept": True, "status": 502, "body": "<html>"}, id="accepted-and-502"),
        *(
            pytest.param({"accept": True, "status": code, "body": "<html>"}, id=f"accepted-and-{code}")
            for code in (408, 507, 520, 524, 599, 201)
        ),
        pytest.param({"drop": True}, id="lost-before"),
        pytest.param({"status": 503}, id="503"),
        pytest.param({"status": 429, "headers": {"retry-after": "0"}}, id="429"),
    ],
)
def test_an_answer_that_is_lost_doubles_nothing(standin: StandIn, open_at: Open, fault: dict[str, Any]) -> None:
    standin.fault("POST", ISSUES, **fault)
    tell(open_at(), FAILED)
    assert len(issues(standin)) == 1
    standin.fault("POST", COMMENTS, **fault)
    tell(open_at(), FAILED)
    assert len(issues(standin)) == 1
    assert len(comments(standin, 1)) == 1


def no_issues(standin: StandIn) -> None:
    standin.repository("docker").issues = False


def no_permission(standin: StandIn) -> None:
    standin.token("GITHUB_TOKEN").denied.add("issues:write")


def no_server(standin: StandIn) -> None:
    standin.fault("*", "/issues", None, status=500, body="<html>")


def odd_answer(standin: StandIn) -> None:
    standin.fault("*", "/issues", None, status=200, body="<html>hello</html>")


def odd_created(standin: StandIn) -> None:
    standin.fault("POST", "/issues", None, status=201, json=[1])


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        pytest.param(no_issues, "410", id="issues-disabled"),
        pytest.param(no_permission, "issues=write", id="permission-missing"),
        pytest.param(no_server, "500", id="server-error"),
        pytest.param(odd_answer, "not JSON", id="html"),
        pytest.param(odd_created, "another shape", id="odd-json"),
    ],
)
def test_without_an_issue_slack_is_told_and_the_result_stays(
    standin: StandIn, open_at: Open, hook: Hook, bend: Callable[[StandIn], None], said: str
) -> None:
    bend(standin)
    told = tell(open_at(), FAILED)
    assert not told.ok
    assert any("could not be kept up" in line and said in line for line in told.lines)
    assert len(hook.requests) == 1


def test_a_failing_notification_leaves_a_good_result_good(standin: StandIn, open_at: Open) -> None:
    no_issues(standin)
    assert tell(open_at(), document(row("scoop", "served"), ok=True)).ok


def test_without_a_token_it_is_said(standin: StandIn, open_at: Open, hook: Hook) -> None:
    told = tell(open_at(GITHUB_TOKEN=None), FAILED)
    assert any("GITHUB_TOKEN" in line for line in told.lines)
    assert (issues(standin), len(hook.requests)) == ([], 1)


@pytest.mark.parametrize("status", [403, 500])
def test_labels_refused_cost_no_issue(standin: StandIn, open_at: Open, status: int) -> None:
    standin.fault("POST", "/labels$", None, status=status, json={"message": "no"})
    told = tell(open_at(), FAILED)
    assert len(issues(standin)) == 1
    assert any("Labels" in line and str(status) in line for line in told.lines)


def test_labels_dropped_in_silence_are_asked_for_again(standin: StandIn, open_at: Open) -> None:
    made = {"number": 1, "html_url": "x", "labels": []}
    standin.fault("POST", ISSUES, accept=True, status=201, json=made)
    told = tell(open_at(), FAILED)
    assert len(standin.sent("POST", "/issues/1/labels")) == 1
    assert any("goes without its labels" in line for line in told.lines)


def test_labels_that_exist_are_not_made_again(standin: StandIn, open_at: Open) -> None:
    standin.world.labels[PRODUCT] = ["distribution", "automation"]
    tell(open_at(), FAILED)
    assert [request.json()["name"] for request in standin.sent("POST", f"{PRODUCT}/labels")] == ["ci-failure"]


def test_an_issue_that_lost_its_labels_is_found_all_the_same(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    issues(standin)[0]["labels"] = []
    tell(open_at(), document(row("scoop", "served"), ok=True))
    assert [issue["state"] for issue in issues(standin)] == ["closed"]


def test_the_issue_is_found_on_a_later_page(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    other = {"state": "open", "labels": [{"name": "distribution"}], "body": "", "comments": 0}
    standin.world.issues[PRODUCT] += [{**other, "number": n} for n in range(2, 232)]
    tell(open_at(), document(row("scoop", "served"), ok=True))
    assert issues(standin)[0]["state"] == "closed"


def test_what_may_be_there_is_said(standin: StandIn, open_at: Open, hook: Hook) -> None:
    standin.fault("POST", ISSUES, None, drop=True)
    told = tell(open_at(), FAILED)
    assert any("it may be there all the same" in line for line in told.lines)
    assert len(hook.requests) == 1


def test_what_cannot_be_looked_up_is_not_asked_for_again(standin: StandIn, open_at: Open) -> None:
    standin.fault("GET", ISSUES, None, skip=2, status=500, body="<html>")
    standin.fault("POST", ISSUES, accept=True, drop=True)
    told = tell(open_at(), FAILED)
    assert (len(issues(standin)), len(standin.sent("POST", "/issues"))) == (1, 1)
    assert any("could not be looked up" in line for line in told.lines)
