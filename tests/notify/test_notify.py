"""Failure issues and Slack against the stand-in over real sockets; results and texts one by one."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from release.commands.opening import open_session
from release.notify.issue import Marker, parse_marker, render_marker
from release.notify.notify import Notified, load_results, notify
from release.notify.results import NO_RESULT
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer, Origin, Request
from release.session import Session
from release.settings import Environment

PRODUCT = "kademoslabs/kekkai"
SHA = "ab" * 32
RUN = "/kademoslabs/kekkai/actions/runs/7"
HOOK_PATH = "/services/T0/B0/c2VjcmV0LXdlYmhvb2s"
Open = Callable[..., Session]


class Hook:
    """A webhook on loopback: keeps what came, answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self.origin = Origin("slack", self._answer)

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else Answer(200, b"ok")

    @property
    def texts(self) -> list[str]:
        return [request.json()["text"] for request in self.requests]


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.origin.close()


@pytest.fixture
def open_at(standin: StandIn, project_root: Path, hook: Hook) -> Open:
    """A session at the stand-in and the webhook; a variable of ``None`` is unset."""

    def opened(**variables: str | None) -> Session:
        raw = yaml.safe_load((project_root / "invoke.yaml").read_text("utf-8"))
        raw["retry"] = {"attempts": 2, "max_wait": 0.01, "lookup": 0.05, "max_told": 1}
        merged = {**standin.environment, "SLACK_WEBHOOK": hook.origin.url + HOOK_PATH, **variables}
        return open_session(raw, Environment({k: v for k, v in merged.items() if v is not None}), lambda _line: None)

    return opened


def row(channel: str, state: str, **more: object) -> dict[str, Any]:
    return {"channel": channel, "state": state, "version": "0.0.2", "sha256": SHA, **more}


def document(*rows: Mapping[str, Any], ok: bool = False, **more: object) -> dict[str, Any]:
    return {"schema": 1, "task": "dist.all", "ok": ok, "channels": list(rows), **more}


SERVES = {"version": "0.0.2", "sha256": SHA}
FAILED = document(row("scoop", "failed", reason="the run failed", run_url=None), row("homebrew", "served"))


def tell(session: Session, *documents: Mapping[str, Any], **options: Any) -> Notified:  # noqa: ANN401 - the keyword arguments of notify
    options = {"version": "0.0.2", "dry_run": False, "run_url": session.environment.server_url + RUN, **options}
    return notify(session, documents, **options)


def issues(standin: StandIn) -> list[dict[str, Any]]:
    return standin.world.issues.get(PRODUCT, [])


def comments(standin: StandIn, number: int) -> list[str]:
    return [one["body"] for one in standin.world.comments.get((PRODUCT, number), [])]


def failing(issue: Mapping[str, Any]) -> tuple[str, ...]:
    marker = parse_marker(issue["body"])
    assert marker is not None
    return marker.failing


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


@pytest.mark.parametrize(
    ("after", "left"),
    [
        pytest.param(row("scoop", "served"), ("choco",), id="served"),
        pytest.param(row("scoop", "skipped", serves=SERVES), ("choco",), id="skipped-because-served"),
        pytest.param(row("scoop", "skipped", serves={"version": "0.0.3"}), ("scoop", "choco"), id="skipped-for-newer"),
        pytest.param(
            row("scoop", "skipped", serves={**SERVES, "sha256": "cd" * 32}), ("scoop", "choco"), id="mismatch"
        ),
        pytest.param(row("scoop", "sent"), ("scoop", "choco"), id="sent"),
        pytest.param(row("scoop", "pending"), ("scoop", "choco"), id="pending"),
        pytest.param(row("scoop", "manual"), ("scoop", "choco"), id="manual"),
        pytest.param(row("homebrew", "served"), ("scoop", "choco"), id="another-channel"),
    ],
)
def test_only_a_channel_that_serves_leaves_the_marker(
    standin: StandIn, open_at: Open, after: Mapping[str, Any], left: tuple[str, ...]
) -> None:
    tell(open_at(), document(row("scoop", "failed"), row("choco", "failed")))
    told = tell(open_at(), document(after, ok=True))
    (issue,) = issues(standin)
    assert told.ok
    assert issue["state"] == "open"
    assert failing(issue) == left
    assert len(comments(standin, 1)) == (1 if left == ("choco",) else 0)


