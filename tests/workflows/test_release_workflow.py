"""The release workflow's own steps, run with act: who is called with what, and which token is seen where."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from _pytest.mark.structures import ParameterSet

from tests.workflows.harness import SECRETS, Actions, Run, add_caller

pytestmark = pytest.mark.services
WORKFLOW = Path(".github/workflows/trigger-distributions.yml")
DIST = ["dist.choco", "dist.docker", "dist.homebrew", "dist.scoop"]
RECORD = {"invoke release.extract": {"stdout": '{"schema": 1}\n', "outputs": "version=0.0.1\ntag=v0.0.1\n"}}
VALIDATE = ["--release=release.json", "--no-tokens", "--json"]
TELL = ["--release=release.json", "--wait=30", "--json"]
SHA256 = "0123456789abcdef" * 4
RELEASE = {"action": "published", "release": {"tag_name": "v0.0.1", "prerelease": False}}


def manual(version: str = "0.0.1", sha256: str = "", dry_run: str = "false") -> dict[str, Any]:
    return {"inputs": {"version": version, "sha256": sha256, "dry_run": dry_run}}


SCENARIOS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "release": ("release", RELEASE, {}),
    "manual": ("workflow_dispatch", manual(sha256=SHA256), {}),
    "dry run": ("workflow_dispatch", manual(dry_run="true"), {}),
    "one channel fails": ("release", RELEASE, {"invoke dist.scoop": {"exit": 1, "stdout": '{"ok": false}\n'}}),
    "a person is needed": ("release", RELEASE, {"invoke dist.choco": {"exit": 3}}),
    "extract fails": ("release", RELEASE, {"invoke release.extract": {"exit": 1}}),
    "wrong checksum": ("workflow_dispatch", manual(sha256="f" * 64), {"invoke release.validate": {"exit": 2}}),
    "a job is killed": ("release", RELEASE, {"invoke dist.scoop": {"exit": 137}}),
    "notify fails": ("release", RELEASE, {"invoke notify.result": {"exit": 1}}),
}


@pytest.fixture(scope="session")
def ran(new_runner: Callable[[], Actions]) -> Callable[[str], tuple[Run, Actions]]:
    """Runs a scenario, once for all tests that look at it."""

    @cache
    def run(name: str) -> tuple[Run, Actions]:
        event, payload, answers = SCENARIOS[name]
        runner = new_runner()
        return runner.run(event, WORKFLOW, payload, RECORD | answers), runner

    return run


Ran = Callable[[str], tuple[Run, Actions]]


def row(scenario: str, *values: object, id: str) -> ParameterSet:  # noqa: A002 - as pytest.param
    """A row of a table; all rows of a scenario go to one worker, where they share its run."""
    return pytest.param(scenario, *values, id=id, marks=pytest.mark.xdist_group(scenario))


def of(scenario: str) -> pytest.MarkDecorator:
    """The one scenario that a test looks at."""
    return pytest.mark.parametrize("scenario", [row(scenario, id=scenario)])


@pytest.mark.parametrize(
    ("scenario", "ends", "channels"),
    [
        row("release", "green", DIST, id="a published release goes to every channel"),
        row("manual", "green", DIST, id="so does a version typed by hand"),
        row("dry run", "green", DIST, id="a dry run asks every channel"),
        row("one channel fails", "red", DIST, id="a channel that fails stops no other"),
        row("a person is needed", "red", DIST, id="a channel that needs a person is red"),
        row("extract fails", "red", [], id="no release, no channel"),
        row("wrong checksum", "red", [], id="a wrong checksum stops before any channel"),
        row("notify fails", "red", DIST, id="a bad result makes notify red"),
    ],
)
def test_which_jobs_run_and_how_it_ends(ran: Ran, scenario: str, ends: str, channels: list[str]) -> None:
    run, _ = ran(scenario)
    assert sorted(task for task in run.tasks if task.startswith("dist.")) == channels, run.log
    assert (run.tasks[0], run.tasks[-1]) == ("release.extract", "notify.result")
    assert ("red" if run.code else "green") == ends, run.log


@pytest.mark.parametrize(
    ("scenario", "task", "arguments"),
    [
        row("release", "release.extract", ["--json", "--wait=30"], id="the event says which version"),
        row("manual", "release.extract", ["--json", "--version=0.0.1"], id="the input says it"),
        row("dry run", "release.extract", ["--json", "--version=0.0.1", "--dry-run"], id="a dry run"),
        row("manual", "release.validate", [*VALIDATE, f"--sha256={SHA256}"], id="a checksum is handed on"),
        row("release", "release.validate", VALIDATE, id="none is not handed on"),
        row("dry run", "release.validate", [*VALIDATE, "--dry-run"], id="an empty one neither"),
        row("release", "dist.scoop", TELL, id="a channel"),
        row("dry run", "dist.docker", [*TELL, "--dry-run"], id="a channel in a dry run"),
        row("release", "notify.result", ["--results=results", "--version=0.0.1"], id="notify"),
        row("dry run", "notify.result", ["--results=results", "--version=0.0.1", "--dry-run"],
                     id="notify of a dry run"),
        row("extract fails", "notify.result", ["--results=results", "--version=v0.0.1"],
                     id="notify without a record takes the tag"),
    ],
)  # fmt: skip
def test_arguments(ran: Ran, scenario: str, task: str, arguments: list[str]) -> None:
    run, _ = ran(scenario)
    assert [call.argv[1:] for call in run.of("invoke", task)] == [arguments]


SECRETS_OF = {
    "release.extract": {"GITHUB_TOKEN"},
    "release.validate": {"GITHUB_TOKEN"},
    "dist.homebrew": {"TAP_REPO_TOKEN"},
    "dist.scoop": {"SCOOP_REPO_TOKEN"},
    "dist.choco": {"CHOCO_REPO_TOKEN"},
    "dist.docker": {"GITHUB_TOKEN"},
    "notify.result": {"GITHUB_TOKEN", "SLACK_WEBHOOK"},
}


@of("release")
@pytest.mark.parametrize(("task", "variables"), SECRETS_OF.items(), ids=SECRETS_OF)
def test_a_job_sees_its_own_token_only(ran: Ran, scenario: str, task: str, variables: set[str]) -> None:
    run, _ = ran(scenario)
    (call,) = run.of("invoke", task)
    assert call.secrets == variables


@of("release")
def test_no_token_is_seen_while_dependencies_are_installed_or_written_to_the_log(ran: Ran, scenario: str) -> None:
    run, _ = ran(scenario)
    assert len(run.of("pip")) == 7
    assert all("--require-hashes" in call.argv for call in run.of("pip"))
    assert not [call.line for call in run.calls if call.program != "invoke" and call.secrets]
    assert not [name for name, value in SECRETS.items() if value in run.log]


@of("one channel fails")
def test_every_result_reaches_notify(ran: Ran, scenario: str) -> None:
    run, _ = ran(scenario)
    (notify,) = run.of("invoke", "notify.result")
    channels = [f"result-{name.removeprefix('dist.')}.json" for name in DIST]
    assert sorted(notify.results) == ["release.json", *channels[:3], "result-scoop.json", "result-validate.json"]
    assert json.loads(notify.results["result-scoop.json"]) == {"ok": False}


@of("a job is killed")
def test_a_job_that_left_no_result_counts_as_failed(ran: Ran, scenario: str) -> None:
    run, _ = ran(scenario)
    (notify,) = run.of("invoke", "notify.result")
    (row,) = json.loads(notify.results["result-scoop.json"])["channels"]
    assert (row["channel"], row["state"], row["version"]) == ("scoop", "failed", "0.0.1")


@of("wrong checksum")
def test_no_channel_is_reported_where_none_had_a_job(ran: Ran, scenario: str) -> None:
    run, _ = ran(scenario)
    (notify,) = run.of("invoke", "notify.result")
    assert sorted(notify.results) == ["release.json", "result-validate.json"]


HOSTILE = {
    "command substitution": "1.0.0$(touch hacked)",
    "backticks": "1.0.0`touch hacked`",
    "end of a string": '1.0.0"; touch hacked; "',
    "end of a line": "1.0.0\ntouch hacked",
    "a flag": "--help",
    "an expression": "${{ secrets.TAP_REPO_TOKEN }}",
    "an output": "1.0.0\nversion=9.9.9",
    "a path": "../../../etc/passwd",
}


@pytest.mark.parametrize("version", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_version_is_one_argument_and_never_code(runner: Actions, version: str) -> None:
    run = runner.run("workflow_dispatch", WORKFLOW, manual(version), {"invoke release.extract": {"exit": 2}})
    assert run.tasks == ["release.extract", "notify.result"]
    assert [call.argv[-1] for call in run.of("invoke")] == [f"--version={version}"] * 2
    assert not [call.line for call in run.calls if "hacked" in call.files]
    assert run.code != 0


def test_a_hostile_checksum_is_one_argument(runner: Actions) -> None:
    hostile = manual(sha256='$(touch hacked)"; touch hacked')
    run = runner.run("workflow_dispatch", WORKFLOW, hostile, RECORD | {"invoke release.validate": {"exit": 2}})
    assert run.of("invoke", "release.validate")[0].argv[-1] == '--sha256=$(touch hacked)"; touch hacked'
    assert not [call.line for call in run.calls if "hacked" in call.files]


def test_a_job_that_is_run_again_replaces_its_result(runner: Actions) -> None:
    failed = runner.run("release", WORKFLOW, RELEASE, RECORD | {"invoke dist.scoop": {"exit": 1, "stdout": "first"}})
    again = runner.run("release", WORKFLOW, RELEASE, RECORD | {"invoke dist.scoop": {"stdout": "second"}})
    assert (failed.code == 0, again.code == 0) == (False, True), again.log
    assert (runner.root / "artifacts/result-scoop/result-scoop.json").read_text("utf-8") == "second"


def test_a_product_brings_its_own_channels(runner: Actions) -> None:
    """A repository that holds only an invoke.yaml: its channels get a job each, and no others."""
    path = runner.root / "trees" / "product" / "invoke.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    settings["channels"] = {name: settings["channels"][name] for name in ("homebrew", "docker")}
    path.write_text(yaml.safe_dump(settings), "utf-8")
    run = runner.run("release", WORKFLOW, RELEASE, RECORD)
    told = {call.argv[0]: call.secrets for call in run.of("invoke") if call.argv[0].startswith("dist.")}
    assert told == {"dist.homebrew": {"TAP_REPO_TOKEN"}, "dist.docker": {"GITHUB_TOKEN"}}
    assert run.code == 0, run.log


@pytest.mark.parametrize(
    ("event", "payload", "arguments"),
    [
        pytest.param("release", RELEASE, ["--json", "--wait=30"], id="release"),
        pytest.param(
            "workflow_dispatch", manual(dry_run="true"), ["--json", "--version=0.0.1", "--dry-run"], id="dry run"
        ),
    ],
)
def test_a_caller_in_another_repository(
    runner: Actions, event: str, payload: dict[str, Any], arguments: list[str]
) -> None:
    """Event, inputs and secrets go through the caller of README.md, each secret to its own channel."""
    run = runner.run(event, add_caller(runner, "trigger-distributions"), payload, RECORD)
    assert run.of("invoke", "release.extract")[0].argv[1:] == arguments
    assert {call.argv[0]: call.secrets for call in run.of("invoke") if call.argv[0] in DIST} == {
        "dist.homebrew": {"TAP_REPO_TOKEN"},
        "dist.docker": {"GITHUB_TOKEN"},
        "dist.scoop": {"SCOOP_REPO_TOKEN"},
        "dist.choco": {"CHOCO_REPO_TOKEN"},
    }
    assert run.code == 0, run.log
