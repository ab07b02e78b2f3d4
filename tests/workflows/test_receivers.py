"""Each caller of README.md with its receiver, run with act: what a payload makes them do."""

import json
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.workflows.harness import DATA, PROJECT, Actions, Run, load, own, receive
from tests.workflows.recorded import SECRETS, TASK

pytestmark = pytest.mark.services
SHA256 = "0123456789abcdef" * 4
PAYLOAD = {"version": "0.0.1", "sha256": SHA256}
FOUND = {
    "distribute release.extract --version=0": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "distribute release.extract --version=latest": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "distribute status.docker": {"exit": 1},
}


def lines(run: Run) -> list[str]:
    """The commands that did something: no checkouts, no installation."""
    return [call.line for call in run.calls if call.program != "pip" and call.argv[:1] != ["checkout"]]


def test_a_payload_becomes_one_update_with_the_job_s_own_token(runner: Actions) -> None:
    run = receive(runner, "homebrew", PAYLOAD)
    assert lines(run) == [f"distribute update.homebrew --version=0.0.1 --sha256={SHA256}"]
    (update,) = run.of(TASK)
    assert update.secrets == {"GITHUB_TOKEN"}
    assert run.code == 0, run.log


def test_version_and_checksum_are_handed_on_as_they_came_and_so_is_a_downgrade(runner: Actions) -> None:
    version, sha256 = "1.0.0-0a.-.b+build.7-x", SHA256.upper()
    run = receive(runner, "scoop", {"version": version, "sha256": sha256, "allow_downgrade": True})
    assert lines(run) == [f"distribute update.scoop --version={version} --sha256={sha256} --allow-downgrade"]
    assert [call.secrets for call in run.of(TASK)] == [{"GITHUB_TOKEN"}]
    assert run.code == 0, run.log


EDIT, PUSH = "Edit a checkout and pack it", "Update, commit and push"
WRITING = {
    "tap": ("homebrew", PUSH),
    "bucket": ("scoop", PUSH),
    "packages": ("choco", PUSH),
    "package": ("choco", EDIT),
}


def values(channel: str, allow_downgrade: str = "") -> dict[str, str]:
    """What the expressions of a receiver's steps are."""
    payload = "github.event.client_payload"
    return {
        "steps.distributions.outputs.python": "python", "inputs.channel": channel, f"{payload}.version": "0.0.1",
        f"{payload}.sha256": SHA256, f"{payload}.allow_downgrade": allow_downgrade, "github.token": "it",
        "inputs.nuspec": "a.nuspec", "inputs.source": "https://gallery.test/", "secrets.CHOCO_API_KEY": "key",
    }  # fmt: skip


@pytest.mark.parametrize(("channel", "step"), WRITING.values(), ids=WRITING)
def test_a_downgrade_that_was_allowed_is_handed_on(runner: Actions, channel: str, step: str) -> None:
    for allowed, last in (("true", ["--allow-downgrade"]), ("false", []), ("", [])):
        shutil.rmtree(runner.root / "calls")
        (runner.root / "calls").mkdir()
        run = runner.run_step(f"receive-{channel}", step, values(channel, allowed))
        (update,) = run.of(TASK)
        path = ["--path=packages"] if step == EDIT else []
        assert update.argv == [f"update.{channel}", "--version=0.0.1", f"--sha256={SHA256}", *path, *last]
        assert run.code == 0, run.log


@pytest.mark.parametrize(("channel", "step"), WRITING.values(), ids=WRITING)
def test_an_update_that_is_refused_fails_its_step_at_once(runner: Actions, channel: str, step: str) -> None:
    run = runner.run_step(f"receive-{channel}", step, values(channel), {f"distribute update.{channel}": {"exit": 2}})
    assert run.code == 2
    assert [call.program for call in run.calls] == [TASK]


