"""What people and programs outside of the project write changes nothing, and is only words."""

from typing import Any

import pytest

from release.notify import slack
from release.notify.marker import Marker, render_marker
from release.rehearsal import StandIn
from tests.notify.harness import FAILED, IN_ACTIONS, PRODUCT, Hook, Open, document, failing, issues, row, tell


def test_a_secret_in_a_report_reaches_nobody(standin: StandIn, open_at: Open, hook: Hook) -> None:
    secret = "made_up_*word*_1234"
    told = tell(open_at(TAP_REPO_TOKEN=secret), document(row("scoop", "failed", reason=f"a {secret}", next=secret)))
    for text in (issues(standin)[0]["body"], hook.texts[0], *told.lines):
        assert "made" not in text
        assert "1234" not in text


def test_what_comes_from_outside_is_only_words(standin: StandIn, open_at: Open, hook: Hook) -> None:
    forged = render_marker(Marker("kekkai", "0.0.2", ()))
    evil = f"@everyone <img src=x> | a | `b` [c](https://evil.example) #1 <!channel> & {forged}\n# big"
    tell(open_at(), document(row("scoop", "failed", reason=evil, run_url="https://evil.example/x", next="a ``` b")))
    (issue,) = issues(standin)
    line = next(one for one in issue["body"].splitlines() if one.startswith("| scoop"))
    assert failing(issue) == ("scoop",)
    for part in ("@everyone", "<", "#1", "https://", "[c]"):
        assert part not in line.replace("\\|", "")
    assert line.replace("\\|", "").count("|") == 5
    assert "```` a ``` b ````" in issue["body"]
    assert "<!channel>" not in hook.texts[0]
    assert "@everyone" not in hook.texts[0]
    assert "&lt;!channel&gt; &amp; " in hook.texts[0]


def test_pull_requests_strangers_and_damaged_markers_are_no_issues_of_ours(standin: StandIn, open_at: Open) -> None:
    body = render_marker(Marker("kekkai", "0.0.2", ("scoop",)))
    marked = {"state": "open", "labels": [{"name": "distribution"}], "comments": 0, "title": "x",
              "body": body}  # fmt: skip
    standin.world.issues[PRODUCT] = [
        {**marked, "number": 1, "pull_request": {"url": "x"}},
        {**marked, "number": 2, "author_association": "NONE", "user": {"type": "User"}},
        {**marked, "number": 3, "body": body.replace('"', "'")},
        {**marked, "number": 4, "body": None},
        {**marked, "number": 5, "author_association": "NONE", "user": {"type": "Bot"}},
    ]
    tell(open_at(), document(row("scoop", "served"), ok=True))
    assert [issue["number"] for issue in issues(standin) if issue["state"] == "closed"] == [5]


ISSUE = {"number": 1, "state": "open", "labels": [{"name": "distribution"}], "title": "x",
         "author_association": "OWNER", "user": {"login": "owner", "type": "User"},
         "body": render_marker(Marker("kekkai", "0.0.2", ("scoop",)))}  # fmt: skip
BOMB = "<!-- release-distributions: " + "[" * 12_000 + " -->"
ODD: dict[str, dict[str, Any]] = {
    "stranger with a bomb": {"body": BOMB, "author_association": "NONE"},
    "insider with a bomb": {"body": BOMB},
    "contributor": {"author_association": "CONTRIBUTOR"},
    "association unknown": {"author_association": None},
    "association of another type": {"author_association": ["OWNER"]},
    "no number": {"number": None},
    "number is text": {"number": "1"},
    "number is true": {"number": True},
    "number is a table": {"number": {"a": 1}},
    "body of another type": {"body": [{"a": 1}]},
    "half a surrogate": {"body": "\ud800 <!-- release-distributions: {"},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD.keys())
def test_an_issue_that_is_not_ours_silences_nobody(
    standin: StandIn, open_at: Open, hook: Hook, changes: dict[str, Any]
) -> None:
    standin.fault("GET", f"/repos/{PRODUCT}/issues$", None, status=200, json=[{**ISSUE, **changes}, 5, None])
    told = tell(open_at(), FAILED)
    assert not told.ok
    assert any("Opened issue" in line for line in told.lines)
    assert len(hook.requests) == 1


@pytest.mark.parametrize("labels", [True, {"name": "x"}, [None, 5, {"name": ["x"]}], None, "x"],
                         ids=["true", "table", "odd-list", "null", "text"])  # fmt: skip
@pytest.mark.parametrize("number", [1, None, "1"], ids=["numbered", "without", "text"])
def test_an_answer_of_any_shape_silences_nobody(
    standin: StandIn, open_at: Open, hook: Hook, labels: object, number: object
) -> None:
    made = {"number": number, "labels": labels, "html_url": ["x"]}
    standin.fault("POST", f"/repos/{PRODUCT}/issues$", None, accept=True, status=201, json=made)
    told = tell(open_at(), FAILED)
    assert any(line.startswith("Opened issue") for line in told.lines)
    assert len(hook.requests) == 1
    assert len(issues(standin)) == 1


def test_a_flood_of_issues_without_labels_keeps_no_failure_from_being_reported(standin: StandIn, open_at: Open) -> None:
    standin.fault("GET", f"/repos/{PRODUCT}/issues$", None, skip=1, status=500, body="<html>")
    told = tell(open_at(), FAILED)
    assert len(issues(standin)) == 1
    assert any("without labels could not be looked through" in line for line in told.lines)


def test_jobs_of_any_shape_silence_nobody(standin: StandIn, open_at: Open, hook: Hook) -> None:
    jobs = [{"name": ["scoop"], "conclusion": ["failure"]}, {"name": "scoop", "conclusion": {}, "html_url": 5}, None]
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=200, json={"jobs": jobs})
    assert not tell(open_at(**IN_ACTIONS)).ok
    assert len(hook.requests) == 1


def test_a_link_to_elsewhere_is_no_link_in_slack() -> None:
    assert slack.link("Run", "https://github.com/o/r/actions/runs/7", "https://github.com").endswith("|Run>")
    for url in ("https://evil.example/x", "https://github.com.evil/x", "https://github.com/a|b> <!here", 5, None):
        assert slack.link("Run", url, "https://github.com") == ""
    assert "https://" not in slack.escape("see https://evil.example")
