"""Each caller of README.md with its receiver, run with act: what a payload makes them do."""

import json
import subprocess
from typing import Any

import pytest
import yaml

from tests.workflows.harness import DATA, PROJECT, SECRETS, TASK, Actions, Run, load, own, receive

pytestmark = pytest.mark.services
SHA256 = "0123456789abcdef" * 4
PAYLOAD = {"version": "0.0.1", "sha256": SHA256}
FOUND = {
    "distribute release.extract --version=0": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "distribute release.extract --version=latest": {"outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "distribute status.docker": {"exit": 1},
}
ABSENT, PENDING = ({"stdout": f"review={word}\n"} for word in ("absent", "pending"))


def lines(run: Run) -> list[str]:
    """The commands that did something: no checkouts, no installation."""
    return [call.line for call in run.calls if call.program != "pip" and call.argv[:1] != ["checkout"]]


@pytest.mark.parametrize("channel", ["homebrew", "scoop"])
def test_a_payload_becomes_one_update_with_the_job_s_own_token(runner: Actions, channel: str) -> None:
    run = receive(runner, channel, PAYLOAD)
    assert lines(run) == [f"distribute update.{channel} --version=0.0.1 --sha256={SHA256}"]
    (update,) = run.of(TASK)
    assert update.secrets == {"GITHUB_TOKEN"}
    assert run.code == 0, run.log


@pytest.mark.parametrize("channel", ["homebrew", "choco"])
def test_a_downgrade_that_was_allowed_is_handed_on(runner: Actions, channel: str) -> None:
    run = receive(runner, channel, PAYLOAD | {"allow_downgrade": True}, {"look_up_package": PENDING})
    updates = [call.argv for call in run.of(TASK)]
    assert [argv[-1] for argv in updates] == ["--allow-downgrade"] * (2 if channel == "choco" else 1)
    assert run.code == 0, run.log


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
    looks = {"look_up_package": {"stdout": ["review=absent\n", "review=pending\n"]}}
    run = receive(runner, "choco", PAYLOAD, looks)
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


@pytest.mark.parametrize(
    ("push", "reviews", "pushes", "says"),
    [
        pytest.param({}, ["approved"], 0, "approved", id="what is there is not pushed again"),
        pytest.param({}, ["absent", "absent", "unknown", "approved"], 1, "approved", id="it shows up late"),
        pytest.param({"exit": 1, "stdout": "409: already exists"}, ["absent"], 1, None, id="a 409 proves nothing"),
        pytest.param({}, ["absent"], 1, None, id="a push that ended well proves nothing"),
        pytest.param({}, ["unknown"], 1, None, id="nor does a feed that does not say"),
        pytest.param({}, ["rejected"], 0, None, id="rejected"),
        pytest.param({"exit": 1, "stdout": "403 (a prior version is in a submitted state)"}, ["absent"], 1,
                     "an earlier version is in moderation", id="an earlier version is in moderation"),
        pytest.param({"exit": 1, "stdout": "403 (the key is wrong)"}, ["absent"], 1, None, id="refused"),
    ],
)  # fmt: skip
def test_choco_believes_the_feed_alone(
    runner: Actions, push: dict[str, Any], reviews: list[str], pushes: int, says: str | None
) -> None:
    looks = {"look_up_package": {"stdout": [f"review={word}\n" for word in reviews]}}
    run = receive(runner, "choco", PAYLOAD, {"choco push": push} | looks)
    assert len(run.of("choco", "push")) == pushes
    assert (run.code == 0) is (says is not None), run.log
    assert says is None or says in run.log


@pytest.mark.parametrize(
    ("fails", "left_out"),
    [
        pytest.param("distribute update.choco", "choco pack", id="an edit that is refused is not packed"),
        pytest.param("choco pack", "choco push", id="a package that cannot be packed is not pushed"),
    ],
)
def test_choco_stops_at_the_first_failure(runner: Actions, fails: str, left_out: str) -> None:
    run = receive(runner, "choco", PAYLOAD, {fails: {"exit": 1}})
    assert run.code != 0
    assert not [line for line in lines(run) if line.startswith(left_out)]


BUILT = "record action    source linux/amd64,linux/arm64 true kademoslabs/kekkai:0.0.1"
LOGIN = "record action  dockerhub_username-value a password"
MOVED = "docker buildx imagetools create --prefer-index=false --tag kademoslabs/kekkai:latest kademoslabs/kekkai:0.0.1"
NEWER = {"distribute release.extract --version=latest": {"outputs": "version=0.1.0\ntag=v0.1.0\n"}}
NO_LOOK_UP = {"look_up_image": {"exit": 1}}


def image(runner: Actions, exists: str = "false", commit: str = "") -> dict[str, Any]:
    """What the look-up of the image says; the tag's commit is the one that is checked out, unless another is given."""
    head = ["git", "-C", str(runner.root / "trees" / "source"), "rev-parse", "HEAD"]
    commit = commit or subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    return {"look_up_image": {"stdout": f"exists={exists}\ncommit={commit}\nhost=\nimage=kademoslabs/kekkai\n"}}


@pytest.mark.parametrize(
    ("exists", "newest", "done"),
    [
        pytest.param("false", {}, [LOGIN, BUILT, MOVED], id="the newest version is built and becomes latest"),
        pytest.param("false", NEWER, [LOGIN, BUILT], id="an older line never becomes latest"),
        pytest.param("true", {}, [LOGIN, MOVED], id="an image that exists is not built again"),
    ],
)
def test_docker_builds_and_moves_latest(runner: Actions, exists: str, newest: dict[str, Any], done: list[str]) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND | image(runner, exists) | newest)
    order = [line.strip() for line in lines(run)]
    assert [line for line in order if line in {LOGIN, BUILT, MOVED}] == done, run.log
    if BUILT in done:  # from the tag of the release; who logs in does so after every look-up
        assert ["source", "", "refs/tags/v0.0.1"] in [call.argv[1:] for call in run.of("record", "checkout")]
        assert order.index(LOGIN) == order.index(BUILT) - 1
    assert [call.secrets for call in run.of("docker")] == [set()] * len(run.of("docker"))
    assert run.code == 0, run.log


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"distribute release.extract": {"exit": 1}}, id="there is no release"),
        pytest.param(FOUND | NO_LOOK_UP, id="the registry does not say"),
        pytest.param(FOUND | {"moved": {}}, id="the tag has moved"),
    ],
)
def test_docker_builds_nothing_where(runner: Actions, answers: dict[str, Any]) -> None:
    moved = image(runner, commit="0" * 40) if "moved" in answers else {}
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, answers | moved)
    assert run.code != 0
    assert not run.of("docker")
    assert not run.of("record", "action")