def test_a_channel_of_another_name_has_its_own_task(runner: Actions) -> None:
    """The product's settings are taken, its channel is told with the job's token, and Invoke is not steered."""
    settings = yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))
    settings["channels"] = {"tap": settings["channels"]["homebrew"] | {"token": "A_TOKEN"}}
    product = runner.root / "trees" / "product" / "invoke.yaml"
    product.write_text(yaml.safe_dump(settings | {"tasks": {"executor_class": "x.y"}}), "utf-8")
    caller = (DATA / "callers" / "homebrew.yml").read_text("utf-8")
    given = json.dumps({"product": "acme/rocket", "channel": "tap"})
    path = runner.add(".github/workflows/call.yml", own(caller) + f"    with: {given}\n")
    payload = {"action": "kekkai-release", "client_payload": PAYLOAD}
    run = runner.run("repository_dispatch", path, payload)
    assert lines(run) == [f"distribute update.tap --version=0.0.1 --sha256={SHA256}"]
    (taken,) = [yaml.safe_load(call.results["invoke.yaml"]) for call in run.of(TASK)]
    assert set(taken) == {"project", "artifacts", "channels", "http", "retry"}
    assert taken["channels"]["tap"]["token"] == "GITHUB_TOKEN"
    assert run.code == 0, run.log


def test_choco_packs_before_anything_is_pushed(runner: Actions) -> None:
    """And the gallery's key is seen by the push alone, after which the feed is what counts."""
    run = receive(runner, "choco", PAYLOAD, looks(["absent", "pending"]))
    key = SECRETS["CHOCO_API_KEY"]
    assert lines(run) == [
        f"distribute update.choco --version=0.0.1 --sha256={SHA256} --path=packages",
        "choco pack packages/kekkai/kekkai.nuspec --output-directory=package --limit-output",
        f"distribute update.choco --version=0.0.1 --sha256={SHA256}",
        "look_up_package choco 0.0.1",
        f"choco push package/*.nupkg --source=https://push.chocolatey.org/ --api-key={key} --limit-output",
        "sleep 0",
        "look_up_package choco 0.0.1",
    ]
    assert [call.secrets for call in run.of("choco", "pack")] == [{"GITHUB_TOKEN"}]
    assert [call.secrets for call in run.of("choco", "push")] == [{"CHOCO_API_KEY"}]
    assert [call.secrets for call in run.of("look_up_package")] == [set(), set()]
    assert run.code == 0, run.log
    assert key not in run.log


MODERATION = {"exit": 1, "stdout": "403 (a prior version is in a submitted state)"}


@pytest.mark.parametrize(
    ("push", "reviews", "pushes", "says"),
    [
        pytest.param({}, ["approved"], 0, "approved", id="what is there is not pushed again"),
        pytest.param(MODERATION, ["unknown", "absent"], 1, "an earlier version is in moderation",
                     id="an earlier version is in moderation"),
    ],
)  # fmt: skip
def test_choco_pushes_what_the_feed_does_not_have(
    runner: Actions, push: dict[str, Any], reviews: list[str], pushes: int, says: str
) -> None:
    run = receive(runner, "choco", PAYLOAD, {"choco push": push} | looks(reviews))
    assert len(run.of("choco", "push")) == pushes
    assert run.code == 0, run.log
    assert says in run.log


def looks(reviews: list[str]) -> dict[str, Any]:
    """What the feed says, one look after the other."""
    return {"look_up_package": {"stdout": [f"review={word}\n" for word in reviews]}}


