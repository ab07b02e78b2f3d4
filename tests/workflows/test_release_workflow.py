"""The release workflow's own steps, run with act: who is called with what, and which token is seen where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflows.harness import Actions, Run, add_caller
from tests.workflows.recorded import SECRETS, TASK

pytestmark = pytest.mark.services
WORKFLOW = Path(".github/workflows/trigger-distributions.yml")
DIST = ("dist.choco", "dist.docker", "dist.homebrew", "dist.scoop")
SERVED = '{"channels": [{"state": "served", "version": "0.0.1"}]}\n'
RECORD = {
    "distribute release.extract": {"stdout": '{"schema": 1}\n', "outputs": "version=0.0.1\ntag=v0.0.1\n"},
    "distribute dist.": {"stdout": SERVED},
    "distribute prove.": {"stdout": "{}\n"},
}
VALIDATE = ["--release=release.extract.json", "--no-tokens", "--json"]
TELL = ["--release=release.extract.json", "--wait=30", "--json"]
STEPS = ["release.extract.json", "release.validate.json"]
CHECKED = "release.check.json"
CHECK = "--check"
PROOFS = ("prove.choco.windows", "prove.docker.linux", "prove.homebrew.linux", "prove.homebrew.macos",
          "prove.scoop.windows")  # fmt: skip
PROVE = ["--version=0.0.1", "--yes", "--json"]
SHA256 = "0123456789abcdef" * 4
HOSTILE_SHA256 = '$(touch hacked)"; touch hacked'
RELEASE = {"action": "published", "release": {"tag_name": "v0.0.1", "prerelease": False}}


def manual(version: str = "0.0.1", sha256: str = "", dry_run: str = "false") -> dict[str, Any]:
    return {"inputs": {"version": version, "sha256": sha256, "dry_run": dry_run}}


@dataclass(frozen=True)
class Scenario:
    """An event, and how its run has to go; a run takes seconds, so that each is looked at from all sides at once.

    Attributes:
        answers: how programs answer, beside those of ``RECORD``.
        channels: the tasks that tell a channel.
        arguments: task -> what it is called with.
        red: the jobs that fail.
        proofs: the installations that are tried, by the file of their report.
    """

    event: str
    payload: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    red: Collection[str] = ()
    channels: Sequence[str] = DIST
    arguments: dict[str, list[str]] = field(default_factory=dict)
    proofs: Sequence[str] = PROOFS

    @property
    def results(self) -> list[str]:
        """What ``notify.result`` finds, by file."""
        steps = STEPS if self.channels or self.validated else STEPS[:1]
        installed = [CHECKED] if self.proofs else []
        return sorted([*(f"{name}.json" for name in (*self.channels, *self.proofs)), *steps, *installed])

    @property
    def validated(self) -> bool:
        """Whether the release was found."""
        return not self.answers.get("distribute release.extract", {}).get("exit")


SCENARIOS = {
    "a published release goes to every channel": Scenario(
        "release", RELEASE,
        arguments={"release.extract": ["--json", "--wait=30"], "release.validate": VALIDATE, "dist.scoop": TELL,
                   "prove.scoop": PROVE, "notify.result": ["--results=results", "--version=0.0.1"]},
    ),
    "a dry run asks every channel": Scenario(
        "workflow_dispatch", manual(dry_run="true"),
        arguments={"release.extract": ["--json", "--version=0.0.1", "--dry-run"],
                   "release.validate": [*VALIDATE, "--dry-run"], "dist.docker": [*TELL, "--dry-run"],
                   "notify.result": ["--results=results", "--version=0.0.1", "--dry-run"]},
        proofs=[],
    ),
    "what fails, is killed or needs a person is red and stops no other": Scenario(
        "release", RELEASE,
        {"distribute dist.scoop": {"exit": 1, "stdout": '{"ok": false}\n'}, "distribute dist.homebrew": {"exit": 137},
         "distribute dist.choco": {"exit": 3}, "distribute prove.docker": {"exit": 1},
         "distribute notify.result": {"exit": 1}},
        {"homebrew", "scoop", "choco", "prove docker on linux", "Notify"}, proofs=PROOFS[1:2],
    ),
    "typed by hand with a checksum: what served already is proved again, what waits is not": Scenario(
        "workflow_dispatch", manual(sha256=SHA256),
        {"distribute dist.scoop": {"stdout": '{"channels": [{"state": "skipped", "version": "0.0.1", "serves": '
                                             '{"version": "0.0.1"}}]}'},
         "distribute dist.choco": {"stdout": '{"channels": [{"state": "pending", "version": "0.0.1"}]}'}},
        arguments={"release.extract": ["--json", "--version=0.0.1"],
                   "release.validate": [*VALIDATE, f"--sha256={SHA256}"]},
        proofs=PROOFS[1:],
    ),
    "no release, no channel, and its tag is what notify gets": Scenario(
        "release", RELEASE, {"distribute release.extract": {"exit": 1}}, {"Extract and validate"}, [],
        {"notify.result": ["--results=results", "--version=v0.0.1"]}, [],
    ),
    "a wrong checksum, here a hostile one, is one argument and stops before any channel": Scenario(
        "workflow_dispatch", manual(sha256=HOSTILE_SHA256), {"distribute release.validate": {"exit": 2}},
        {"Extract and validate"}, [], {"release.validate": [*VALIDATE, f"--sha256={HOSTILE_SHA256}"]}, [],
    ),
}  # fmt: skip
SECRETS_OF = {
    "release.extract": {"GITHUB_TOKEN"},
    "release.validate": {"GITHUB_TOKEN"},
    "dist.homebrew": {"TAP_REPO_TOKEN"},
    "dist.scoop": {"SCOOP_REPO_TOKEN"},
    "dist.choco": {"CHOCO_REPO_TOKEN"},
    "dist.docker": {"GITHUB_TOKEN"},
    "notify.result": {"GITHUB_TOKEN", "SLACK_WEBHOOK"},
    CHECK: set(),
    "prove.choco": set(),
    "prove.docker": set(),
    "prove.homebrew": set(),
    "prove.scoop": set(),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_scenario(runner: Actions, scenario: Scenario) -> None:
    run = runner.run(scenario.event, WORKFLOW, scenario.payload, RECORD | scenario.answers)
    assert sorted(task for task in run.tasks if task.startswith("dist.")) == list(scenario.channels), run.log
    assert (run.tasks[0], run.tasks[-1]) == ("release.extract", "notify.result")
    assert (run.failed, run.code != 0) == (set(scenario.red), bool(scenario.red)), run.log
    given = {task: [call.argv[1:] for call in run.of(TASK, task) if CHECK not in call.argv]
             for task in scenario.arguments}  # fmt: skip
    assert given == {task: [arguments] for task, arguments in scenario.arguments.items()}
    (notify,) = run.of(TASK, "notify.result")
    assert sorted(set(notify.results) - {"invoke.yaml"}) == scenario.results
    assert sorted(task for task in run.tasks if task.startswith("prove.")) == [
        proof.rpartition(".")[0] for proof in scenario.proofs
    ]
    assert not [call.line for call in run.calls if "hacked" in call.files]
    check_secrets(run)
    if scenario.channels and scenario.proofs == PROOFS:
        check_set_up(run)


def check_secrets(run: Run) -> None:
    """Each job sees its own token only, no installation sees any, and none is written to the log."""
    seen = {CHECK if CHECK in call.argv else call.argv[0]: call.secrets for call in run.of(TASK)}
    assert seen == {name: SECRETS_OF[name] for name in seen}
    assert set(run.tasks) <= {*seen, "release.validate"}
    assert not [call.line for call in run.calls if call.program != TASK and call.secrets]
    assert not [name for name, value in SECRETS.items() if value in run.log]


def check_set_up(run: Run) -> None:
    """One job before the channels, one set-up in each job, one artifact with all that the next jobs need.

    The wheel is installed beside the channels, where no secret is.
    """
    jobs = [call.job for call in run.of("pip")]
    assert {job: jobs.count(job) for job in jobs} == {
        "extract": 1, "check": 1, "external": 3, "internal": 1, "prove": 5, "notify": 1,
    }  # fmt: skip
    (check,) = [call for call in run.of(TASK) if CHECK in call.argv]
    assert (check.job, check.argv[1:], check.secrets) == ("check", [*VALIDATE[:2], CHECK, "--json"], set())
    trees = [(call.job, call.argv[1]) for call in run.of("record") if call.argv[0] == "checkout"]
    assert sorted(tree for tree in trees if tree[1] == ".product") == [("extract", ".product"), ("notify", ".product")]
    assert [call.line for call in run.of("pwsh")] == ["pwsh -NoProfile -File .scoop/install.ps1 -RunAsAdmin"]


def test_a_release_of_another_product_is_left_alone(runner: Actions) -> None:
    """Green, no channel, no issue: ``release.extract`` names no version."""
    run = runner.run("release", WORKFLOW, RELEASE, {"distribute release.extract": {"stdout": '{"release": null}'}})
    assert run.tasks == ["release.extract"]
    assert run.code == 0, run.log


HOSTILE = {
    "a flag, an expression, commands": (
        '--help${{ secrets.TAP_REPO_TOKEN }}$(touch hacked)`touch hacked`"; touch hacked; "'
    ),
    "more lines": "1.0.0\ntouch hacked\nversion=9.9.9",
}


@pytest.mark.parametrize("version", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_version_is_one_argument_and_never_code(runner: Actions, version: str) -> None:
    run = runner.run("workflow_dispatch", WORKFLOW, manual(version), {"distribute release.extract": {"exit": 2}})
    assert run.tasks == ["release.extract", "notify.result"], run.log
    assert [call.argv[-1] for call in run.of(TASK)] == [f"--version={version}"] * 2
    assert not [call.line for call in run.calls if "hacked" in call.files]
    assert run.code != 0


def configure(runner: Actions, channels: dict[str, str]) -> None:
    """The product's own invoke.yaml: a channel's name there -> its name in this project's."""
    path = runner.root / "trees" / "product" / "invoke.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    settings["channels"] = {name: settings["channels"][known] for name, known in channels.items()}
    path.write_text(yaml.safe_dump(settings), "utf-8")


