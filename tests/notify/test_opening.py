"""What an issue says, and for which version there is one, over real sockets."""

from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.notify.harness import FAILED, PRODUCT, RUN, SHA, Hook, Open, comments, document, failing, issues, row, tell


def test_a_failure_opens_one_issue_with_everything_needed(standin: StandIn, open_at: Open, hook: Hook) -> None:
    told = tell(open_at(), FAILED)
    (issue,) = issues(standin)
    assert not told.ok
    assert issue["title"] == "Distribution update failed for v0.0.2"
    assert [label["name"] for label in issue["labels"]] == ["distribution", "automation", "ci-failure"]
    for part in (
        f"{standin.server_url}{RUN}",
        "| scoop | failed | the run failed |",
        "| homebrew | served |",
        "invoke dist.scoop --version 0.0.2\n",
        f"invoke update.scoop --version 0.0.2 --sha256 {SHA}\n",
        f"gh workflow run trigger-distributions.yml --repo {PRODUCT} --field version=0.0.2 --field dry_run=false\n",
    ):
        assert part in issue["body"]
    assert "dist.homebrew" not in issue["body"]
    assert failing(issue) == ("scoop",)
    assert "v0.0.2" in hook.texts[0]
    assert "scoop: failed the run failed" in hook.texts[0]
    assert any(issue["html_url"] in line for line in told.lines)
    assert standin.world.errors == []


def test_the_second_failure_comments_and_adds_to_the_marker(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    tell(open_at(), document(row("choco", "unconfirmed", reason="no run was seen")))
    (issue,) = issues(standin)
    assert failing(issue) == ("scoop", "choco")
    (comment,) = comments(standin, 1)
    assert "invoke dist.choco --version 0.0.2" in comment
    assert "no run was seen" in comment


def test_another_version_has_an_issue_of_its_own(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    tell(open_at(), document({**row("scoop", "failed"), "version": "0.0.3"}), version="0.0.3")
    assert [issue["title"][-6:] for issue in issues(standin)] == ["v0.0.2", "v0.0.3"]


def test_a_success_without_an_issue_says_nothing_to_anybody(standin: StandIn, open_at: Open, hook: Hook) -> None:
    told = tell(open_at(), document(row("scoop", "served"), ok=True))
    assert (told.ok, issues(standin), hook.requests) == (True, [], [])
    assert standin.sent("POST") == []


@pytest.mark.parametrize(
    ("documents", "dry_run"),
    [((FAILED,), True), ((document(row("scoop", "planned"), row("choco", "failed")),), False)],
    ids=["told-so", "report-of-a-dry-run"],
)
def test_a_dry_run_touches_nothing(
    standin: StandIn, open_at: Open, hook: Hook, documents: tuple[dict[str, Any], ...], *, dry_run: bool
) -> None:
    assert not tell(open_at(), *documents, dry_run=dry_run).ok
    assert (standin.requests, hook.requests) == ([], [])


def test_the_checksum_comes_from_the_release_where_the_channel_states_none(standin: StandIn, open_at: Open) -> None:
    release = {"version": "0.0.2", "artifacts": {"wheel": {"sha256": SHA.upper()}, "source": {"sha256": "0"}, "x": 1}}
    extracted = {"schema": 1, "task": "release.extract", "ok": True, "channels": [], "release": release}
    tell(open_at(), extracted, version=None, expected=["scoop", "homebrew"])
    assert f"invoke update.scoop --version 0.0.2 --sha256 {SHA}\n" in issues(standin)[0]["body"]
    assert "invoke update.homebrew --version 0.0.2\n" in issues(standin)[0]["body"]


@pytest.mark.parametrize(
    ("version", "title"),
    [
        pytest.param("v0.0.2", "v0.0.2", id="with-v"),
        pytest.param("0.0", "0.0", id="too-short"),
        pytest.param("@team `x` [l](u) <b>\n::error::", "team-x-l-u-b-error", id="hostile"),
        pytest.param("\N{RIGHT-TO-LEFT OVERRIDE}evil", "evil", id="control"),
        pytest.param("x" * 500, "x" * 60, id="long"),
        pytest.param("", "an unknown version", id="none"),
    ],
)
def test_title(standin: StandIn, open_at: Open, version: str, title: str) -> None:
    tell(open_at(), version=version)
    tell(open_at(), version=version)
    (issue,) = issues(standin)
    assert issue["title"] == f"Distribution update failed for {title}"
    assert len(comments(standin, 1)) == 1
    assert ("invoke dist." in issue["body"]) is (title == "v0.0.2")


def test_the_version_is_found_in_the_reports_or_in_the_ref(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), document(row("scoop", "failed"), release={"version": "0.0.2"}), version=None)
    tell(open_at(GITHUB_REF="refs/tags/nightly"), version=None)
    tell(open_at(GITHUB_REF="refs/heads/main"), version="latest")
    assert [issue["title"].removeprefix("Distribution update failed for ") for issue in issues(standin)] == [
        "v0.0.2", "nightly", "latest",
    ]  # fmt: skip


def test_the_callers_workflow_is_the_one_to_run_again(standin: StandIn, open_at: Open) -> None:
    tell(open_at(GITHUB_WORKFLOW_REF=f"{PRODUCT}/.github/workflows/release.yaml@refs/heads/main"), FAILED)
    assert "gh workflow run release.yaml " in issues(standin)[0]["body"]


def test_people_keep_what_they_wrote_into_the_body(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    issues(standin)[0]["body"] += "\nI look at it."
    tell(open_at(), document(row("choco", "failed")))
    assert issues(standin)[0]["body"].endswith("I look at it.")


def test_fifty_long_reasons_still_fit(standin: StandIn, open_at: Open, hook: Hook) -> None:
    tell(open_at(), document(*(row(f"ch{n}", "failed", reason="|*_ " * 900) for n in range(120))))
    (issue,) = issues(standin)
    assert len(issue["body"]) <= 65_536
    assert len(failing(issue)) == 120
    assert len(hook.texts[0]) < 4000
    assert "Run>" in hook.texts[0]