@pytest.mark.parametrize(
    ("push", "reviews", "says"),
    [
        pytest.param({"exit": 1, "stdout": "409 (Conflict)"}, ["pending"], "pending", id="it is there"),
        pytest.param({}, ["absent", "unknown", "approved"], "approved", id="it shows up late"),
        pytest.param({"exit": 1, "stdout": "409: already exists"}, ["absent"], None, id="a 409 proves nothing"),
        pytest.param({}, ["absent"], None, id="a push that ended well proves nothing"),
        pytest.param({}, ["unknown"], None, id="nor does a feed that does not say"),
        pytest.param({}, ["rejected"], None, id="rejected"),
        pytest.param({}, ["unlisted"], None, id="unlisted"),
        pytest.param(MODERATION, ["absent"], "an earlier version is in moderation", id="an earlier one waits"),
        pytest.param({"exit": 1, "stdout": "403 (the key is wrong)"}, ["absent"], None, id="refused"),
    ],
)
def test_choco_believes_the_feed_alone(
    runner: Actions, push: dict[str, Any], reviews: list[str], says: str | None
) -> None:
    """The scripts that push and look, one after the other: how the push ends is no failure of its step."""
    pushed = runner.run_step("receive-choco", "Push the package", values("choco"), {"choco push": push})
    assert ([call.argv[0] for call in pushed.of("choco")], pushed.code) == (["push"], 0), pushed.log
    run = runner.run_step("receive-choco", "See what the gallery has now", values("choco"), looks(reviews))
    assert (run.code == 0) is (says is not None), run.log
    assert len(run.of("look_up_package")) == (
        4 if says is None and reviews[0] in {"absent", "unknown"} else len(reviews)
    )
    assert says is None or says in run.log


def test_choco_does_not_push_what_cannot_be_packed(runner: Actions) -> None:
    run = receive(runner, "choco", PAYLOAD, {"choco pack": {"exit": 1}})
    assert run.code != 0
    assert [call.argv[0] for call in run.of("choco")] == ["pack"]
    assert len(run.of(TASK)) == 1


BUILT = "record action    source linux/amd64,linux/arm64 true kademoslabs/kekkai:0.0.1"
LOGIN = "record action  dockerhub_username-value a password"
MOVED = "docker buildx imagetools create --prefer-index=false --tag kademoslabs/kekkai:latest kademoslabs/kekkai:0.0.1"
NEWER = {"distribute release.extract --version=latest": {"outputs": "version=0.1.0\ntag=v0.1.0\n"}}
NO_LOOK_UP = {"look_up_image": {"exit": 1}}


def image(runner: Actions, exists: str = "false", commit: str = "", host: str = "") -> dict[str, Any]:
    """What the look-up of the image says; the tag's commit is the one that is checked out, unless another is given."""
    head = ["git", "-C", str(runner.root / "trees" / "source"), "rev-parse", "HEAD"]
    commit = commit or subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    return {"look_up_image": {"stdout": f"exists={exists}\ncommit={commit}\nhost={host}\nimage=kademoslabs/kekkai\n"}}


def done(run: Run) -> list[str]:
    """What Docker's actions and Docker were asked to do."""
    return [
        call.line.strip()
        for call in run.calls
        if call.program == "docker" or (call.argv[:1] == ["action"] and any(call.argv[1:]))
    ]


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        pytest.param({}, [LOGIN, BUILT, MOVED], id="the newest becomes latest"),
        pytest.param(NEWER, [LOGIN, BUILT], id="an older line never does"),
    ],
)
def test_docker_builds_the_tag_of_the_release(runner: Actions, newest: dict[str, Any], expected: list[str]) -> None:
    """Who logs in at the registry does so after every look-up."""
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND | newest | image(runner))
    assert done(run) == expected, run.log
    assert ["source", "", "refs/tags/v0.0.1"] in [call.argv[1:] for call in run.of("record", "checkout")]
    assert [call.secrets for call in run.of("docker")] == [set()] * len(run.of("docker"))
    order = [line.strip() for line in lines(run)]
    assert order.index(LOGIN) == order.index(BUILT) - 1
    assert run.code == 0, run.log


OWN = {"GITHUB_TOKEN": SECRETS["GITHUB_TOKEN"]}