@pytest.mark.parametrize(
    ("host", "secrets", "login"),
    [
        pytest.param("ghcr.io", {}, "ghcr.io nektos/act a password", id="ghcr.io takes the job's own token"),
        pytest.param("ghcr.io", {"DOCKERHUB_USERNAME": "me-value", "DOCKERHUB_TOKEN": "it-value"},
                     "ghcr.io me-value a password", id="or a login that is given"),
        pytest.param("quay.io", {}, "quay.io", id="no other registry gets the job's token"),
    ],
)  # fmt: skip
def test_docker_logs_in_where_the_image_is(runner: Actions, host: str, secrets: dict[str, str], login: str) -> None:
    runner.know_secrets({"GITHUB_TOKEN": SECRETS["GITHUB_TOKEN"]} | secrets)
    answer = image(runner, "true")
    answer["look_up_image"]["stdout"] = answer["look_up_image"]["stdout"].replace("host=", f"host={host}")
    run = receive(runner, "docker-publish", {"tag": "0.0.1"}, FOUND | NEWER | answer)
    assert [" ".join(call.argv[1:]).strip() for call in run.of("record", "action") if call.argv[1]] == [login]
    assert run.code == 0, run.log  # nothing to do is success


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


WHOLE = {name: HOSTILE[name] for name in ("command substitution", "empty")} | NOT_TEXT


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


def test_docker_checks_its_input(runner: Actions) -> None:
    run = receive(runner, "docker-publish", {"tag": "0.0.1; touch hacked"}, FOUND)
    assert run.code != 0
    assert lines(run) == []


def test_a_version_and_checksum_are_handed_on_as_they_came(runner: Actions) -> None:
    run = receive(runner, "scoop", {"version": "1.0.0-0a.-.b+build.7-x", "sha256": SHA256.upper()})
    assert lines(run) == [f"distribute update.scoop --version=1.0.0-0a.-.b+build.7-x --sha256={SHA256.upper()}"]
    assert run.code == 0, run.log