def test_a_job_that_is_run_again_replaces_its_result(runner: Actions) -> None:
    """By the caller of README.md in a product's repository, which wants no proofs."""
    configure(runner, {"scoop": "scoop", "docker": "docker"})
    caller = add_caller(runner, "trigger-distributions", ", prove: false")
    failed = runner.run("release", caller, RELEASE, RECORD | {"distribute dist.scoop": {"exit": 1, "stdout": "first"}})
    again = runner.run("release", caller, RELEASE, RECORD | {"distribute dist.scoop": {"stdout": "second"}})
    assert (failed.code == 0, again.code == 0) == (False, True), again.log
    once = ["dist.docker", "dist.scoop", "notify.result", "release.extract", "release.validate"]
    assert (sorted(failed.tasks), sorted(again.tasks)) == (once, sorted(once * 2))
    assert failed.of(TASK, "release.extract")[0].argv[1:] == ["--json", "--wait=30"]
    assert (runner.root / "artifacts/distribution-dist.scoop/dist.scoop.json").read_text("utf-8") == "second"
    check_secrets(failed)


def test_a_product_brings_its_own_channels(runner: Actions) -> None:
    """A repository that holds only an invoke.yaml: its channels get a job each, whatever they are called."""
    configure(runner, {"tap": "homebrew", "extract": "scoop", "ghcr": "docker"})
    run = runner.run("release", WORKFLOW, RELEASE, RECORD)
    told = {call.argv[0]: call.secrets for call in run.of(TASK) if call.argv[0].startswith("dist.")}
    assert told == {"dist.tap": {"TAP_REPO_TOKEN"}, "dist.extract": {"SCOOP_REPO_TOKEN"}, "dist.ghcr": {"GITHUB_TOKEN"}}
    (notify,) = run.of(TASK, "notify.result")
    proofs = ["prove.extract.windows", "prove.ghcr.linux", "prove.tap.linux", "prove.tap.macos"]
    assert set(notify.results) - {"invoke.yaml"} == {
        f"{name}.json" for name in [*told, *proofs, "release.extract", "release.validate", "release.check"]
    }
    assert run.code == 0, run.log


def test_a_caller_in_another_repository(runner: Actions) -> None:
    """Event, inputs and secrets go through the caller of README.md, each secret to its own channel."""
    caller = add_caller(runner, "trigger-distributions")
    run = runner.run("workflow_dispatch", caller, manual(dry_run="true"), RECORD)
    assert run.of(TASK, "release.extract")[0].argv[1:] == ["--json", "--version=0.0.1", "--dry-run"]
    assert {call.argv[0]: call.secrets for call in run.of(TASK) if call.argv[0] in DIST} == {
        name: SECRETS_OF[name] for name in DIST
    }
    assert run.code == 0, run.log