def test_closed_with_a_comment_when_none_is_left(standin: StandIn, open_at: Open, hook: Hook) -> None:
    tell(open_at(), document(row("scoop", "failed"), row("choco", "failed")))
    tell(open_at(), document(row("scoop", "served"), ok=True))
    told = tell(open_at(), document(row("choco", "served"), row("scoop", "skipped", serves=SERVES), ok=True))
    (issue,) = issues(standin)
    assert (issue["state"], issue["state_reason"], failing(issue)) == ("closed", "completed", ())
    assert "Every channel serves v0.0.2" in comments(standin, 1)[-1]
    assert told.lines[-1] == "Slack was told."
    assert len(hook.requests) == 2
    assert "complete" in hook.texts[-1]


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


def test_channels_whose_job_died_have_failed(standin: StandIn, open_at: Open) -> None:
    told = tell(open_at(), document(row("homebrew", "served"), ok=True), expected=["homebrew", "choco", "docker"])
    (issue,) = issues(standin)
    assert not told.ok
    assert failing(issue) == ("choco", "docker")
    assert NO_RESULT in issue["body"]
    assert "invoke update.docker" not in issue["body"]


def test_the_checksum_comes_from_the_release_where_the_channel_states_none(standin: StandIn, open_at: Open) -> None:
    release = {"version": "0.0.2", "artifacts": {"wheel": {"sha256": SHA.upper()}, "source": {"sha256": "0"}, "x": 1}}
    extracted = {"schema": 1, "task": "release.extract", "ok": True, "channels": [], "release": release}
    tell(open_at(), extracted, version=None, expected=["scoop", "homebrew"])
    assert f"invoke update.scoop --version 0.0.2 --sha256 {SHA}\n" in issues(standin)[0]["body"]
    assert "invoke update.homebrew --version 0.0.2\n" in issues(standin)[0]["body"]


def test_a_secret_in_a_report_reaches_nobody(standin: StandIn, open_at: Open, hook: Hook) -> None:
    secret = "made_up_*word*_1234"
    told = tell(open_at(TAP_REPO_TOKEN=secret), document(row("scoop", "failed", reason=f"a {secret}", next=secret)))
    for text in (issues(standin)[0]["body"], hook.texts[0], *told.lines):
        assert "made" not in text
        assert "1234" not in text


def test_no_result_at_all_is_a_failure_of_every_channel(standin: StandIn, open_at: Open) -> None:
    assert not tell(open_at()).ok
    assert failing(issues(standin)[0]) == ("homebrew", "docker", "scoop", "choco")


def test_a_release_that_did_not_pass_gives_its_reason_and_heals(standin: StandIn, open_at: Open) -> None:
    refused = {"schema": 1, "task": "release.validate", "ok": False, "channels": [],
               "errors": [{"wrong": "SHA256 mismatch: given a, real b", "fix": "x"}]}  # fmt: skip
    tell(open_at(), refused, expected=["scoop"])
    assert "release.validate failed: SHA256 mismatch" in issues(standin)[0]["body"]
    tell(open_at(), document(row("scoop", "served"), ok=True), expected=["scoop"])
    assert issues(standin)[0]["state"] == "closed"


def test_a_half_written_file_is_its_channels_failure(standin: StandIn, open_at: Open, tmp_path: Path) -> None:
    (tmp_path / "homebrew.json").write_text(json.dumps(document(row("homebrew", "served"), ok=True)), "utf-8")
    (tmp_path / "scoop.json").write_text('{"schema": 1, "chan', "utf-8")
    documents, problems = load_results(tmp_path)
    told = tell(open_at(), *documents, problems=problems)
    assert not told.ok
    assert failing(issues(standin)[0]) == ("scoop",)
    assert "scoop.json: is not JSON" in " ".join(told.lines)


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


def test_people_keep_what_they_wrote_into_the_body(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), FAILED)
    issues(standin)[0]["body"] += "\nI look at it."
    tell(open_at(), document(row("choco", "failed")))
    assert issues(standin)[0]["body"].endswith("I look at it.")


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


ISSUES = f"/repos/{PRODUCT}/issues$"
COMMENTS = f"/repos/{PRODUCT}/issues/1/comments$"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"accept": True, "drop": True}, id="accepted-and-lost"),
        pytest.param({"accept": True, "status": 502, "body": "<html>"}, id="accepted-and-502"),
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


