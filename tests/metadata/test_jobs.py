"""Channels that the release workflow has no job for, or whose token it does not hand out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.channels.settings import read_settings
from release.commands.extract import check
from release.commands.options import Options
from release.metadata.jobs import channels_without_job
from release.rehearsal import StandIn
from release.safe_yaml import load_yaml
from release.settings import Environment, Settings
from tests.support.sessions import session_at

OTHER = {"scoop": {"token": "ANOTHER_TOKEN"}}
SET = {"ANOTHER_TOKEN": "a-value-of-it"}
RUN_BY = {"DISTRIBUTED_BY": "trigger-distributions.yml"}


@pytest.mark.parametrize(
    ("channels", "by", "found"),
    [
        pytest.param({}, RUN_BY, 0, id="the usual ones"),
        pytest.param(OTHER, RUN_BY, 1, id="another name, where that workflow runs it"),
        pytest.param(OTHER, {}, 0, id="another name, where a job of the product's own does"),
    ],
)
def test_a_token_that_nobody_hands_out(
    standin: StandIn, channels: dict[str, Any], by: dict[str, str], found: int
) -> None:
    session = session_at(standin, channels=channels)
    session = replace(session, environment=Environment({**session.environment.variables, **SET, **by}))
    report = check(session, Options("release.validate", version="0.0.2"))
    assert [error.wrong.partition("; ")[0] for error in report.errors] == found * [
        "channels.scoop.token: the reusable workflow hands out no ANOTHER_TOKEN"
    ]
    assert all(error.wrong.endswith("GITHUB_TOKEN, SCOOP_REPO_TOKEN, TAP_REPO_TOKEN") for error in report.errors)
    assert all("action" in error.fix for error in report.errors)
    assert report.exit_code == 2 * found


def test_the_workflow_says_that_it_runs_it(project_root: Path) -> None:
    text = (project_root / ".github/workflows/trigger-distributions.yml").read_text("utf-8")
    assert text.count(f"DISTRIBUTED_BY: {RUN_BY['DISTRIBUTED_BY']}") == 1


NAMES = ("scoop", "env", "steps", "task", "with")
SCOOP, ODD = ["scoop"], ["env", "steps", "task", "with"]
JOBS = {
    "ids": ("{scoop: , env: , task: }", ["steps", "with"]),
    "keys of a step": (
        "{c: {env: {A: b}, steps: [{uses: acme/tools@0123, with: {task: dist.scoop}, env: {T: x}}]}}", ODD
    ),
    "the name of a job": ("{c: {name: env, steps: [{name: task, run: env}]}}", ["scoop", "steps", "task", "with"]),
    "an axis of a matrix": ("{c: {strategy: {matrix: {env: [scoop, steps]}}}}", ["env", "task", "with"]),
    "rows of a matrix": ("{c: {strategy: {matrix: {include: [{with: scoop}, {task: dist.env}]}}}}",
                         ["steps", "task", "with"]),
    "a matrix as JSON": ("""{c: {strategy: {matrix: {with: "${{ fromJSON('[\\"env\\", \\"task\\"]') }}"}}}}""",
                         ["scoop", "steps", "with"]),
    "an input of a workflow": ("{c: {uses: ./.github/workflows/one.yml, with: {channel: task, env: steps}}}",
                               ["scoop", "env", "steps", "with"]),
    "a variable": ("{c: {steps: [{run: tell, env: {CHANNEL: env, SHELL: task}}]}}", ["scoop", "steps", "task", "with"]),
    "a command": ("{c: {steps: [{run: invoke dist.scoop --wait 30}]}}", ODD),
    "a command on two lines": ('{c: {steps: [{run: "invoke dist.all \\\n--only scoop"}]}}', ODD),
    "an input that is a command": ("{c: {steps: [{uses: a/retry@1, with: {command: invoke dist.scoop}}]}}", ODD),
    "a variable that is a task": ("{c: {env: {TASK: dist.scoop}, steps: [{run: invoke $TASK}]}}", ODD),
    "an environment": ("{c: {environment: scoop}}", ODD),
    "flags of another command": (
        "{c: {steps: [{run: 'invoke dist.all --only env && invoke status.all --only scoop'}]}}",
        ["scoop", "steps", "task", "with"],
    ),
    "a list in quotes": ("{c: {steps: [{run: 'invoke dist.all --only \"scoop,env\"'}]}}", ["steps", "task", "with"]),
    "a file of a command's": ("{c: {steps: [{run: cat dist.scoop.json}]}}", [*SCOOP, *ODD]),
    "all": ("{c: {steps: [{run: invoke dist.all}]}}", []),
    "all but one": ("{c: {steps: [{run: invoke dist.all --skip env}]}}", ["env"]),
    "all by the action": ("{c: {steps: [{with: {task: dist.all, arguments: --json}}]}}", []),
    "some by the action": ('{c: {steps: [{with: {task: dist.all, arguments: "--json\n--only=env,steps\n"}}]}}',
                           ["scoop", "task", "with"]),
    "the reusable workflow": ("{c: {uses: acme/tools/.github/workflows/trigger-distributions.yml@0123}}", []),
    "parts of words": ("{c: {steps: [{run: echo scoops env-image}]}}", [*SCOOP, *ODD]),
    "no YAML": ("[", [*SCOOP, *ODD]),
}  # fmt: skip


def settings_of(project_root: Path, names: tuple[str, ...]) -> Settings:
    settings = read_settings(load_yaml((project_root / "invoke.yaml").read_bytes()))
    return replace(settings, channels=dict.fromkeys(names, settings.channels["scoop"]))


@pytest.mark.parametrize(("jobs", "missing"), JOBS.values(), ids=JOBS.keys())
def test_what_names_a_channel(project_root: Path, jobs: str, missing: list[str]) -> None:
    assert channels_without_job(settings_of(project_root, NAMES), f"jobs: {jobs}") == missing


def test_our_own_workflow_has_a_job_for_every_channel(project_root: Path) -> None:
    text = (project_root / ".github/workflows/trigger-distributions.yml").read_bytes()
    settings = read_settings(load_yaml((project_root / "invoke.yaml").read_bytes()))
    assert channels_without_job(settings, text) == []
    other = replace(settings.channels["scoop"], token="WINGET_TOKEN")
    assert channels_without_job(replace(settings, channels={**settings.channels, "winget": other}), text) == ["winget"]