@pytest.mark.parametrize(
    ("host", "secrets", "newest", "expected"),
    [
        pytest.param("ghcr.io", OWN, NEWER, ["record action ghcr.io nektos/act a password"],
                     id="ghcr.io takes the job's own token, and an older line never becomes latest"),
        pytest.param("ghcr.io", SECRETS, {}, ["record action ghcr.io dockerhub_username-value a password", MOVED],
                     id="or a login that is given, and what is the newest becomes latest"),
        pytest.param("quay.io", OWN, NEWER, ["record action quay.io"], id="no other registry gets the job's token"),
    ],
)  # fmt: skip
def test_docker_logs_in_where_the_image_is_and_builds_no_image_again(
    runner: Actions, host: str, secrets: dict[str, str], newest: dict[str, Any], expected: list[str]
) -> None:
    runner.know_secrets(secrets)
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND | newest | image(runner, "true", host=host))
    assert done(run) == expected, run.log
    assert run.code == 0, run.log


@pytest.mark.parametrize(
    ("answers", "moved", "says"),
    [
        pytest.param({"distribute release.extract": {"exit": 1}}, "", "", id="there is no release"),
        pytest.param(FOUND | NO_LOOK_UP, "", "", id="the registry does not say"),
        pytest.param(FOUND, "0" * 40, "The tag has moved", id="the tag has moved"),
    ],
)
def test_docker_builds_nothing_where(runner: Actions, answers: dict[str, Any], moved: str, says: str) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, image(runner, commit=moved) | answers)
    assert run.code != 0, run.log
    assert says in run.log
    assert run.of("docker") + run.of("record", "action") == [], run.log


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
FLAGS = {"a command": "$(touch hacked)", "another word": "yes", "a line end": "true\n", "a flag": "--force"}


NOT_TEXT = {"no text": ({"a": 1}, SHA256), "no checksum": ("1.0.0", None)}
CHECK = PROJECT / ".github" / "actions" / "check-payload" / "action.yml"


def check(version: str, sha256: str, allow_downgrade: str = "") -> int:
    """The exit code of the check's own script, which sees a payload in its environment only."""
    (step,) = load(CHECK)["runs"]["steps"]
    given = {"${{ inputs.version }}": version, "${{ inputs.sha256 }}": sha256,
             "${{ inputs.allow_downgrade }}": allow_downgrade}  # fmt: skip
    variables = {name: given.get(value, value) for name, value in step["env"].items()}
    assert set(given.values()) <= set(variables.values())
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=variables, check=False,
                          capture_output=True).returncode  # fmt: skip


@pytest.mark.parametrize(("version", "sha256"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_payload_is_refused(version: str, sha256: str) -> None:
    assert check(version, sha256) == 2


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_a_hostile_flag_is_refused(flag: str) -> None:
    assert check("1.0.0", SHA256, flag) == 2
    assert (check("1.0.0", SHA256, "true"), check("1.0.0", SHA256, "false")) == (0, 0)


@pytest.mark.parametrize("version", ["1.0.0", "0.0.1-rc.1", "1.0.0-alpha+001", "1.0.0-0a.-.b", "10.20.30+build.7-x"])
@pytest.mark.parametrize("sha256", [SHA256, SHA256.upper(), ""], ids=["lower case", "upper case", "no checksum"])
def test_every_form_of_a_version_and_checksum_passes(version: str, sha256: str) -> None:
    assert check(version, sha256) == 0


WHOLE = {
    "command substitution": ("homebrew", *HOSTILE["command substitution"]),
    "end of a line": ("scoop", *HOSTILE["end of a line"]),
    "empty": ("choco", *HOSTILE["empty"]),
    "no text": ("homebrew", *NOT_TEXT["no text"]),
    "no checksum": ("scoop", *NOT_TEXT["no checksum"]),
}


@pytest.mark.parametrize(("channel", "version", "sha256"), WHOLE.values(), ids=WHOLE)
def test_a_hostile_payload_reaches_nothing(runner: Actions, channel: str, version: object, sha256: object) -> None:
    run = receive(runner, channel, {"version": version, "sha256": sha256})
    assert run.code != 0
    assert lines(run) == []
    assert not [call.line for call in run.calls if "hacked" in call.files]


def test_docker_checks_its_input(runner: Actions) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1; touch hacked"}, FOUND)
    assert run.code != 0
    assert lines(run) == []
    assert not [call.line for call in run.calls if "hacked" in call.files]
