"""Each caller of README.md with its receiver, run with act: what a payload makes them do."""

import subprocess
from typing import Any

import pytest

from tests.workflows.harness import PROJECT, SECRETS, Actions, Run, load, receive

pytestmark = pytest.mark.services
SHA256 = "0123456789abcdef" * 4
PAYLOAD = {"version": "0.0.1", "sha256": SHA256}
TOKENS = {"homebrew": "TAP_REPO_TOKEN", "scoop": "SCOOP_REPO_TOKEN", "choco": "CHOCO_REPO_TOKEN"}
FOUND = {
    "invoke release.extract --version=0": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "invoke release.extract --version=latest": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "docker buildx imagetools inspect": {"exit": 1},
}


def lines(run: Run) -> list[str]:
    """The commands that did something: no checkouts, no installation."""
    return [call.line for call in run.calls if call.program != "pip" and call.argv[:1] != ["checkout"]]


@pytest.mark.parametrize("channel", ["homebrew", "scoop"])
def test_a_payload_becomes_one_update_with_the_job_s_own_token(runner: Actions, channel: str) -> None:
    run = receive(runner, channel, PAYLOAD)
    assert lines(run) == [f"invoke update.{channel} --version=0.0.1 --sha256={SHA256}"]
    (update,) = run.of("invoke")
    assert update.secrets == {TOKENS[channel], "GITHUB_TOKEN"}
    assert {update.env[name] for name in update.secrets} == {SECRETS["GITHUB_TOKEN"]}
    assert run.code == 0, run.log


def test_choco_packs_before_anything_is_pushed(runner: Actions) -> None:
    run = receive(runner, "choco", PAYLOAD)
    key = SECRETS["CHOCO_API_KEY"]
    assert lines(run) == [
        f"invoke update.choco --version=0.0.1 --sha256={SHA256} --path=packages",
        "choco pack packages/kekkai/kekkai.nuspec --output-directory=package --limit-output",
        f"invoke update.choco --version=0.0.1 --sha256={SHA256}",
        f"choco push package/*.nupkg --source=https://push.chocolatey.org/ --api-key={key} --limit-output",
    ]
    assert [call.secrets for call in run.of("choco", "pack")] == [{"GITHUB_TOKEN"}]
    assert [call.secrets for call in run.of("choco", "push")] == [{"CHOCO_API_KEY"}]
    assert run.code == 0, run.log
    assert key not in run.log


@pytest.mark.parametrize(
    ("answer", "succeeds"),
    [
        pytest.param("Response status code does not indicate success: 409 (Conflict).", True, id="pushed before"),
        pytest.param("This package already exists and cannot be modified.", True, id="exists"),
        pytest.param("Response status code does not indicate success: 403 (Forbidden).", False, id="refused"),
        pytest.param("The remote name could not be resolved, file 1409 of 4090", False, id="another number"),
    ],
)
def test_choco_push_that_fails(runner: Actions, answer: str, succeeds: bool) -> None:  # noqa: FBT001 - a column of the table
    run = receive(runner, "choco", PAYLOAD, {"choco push": {"exit": 1, "stdout": f"{answer}\n"}})
    assert (run.code == 0) is succeeds, run.log


@pytest.mark.parametrize(
    ("fails", "left_out"),
    [
        pytest.param("invoke update.choco", "choco pack", id="an edit that is refused is not packed"),
        pytest.param("choco pack", "choco push", id="a package that cannot be packed is not pushed"),
    ],
)
def test_choco_stops_at_the_first_failure(runner: Actions, fails: str, left_out: str) -> None:
    run = receive(runner, "choco", PAYLOAD, {fails: {"exit": 1}})
    assert run.code != 0
    assert not [line for line in lines(run) if line.startswith(left_out)]


BUILT = "record action    source linux/amd64,linux/arm64 true kademoslabs/kekkai:0.0.1"
MOVED = "docker buildx imagetools create --prefer-index=false --tag kademoslabs/kekkai:latest kademoslabs/kekkai:0.0.1"
NEWER = {"invoke release.extract --version=latest": {"outputs": "version=0.1.0\ntag=v0.1.0\n"}}
EXISTS = {"docker buildx imagetools inspect": {"exit": 0}}


@pytest.mark.parametrize(
    ("answers", "done"),
    [
        pytest.param({}, [BUILT, MOVED], id="the newest version is built and becomes latest"),
        pytest.param(NEWER, [BUILT], id="an older line never becomes latest"),
        pytest.param(EXISTS, [MOVED], id="an image that exists is not built again"),
        pytest.param(NEWER | EXISTS, [], id="nothing to do is success"),
    ],
)
def test_docker_builds_and_moves_latest(runner: Actions, answers: dict[str, Any], done: list[str]) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND | answers)
    assert [line for line in lines(run) if line in {BUILT, MOVED}] == done
    assert [call.secrets for call in run.of("docker")] == [set()] * len(run.of("docker"))
    assert run.code == 0, run.log


