"""What people and programs outside of the project write changes nothing, and is only words."""

from release.notify.marker import Marker, render_marker
from release.rehearsal import StandIn
from tests.notify.harness import PRODUCT, Hook, Open, document, failing, issues, row, tell


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
