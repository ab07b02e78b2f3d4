"""Releases, files, dispatches, runs, issues: the shapes and the words of GitHub's answers."""

import hashlib
import io
import json
import tarfile
import threading
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from release.rehearsal import StandIn

REPO = "/repos/kademoslabs/kekkai"
TAP = "/repos/kademoslabs/homebrew-tap"
GOOD = {"event_type": "kekkai-release", "client_payload": {"version": "0.0.2", "sha256": "0" * 64}}
DOCKER = f"{REPO}/actions/workflows/docker-publish.yml/dispatches"


def call(
    standin: StandIn,
    method: str,
    path: str,
    name: str | None = "TAP_REPO_TOKEN",
    **more: Any,  # noqa: ANN401 - requests' own keywords
) -> requests.Response:
    headers = {"Authorization": f"Bearer {standin.token(name).value}"} if name else {}
    return requests.request(
        method, standin.api_url + path, headers=headers | more.pop("headers", {}), timeout=5, **more
    )


def end_of_run(standin: StandIn, repository: str) -> Any:  # noqa: ANN401 - JSON
    for thread in standin.world.threads:
        thread.join(5)
    return call(standin, "GET", f"{repository}/actions/runs").json()["workflow_runs"]


def test_a_release_states_its_wheels_digest(standin: StandIn) -> None:
    release = call(standin, "GET", f"{REPO}/releases/tags/v0.0.2").json()
    (asset,) = release["assets"]
    content = requests.get(asset["browser_download_url"], timeout=5).content
    assert asset["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (asset["size"], asset["state"]) == (len(content), "uploaded")
    assert "kekkai-0.0.2.dist-info/METADATA" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_the_archive_comes_from_another_host_without_the_token(standin: StandIn) -> None:
    release = standin.release("0.0.2")
    url = release.made.source_url
    answer = requests.get(url, headers={"Authorization": "Bearer made-up"}, timeout=5)
    assert [step.status_code for step in answer.history] == [302]
    assert hashlib.sha256(answer.content).hexdigest() == release.made.source_sha256
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        assert tar.getnames()[0] == "kekkai-0.0.2/README.md"
    assert [r.headers.get("authorization") for r in standin.requests if r.origin == "codeload"] == [None]


@pytest.mark.parametrize(
    ("version", "prerelease", "latest"),
    [pytest.param("1.0.0-rc.1", True, "v0.0.2", id="pre-release"), pytest.param("1.0.0", False, "v1.0.0", id="stable")],
)
def test_latest_is_the_newest_stable_one(standin: StandIn, version: str, prerelease: bool, latest: str) -> None:  # noqa: FBT001 - a row of the table
    standin.publish(version, prerelease=prerelease)
    assert call(standin, "GET", f"{REPO}/releases/latest").json()["tag_name"] == latest
    assert call(standin, "GET", f"{REPO}/releases").json()[0]["tag_name"] == f"v{version}"


def test_drafts_and_unknown_tags_are_404(standin: StandIn) -> None:
    standin.release("0.0.2").draft = True
    assert call(standin, "GET", f"{REPO}/releases/tags/v0.0.2").status_code == 404
    assert requests.get(standin.release("0.0.2").made.source_url, timeout=5).status_code == 404


def test_contents_as_bytes_as_record_and_as_list(standin: StandIn) -> None:
    raw = {"Accept": "application/vnd.github.raw+json"}
    content = call(standin, "GET", f"{TAP}/contents/Formula/kekkai.rb", headers=raw).content
    assert content == standin.repository("homebrew").read("Formula/kekkai.rb")
    assert b"refs/tags/v0.0.1.tar.gz" in content
    assert call(standin, "GET", f"{TAP}/contents/Formula/kekkai.rb").json()["encoding"] == "base64"
    names = [entry["name"] for entry in call(standin, "GET", f"{TAP}/contents/Formula").json()]
    assert names == ["kekkai.rb", "other.rb"]
    assert call(standin, "GET", f"{TAP}/contents/Formula/none.rb").status_code == 404


REFUSALS = [
    pytest.param("TAP_REPO_TOKEN", f"{TAP}/dispatches", {}, 422, "event_type", id="no event type"),
    pytest.param("TAP_REPO_TOKEN", f"{TAP}/dispatches", {"event_type": "x" * 101}, 422, "100", id="long event type"),
    pytest.param("TAP_REPO_TOKEN", f"{TAP}/dispatches",
                 {"event_type": "x", "client_payload": {str(n): n for n in range(11)}}, 422, "No more than 10",
                 id="eleven keys"),
    pytest.param("TAP_REPO_TOKEN", "/repos/kademoslabs/none/dispatches", GOOD, 404, "Not Found", id="no repository"),
    pytest.param("GITHUB_TOKEN", f"{TAP}/dispatches", GOOD, 404, "Not Found", id="another repository's token"),
    pytest.param(None, f"{TAP}/dispatches", GOOD, 401, "Requires authentication", id="no token"),
    pytest.param("GITHUB_TOKEN", DOCKER, {"ref": "main", "inputs": {"tag": "1", "x": "2"}}, 422,
                 'Unexpected inputs provided: ["x"]', id="unknown input"),
    pytest.param("GITHUB_TOKEN", DOCKER, {"ref": "none", "inputs": {"tag": "1"}}, 422, "No ref found for: none",
                 id="unknown ref"),
    pytest.param("GITHUB_TOKEN", DOCKER, {"ref": "main"}, 422, "Required input 'tag' not provided", id="no input"),
    pytest.param("TAP_REPO_TOKEN", f"{TAP}/actions/workflows/receive.yml/dispatches", {"ref": "main"}, 422,
                 "Workflow does not have 'workflow_dispatch' trigger", id="no trigger"),
    pytest.param("GITHUB_TOKEN", f"{REPO}/actions/workflows/none.yml/dispatches", {"ref": "main"}, 404, "Not Found",
                 id="no workflow"),
]  # fmt: skip


@pytest.mark.parametrize(("token", "path", "body", "status", "message"), REFUSALS)
def test_dispatches_refused(
    standin: StandIn, token: str | None, path: str, body: dict[str, Any], status: int, message: str
) -> None:
    answer = call(standin, "POST", path, token, json=body)
    assert (answer.status_code, message in answer.json()["message"]) == (status, True)
    assert standin.dispatches == []


def test_a_missing_permission_is_named(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("contents:write")
    answer = call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    assert (answer.status_code, answer.headers["X-Accepted-GitHub-Permissions"]) == (403, "contents=write")
    assert answer.json()["message"] == "Resource not accessible by personal access token"


def test_a_dispatch_becomes_a_run_that_updates_the_channel(standin: StandIn) -> None:
    answer = call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    assert (answer.status_code, answer.content) == (204, b"")
    (run,) = end_of_run(standin, TAP)
    assert (run["status"], run["conclusion"], run["display_title"]) == ("completed", "success", "kekkai 0.0.2")
    assert run["path"] == ".github/workflows/receive.yml"
    content = standin.repository("homebrew").read("Formula/kekkai.rb") or b""
    assert standin.release("0.0.2").made.source_sha256.encode() in content


def test_runs_are_found_by_event_and_time(standin: StandIn) -> None:
    call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    (run,) = end_of_run(standin, TAP)
    for query, count in (
        ({"event": "repository_dispatch", "created": f">={run['created_at']}"}, 1),
        ({"event": "push"}, 0),
        ({"created": f">{run['created_at']}"}, 0),
        ({"status": "in_progress"}, 0),
        ({"status": "success"}, 1),
    ):
        found = call(standin, "GET", f"{TAP}/actions/runs", params=query).json()
        assert (query, found["total_count"]) == (query, count)


def test_a_run_appears_only_after_a_moment(make_standin: Any) -> None:  # noqa: ANN401 - the factory takes any option
    standin = make_standin(run_delay=60)
    call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    assert call(standin, "GET", f"{TAP}/actions/runs").json()["workflow_runs"] == []
    assert len(standin.dispatches) == 1


@pytest.mark.parametrize(
    ("asked", "status"), [pytest.param(True, 200, id="with details"), pytest.param(False, 204, id="without")]
)
def test_a_workflow_dispatch_names_its_run_if_asked(standin: StandIn, asked: bool, status: int) -> None:  # noqa: FBT001 - a row of the table
    body = {"ref": "main", "inputs": {"tag": "0.0.2"}, **({"return_run_details": True} if asked else {})}
    answer = call(standin, "POST", DOCKER, "GITHUB_TOKEN", json=body)
    (run,) = end_of_run(standin, REPO)
    assert answer.status_code == status
    assert run["conclusion"] == "success"
    assert not asked or answer.json()["workflow_run_id"] == run["id"]
    image = standin.registry.images["kademoslabs/kekkai"]
    assert image["latest"] == image["0.0.2"]


def test_an_older_server_refuses_the_details(standin: StandIn) -> None:
    standin.world.run_details = False
    answer = call(standin, "POST", DOCKER, "GITHUB_TOKEN", json={"ref": "main", "return_run_details": True})
    assert answer.status_code == 400


ENDS = [
    pytest.param("run-failed", "completed", "failure", id="failed"),
    pytest.param("run-cancelled", "completed", "cancelled", id="cancelled"),
    pytest.param("run-timeout", "completed", "timed_out", id="timed out"),
    pytest.param("needs-approval", "completed", "action_required", id="approval"),
    pytest.param("stuck", "in_progress", None, id="stuck"),
    pytest.param("stale", "completed", "success", id="stale"),
]


@pytest.mark.parametrize(("kind", "status", "conclusion"), ENDS)
def test_runs_end_as_told(standin: StandIn, kind: str, status: str, conclusion: str | None) -> None:
    standin.misbehave("homebrew", kind)
    call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    (run,) = end_of_run(standin, TAP)
    assert (run["status"], run["conclusion"]) == (status, conclusion)
    assert b"v0.0.1.tar.gz" in (standin.repository("homebrew").read("Formula/kekkai.rb") or b"")


def test_time_passes_since_every_run(standin: StandIn) -> None:
    call(standin, "POST", f"{TAP}/dispatches", json=GOOD)
    (before,) = end_of_run(standin, TAP)
    standin.age(3600)
    (after,) = end_of_run(standin, TAP)
    for name in ("created_at", "updated_at"):
        assert datetime.fromisoformat(before[name]) - datetime.fromisoformat(after[name]) == timedelta(hours=1)


def test_nobody_listens(standin: StandIn) -> None:
    standin.misbehave("scoop", "no-receiver")
    path = "/repos/kademoslabs/scoop-bucket"
    assert call(standin, "POST", f"{path}/dispatches", "SCOOP_REPO_TOKEN", json=GOOD).status_code == 204
    assert end_of_run(standin, path) == []


def test_issues_are_opened_listed_commented_on_and_closed(standin: StandIn) -> None:
    new = {"title": "Broken", "body": "<!-- mark -->", "labels": ["automation", "ci-failure"]}
    issue = call(standin, "POST", f"{REPO}/issues", "GITHUB_TOKEN", json=new).json()
    path = f"{REPO}/issues/{issue['number']}"
    assert call(standin, "POST", f"{path}/comments", "GITHUB_TOKEN", json={"body": "Again"}).status_code == 201
    listed = call(standin, "GET", f"{REPO}/issues", params={"labels": "automation", "state": "open"}).json()
    assert [(item["title"], item["comments"]) for item in listed] == [("Broken", 1)]
    assert call(standin, "GET", f"{path}/comments").json()[0]["body"] == "Again"
    call(standin, "PATCH", path, "GITHUB_TOKEN", json={"state": "closed"})
    assert call(standin, "GET", f"{REPO}/issues").json() == []


def test_disabled_issues_are_410(standin: StandIn) -> None:
    standin.repository("docker").issues = False
    assert call(standin, "POST", f"{REPO}/issues", "GITHUB_TOKEN", json={"title": "x"}).status_code == 410


def test_a_pull_request_needs_its_branch_and_is_made_once(standin: StandIn) -> None:
    body = {"title": "Bump", "head": "bump", "base": "main"}
    assert call(standin, "POST", f"{TAP}/pulls", json=body).status_code == 422
    tap = standin.repository("homebrew")
    (tap.path / "refs/heads/bump").write_text(f"{tap.resolve('main')}\n")
    assert call(standin, "POST", f"{TAP}/pulls", json=body).status_code == 201
    assert call(standin, "POST", f"{TAP}/pulls", json=body).status_code == 422
    found = call(standin, "GET", f"{TAP}/pulls", params={"head": "kademoslabs:bump", "state": "open"}).json()
    assert [item["head"]["ref"] for item in found] == ["bump"]


def test_many_dispatches_at_once_are_all_kept(standin: StandIn) -> None:
    threads = [
        threading.Thread(target=call, args=(standin, "POST", f"{TAP}/dispatches"), kwargs={"data": json.dumps(GOOD)})
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(standin.dispatches) == 20
