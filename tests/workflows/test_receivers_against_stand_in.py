"""The receivers with the real update tasks against the stand-in: what their repositories hold afterwards."""

import shutil
import subprocess
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.workflows.harness import Actions, receive
from tests.workflows.recorded import SECRETS

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
    standin.feed.push("kekkai", VERSION)
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


@pytest.fixture
def tagged(real: Actions, standin: StandIn) -> Actions:
    """A runner that checks out the product, whose repository has the newest version's tag."""
    product, checkout = standin.repository("kademoslabs/kekkai"), real.root / "trees" / "source"
    head = product.resolve("main")
    assert head
    shutil.rmtree(checkout)
    for command in (["-C", str(product.path), "tag", f"v{VERSION}", head],
                    ["clone", "-q", str(product.path), str(checkout)]):  # fmt: skip
        subprocess.run(["git", *command], check=True)
    return real


@pytest.mark.parametrize(
    ("version", "built", "moves"),
    [
        pytest.param("0.0.2", True, True, id="the newest is not there, is built and becomes latest"),
        pytest.param("0.0.1", False, False, id="an older one is there and stays as it is"),
        pytest.param("0.0.0-rc.1", False, False, id="so does a pre-release"),
    ],
)
def test_docker_builds_what_is_not_there(
    tagged: Actions,
    standin: StandIn,
    version: str,
    built: bool,  # noqa: FBT001 - a column of the table
    moves: bool,  # noqa: FBT001 - a column of the table
) -> None:
    run = receive(tagged, "docker-publish", {"tag": version})
    assert run.code == 0, run.log
    image = f"{standin.registry_url.removeprefix('http://')}/kademoslabs/kekkai"
    builds = [call.argv[-1] for call in run.of("record", "action") if call.argv[-1]]
    assert builds == ([f"{image}:{version}"] if built else [])
    latest = f"docker buildx imagetools create --prefer-index=false --tag {image}:latest {image}:{version}"
    assert [call.line for call in run.of("docker")] == ([latest] if moves else [])


@pytest.mark.parametrize("status", [400, 403], ids=["an odd answer", "refused"])
def test_docker_builds_nothing_where_the_registry_does_not_say(tagged: Actions, standin: StandIn, status: int) -> None:
    standin.fault("HEAD", "/manifests/", times=None, status=status)
    run = receive(tagged, "docker-publish", {"tag": VERSION})
    assert "could not be read from its registry" in run.log
    assert run.code != 0
    assert not run.of("record", "action")


def test_docker_builds_nothing_where_the_tag_has_moved(tagged: Actions, standin: StandIn) -> None:
    product = standin.repository("kademoslabs/kekkai")
    product.commit("Another commit", {"README.md": b"# Moved\n"}, 1_700_000_000)
    subprocess.run(["git", "-C", str(product.path), "tag", "--force", f"v{VERSION}", "main"], check=True)
    run = receive(tagged, "docker-publish", {"tag": VERSION})
    assert "The tag has moved" in run.log
    assert run.code != 0
    assert not run.of("record", "action")


def test_docker_builds_nothing_for_a_version_without_release(real: Actions) -> None:
    run = receive(real, "docker-publish", {"tag": "9.9.9"})
    assert run.code != 0
    assert not run.of("docker")
