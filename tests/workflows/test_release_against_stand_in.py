"""The release workflow with the real tasks against the stand-in: what arrives there, what the failure issue says."""

import json
from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.workflows.harness import Actions, Run, add_caller

pytestmark = pytest.mark.services
VERSION = "0.0.2"
RELEASE = {"action": "published", "release": {"tag_name": f"v{VERSION}", "draft": False, "prerelease": False}}
PRODUCT = "kademoslabs/kekkai"


def manual(version: str = VERSION, sha256: str = "", dry_run: str = "false") -> dict[str, Any]:
    return {"inputs": {"version": version, "sha256": sha256, "dry_run": dry_run}}


def release(runner: Actions, event: str, payload: dict[str, Any]) -> Run:
    """By the caller of README.md, without proofs: nothing is installed on this machine."""
    return runner.run(event, add_caller(runner, "trigger-distributions", ", prove: false"), payload)


def arrived(standin: StandIn) -> dict[str, Any]:
    """Target -> what it was told, by which token; one that was told twice fails the test."""
    assert len({each.repository for each in standin.dispatches}) == len(standin.dispatches)
    return {each.repository: (each.name, each.payload, each.token) for each in standin.dispatches}


def issues(standin: StandIn) -> list[tuple[str, str]]:
    return [(issue["state"], issue["title"]) for issue in standin.world.issues.get(PRODUCT, [])]


def expected(standin: StandIn) -> dict[str, Any]:
    release = standin.release(VERSION)
    wheel = {"version": VERSION, "sha256": release.made.wheel_sha256}
    return {
        "kademoslabs/homebrew-tap": (
            "kekkai-release", {"version": VERSION, "sha256": release.made.source_sha256}, "TAP_REPO_TOKEN"),
        "kademoslabs/scoop-bucket": ("kekkai-release", wheel, "SCOOP_REPO_TOKEN"),
        "kademoslabs/chocolatey-packages": ("kekkai-release", wheel, "CHOCO_REPO_TOKEN"),
        PRODUCT: ("docker-publish.yml", {"tag": VERSION}, "GITHUB_TOKEN"),
    }  # fmt: skip


def results(runner: Actions) -> dict[str, str]:
    """Channel -> state, as notify was given them."""
    files = (runner.root / "artifacts").glob("distribution-dist.*/*.json")
    rows = [row for file in files for row in json.loads(file.read_text("utf-8")).get("channels", [])]
    return {row["channel"]: row["state"] for row in rows}


def test_a_dry_run_of_what_is_not_published_yet_sends_nothing(real: Actions, standin: StandIn) -> None:
    run = release(real, "workflow_dispatch", manual("0.0.3-test", dry_run="true"))
    assert standin.dispatches == []
    assert results(real) == dict.fromkeys(["homebrew", "docker", "scoop", "choco"], "planned"), run.log
    assert run.code == 0, run.log
    assert issues(standin) == []


def test_nothing_is_sent_and_an_issue_says_so(real: Actions, standin: StandIn) -> None:
    run = release(real, "workflow_dispatch", manual(sha256="f" * 64))
    assert standin.dispatches == []
    assert not [task for task in run.tasks if task.startswith("dist.")]
    assert [state for state, _ in issues(standin)] == ["open"], run.log
    assert run.code != 0


def test_a_channel_that_fails_is_in_the_issue_and_running_again_closes_it(real: Actions, standin: StandIn) -> None:
    standin.fault("POST", "/repos/kademoslabs/scoop-bucket/dispatches", status=401, json={"message": "Bad credentials"})
    failed = release(real, "release", RELEASE)
    assert failed.code != 0
    assert results(real) == {"homebrew": "served", "docker": "served", "choco": "served", "scoop": "failed"}, failed.log
    assert issues(standin) == [("open", f"Distribution update failed for v{VERSION}")], failed.log
    assert f"distribute dist.scoop --version {VERSION}" in standin.world.issues[PRODUCT][0]["body"]
    again: Run = release(real, "release", RELEASE)
    assert again.code == 0, again.log
    assert arrived(standin) == expected(standin)
    assert issues(standin) == [("closed", f"Distribution update failed for v{VERSION}")]