@pytest.mark.parametrize(
    ("answers", "requests", "said"),
    [
        pytest.param([Answer(200, b"ok")], 1, "Slack was told.", id="ok"),
        pytest.param([Answer(429, b"", {"Retry-After": "0"})], 2, "Slack was told.", id="limited"),
        pytest.param([Answer(404, b"no_service")], 1, "answered 404 (no_service)", id="gone"),
        pytest.param([Answer(500, b"<html>")], 1, "answered 500", id="down"),
        pytest.param([Answer(302, b"", {"Location": "/elsewhere"})], 1, "answered 302", id="redirect"),
        pytest.param([Answer(drop=True)], 1, "may not have been told", id="lost"),
    ],
)
def test_slack_answers(
    standin: StandIn, open_at: Open, hook: Hook, answers: list[Answer], requests: int, said: str
) -> None:
    hook.answers = answers
    told = tell(open_at(), FAILED)
    assert len(hook.requests) == requests
    assert said in told.lines[-1]
    assert len(issues(standin)) == 1
    assert not any(HOOK_PATH in line or hook.origin.url in line for line in told.lines)


@pytest.mark.parametrize(
    "webhook",
    ["http://hooks.slack.com/services/c2VjcmV0", "c2VjcmV0", "https://u:c2VjcmV0@x.example/", "https://[c2VjcmV0"],
    ids=["plain-http", "no-url", "login", "broken"],
)
def test_a_malformed_webhook_is_said_and_never_shown(open_at: Open, webhook: str) -> None:
    told = tell(open_at(SLACK_WEBHOOK=webhook), FAILED)
    assert "Slack was not told: SLACK_WEBHOOK" in told.lines[-1]
    assert not any("c2VjcmV0" in line for line in told.lines)


def test_nobody_listens_at_the_webhook(open_at: Open, hook: Hook) -> None:
    hook.origin.close()
    assert "Could not connect" in tell(open_at(), FAILED).lines[-1]


def test_no_webhook_no_message(open_at: Open, hook: Hook) -> None:
    told = tell(open_at(SLACK_WEBHOOK=None), FAILED)
    assert not any("Slack" in line for line in told.lines)
    assert hook.requests == []


def test_fifty_long_reasons_still_fit(standin: StandIn, open_at: Open, hook: Hook) -> None:
    tell(open_at(), document(*(row(f"ch{n}", "failed", reason="|*_ " * 900) for n in range(120))))
    (issue,) = issues(standin)
    assert len(issue["body"]) <= 65_536
    assert len(failing(issue)) == 120
    assert len(hook.texts[0]) < 4000
    assert "Run>" in hook.texts[0]


IN_ACTIONS = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": PRODUCT, "GITHUB_RUN_ID": "7"}


def test_in_actions_every_channel_must_have_reported_and_the_jobs_say_why(standin: StandIn, open_at: Open) -> None:
    page = f"{standin.server_url}{RUN}/job/9"
    jobs = [{"name": "scoop", "conclusion": "cancelled", "html_url": page}]
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=200, json={"jobs": jobs})
    served = [document(row(name, "served"), ok=True, task=f"dist.{name}") for name in ("homebrew", "docker", "choco")]
    told = tell(open_at(**IN_ACTIONS), *served)
    (issue,) = issues(standin)
    assert not told.ok
    assert failing(issue) == ("scoop",)
    assert f"| no result: its job ended: cancelled | [run]({page}) |" in issue["body"]


def test_in_actions_a_report_on_all_is_enough(open_at: Open) -> None:
    assert tell(open_at(**IN_ACTIONS), document(row("scoop", "served"), ok=True)).ok


def test_without_any_report_the_jobs_of_the_run_are_the_result(standin: StandIn, open_at: Open) -> None:
    jobs = [{"name": name, "conclusion": "success"} for name in ("homebrew", "docker", "choco")]
    jobs.append({"name": "scoop", "conclusion": "failure", "html_url": f"{standin.server_url}{RUN}/job/9"})
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=200, json={"jobs": jobs})
    assert not tell(open_at(**IN_ACTIONS)).ok
    assert failing(issues(standin)[0]) == ("scoop",)


def test_jobs_that_cannot_be_read_hide_no_failure(standin: StandIn, open_at: Open) -> None:
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=403, json={"message": "no"})
    assert not tell(open_at(**IN_ACTIONS)).ok
    assert NO_RESULT in issues(standin)[0]["body"]


def test_labels_that_exist_are_not_made_again(standin: StandIn, open_at: Open) -> None:
    standin.world.labels[PRODUCT] = ["distribution", "automation"]
    tell(open_at(), FAILED)
    assert [request.json()["name"] for request in standin.sent("POST", f"{PRODUCT}/labels")] == ["ci-failure"]