def test_docker_builds_the_tag_of_the_release(runner: Actions) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND)
    trees = [call.argv[1:] for call in run.of("record", "checkout")]
    assert ["source", "", "refs/tags/v0.0.1"] in trees


def test_docker_builds_nothing_where_there_is_no_release(runner: Actions) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, {"invoke release.extract": {"exit": 1}})
    assert run.code != 0
    assert not run.of("docker")


HOSTILE = {
    "command substitution": ("1.0.0$(touch hacked)", SHA256),
    "end of a line": ("1.0.0\ntouch hacked", SHA256),
    "line end at the end": ("1.0.0\n", SHA256),
    "Ruby": ('1.0.0" system("touch hacked") "', SHA256),
    "PowerShell": ("1.0.0'; New-Item hacked; '", SHA256),
    "JSON": ('1.0.0", "url": "https://example.org/', SHA256),
    "a path": ("../../1.0.0", SHA256),
    "a flag": ("--allow-downgrade", SHA256),
    "leading v": ("v1.0.0", SHA256),
    "latest": ("latest", SHA256),
    "leading zero": ("01.0.0", SHA256),
    "empty": ("", SHA256),
    "very long": (f"1.0.0-{'a' * 200}", SHA256),
    "checksum with a command": ("1.0.0", f"$(touch hacked){SHA256}"[:64]),
    "checksum too short": ("1.0.0", SHA256[:-1]),
    "checksum too long": ("1.0.0", SHA256 + "0"),
    "checksum with a line end": ("1.0.0", SHA256 + "\n"),
}


NOT_TEXT = {"no text": ({"a": 1}, SHA256), "no checksum": ("1.0.0", None)}
CHECK = PROJECT / ".github" / "actions" / "check-payload" / "action.yml"


def check(version: str, sha256: str) -> int:
    """The exit code of the check's own script, which sees a payload in its environment only."""
    (step,) = load(CHECK)["runs"]["steps"]
    given = {"${{ inputs.version }}": version, "${{ inputs.sha256 }}": sha256}
    variables = {name: given.get(value, value) for name, value in step["env"].items()}
    assert set(given.values()) <= set(variables.values())
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=variables, check=False,
                          capture_output=True).returncode  # fmt: skip


@pytest.mark.parametrize(("version", "sha256"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_payload_is_refused(version: str, sha256: str) -> None:
    assert check(version, sha256) == 2


@pytest.mark.parametrize("version", ["1.0.0", "0.0.1-rc.1", "1.0.0-alpha+001", "1.0.0-0a.-.b", "10.20.30+build.7-x"])
@pytest.mark.parametrize("sha256", [SHA256, SHA256.upper(), ""], ids=["lower case", "upper case", "no checksum"])
def test_every_form_of_a_version_and_checksum_passes(version: str, sha256: str) -> None:
    assert check(version, sha256) == 0


WHOLE = {name: HOSTILE[name] for name in ("command substitution", "end of a line", "empty")} | NOT_TEXT


@pytest.mark.parametrize(("version", "sha256"), WHOLE.values(), ids=WHOLE)
def test_a_hostile_payload_reaches_nothing(runner: Actions, version: object, sha256: object) -> None:
    run = receive(runner, "homebrew", {"version": version, "sha256": sha256})
    assert run.code != 0
    assert lines(run) == []
    assert not [call.line for call in run.calls if "hacked" in call.files]


@pytest.mark.parametrize("channel", ["scoop", "choco"])
def test_every_receiver_checks_its_payload(runner: Actions, channel: str) -> None:
    run = receive(runner, channel, {"version": "1.0.0;", "sha256": SHA256})
    assert run.code != 0
    assert lines(run) == []


@pytest.mark.parametrize("tag", ["v0.0.1", "0.0.1; touch hacked"], ids=["with v", "command"])
def test_docker_checks_its_input(runner: Actions, tag: str) -> None:
    run = receive(runner, "docker-publish", {"tag": tag}, FOUND)
    assert run.code != 0
    assert lines(run) == []


def test_a_version_and_checksum_are_handed_on_as_they_came(runner: Actions) -> None:
    run = receive(runner, "scoop", {"version": "1.0.0-0a.-.b+build.7-x", "sha256": SHA256.upper()})
    assert lines(run) == [f"invoke update.scoop --version=1.0.0-0a.-.b+build.7-x --sha256={SHA256.upper()}"]
    assert run.code == 0, run.log
