"""The receivers with the real update tasks against the stand-in: what their repositories hold afterwards."""

import shutil
import subprocess
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.workflows.harness import SECRETS, Actions, receive

pytestmark = pytest.mark.services
VERSION = "0.0.2"
TOKENS = {"homebrew": "TAP_REPO_TOKEN", "scoop": "SCOOP_REPO_TOKEN", "choco": "CHOCO_REPO_TOKEN"}
FILES = {"homebrew": "Formula/kekkai.rb", "scoop": "bucket/kekkai.json", "choco": "kekkai/tools/chocolateyinstall.ps1"}


@pytest.fixture
def target(real: Actions, standin: StandIn, channel: str) -> Actions:
    """A runner in the channel's repository: the token of its jobs may write there, and it knows no other."""
    real.know_secrets({"GITHUB_TOKEN": standin.environment[TOKENS[channel]], "CHOCO_API_KEY": SECRETS["CHOCO_API_KEY"]})
    checkout = real.root / "trees" / "packages"
    shutil.rmtree(checkout)
    repository = standin.repository(channel)
    assert repository.resolve("main")  # it is made when it is first asked for
    subprocess.run(["git", "clone", "-q", str(repository.path), str(checkout)], check=True)
    return real


def payload(standin: StandIn, channel: str) -> dict[str, str]:
    made = standin.release(VERSION).made
    return {"version": VERSION, "sha256": made.source_sha256 if channel == "homebrew" else made.wheel_sha256}


@pytest.mark.parametrize("channel", FILES)
def test_a_payload_is_pushed_and_a_second_one_changes_nothing(target: Actions, standin: StandIn, channel: str) -> None:
    repository, given = standin.repository(channel), payload(standin, channel)
    before = repository.resolve("main")
    first = receive(target, channel, given)
    assert first.code == 0, first.log
    text = (repository.read(FILES[channel]) or b"").decode("utf-8-sig")
    assert given["version"] in text
    assert given["sha256"] in text
    pushed = repository.resolve("main")
    second = receive(target, channel, given)
    assert second.code == 0, second.log
    assert before != pushed == repository.resolve("main")


@pytest.mark.parametrize("channel", FILES)
def test_a_checksum_that_is_not_the_release_s_is_refused(target: Actions, standin: StandIn, channel: str) -> None:
    before = standin.repository(channel).resolve("main")
    run = receive(target, channel, {"version": VERSION, "sha256": "0" * 64})
    assert run.code != 0
    assert "SHA256 mismatch" in run.log
    assert standin.repository(channel).resolve("main") == before
    assert not run.of("choco")


@pytest.mark.parametrize("channel", ["homebrew"])
def test_a_hostile_payload_leaves_the_repository_as_it_was(target: Actions, standin: StandIn, channel: str) -> None:
    before = standin.repository(channel).resolve("main")
    hostile = payload(standin, channel) | {"version": f'{VERSION}"; system("touch hacked") #'}
    assert receive(target, channel, hostile).code != 0
    assert standin.repository(channel).resolve("main") == before
    assert not list(Path(target.root).rglob("hacked"))


@pytest.mark.parametrize(("version", "moves"), [("0.0.2", True), ("0.0.1", False), ("0.0.0-rc.1", False)])
def test_docker_moves_latest_for_the_newest_stable_release(real: Actions, version: str, moves: bool) -> None:  # noqa: FBT001 - a column of the table
    absent = {"docker buildx imagetools inspect": {"exit": 1}}
    run = receive(real, "docker-publish", {"tag": version}, absent)
    assert run.code == 0, run.log
    (built,) = run.of("record", "action")[-1:]
    assert built.argv[-1] == f"kademoslabs/kekkai:{version}"
    moved = [call.line for call in run.of("docker") if "create" in call.argv]
    latest = "docker buildx imagetools create --prefer-index=false --tag kademoslabs/kekkai:latest"
    assert moved == ([f"{latest} kademoslabs/kekkai:{version}"] if moves else [])


def test_docker_builds_nothing_for_a_version_without_release(real: Actions) -> None:
    run = receive(real, "docker-publish", {"tag": "9.9.9"}, {})
    assert run.code != 0
    assert not run.of("docker")
