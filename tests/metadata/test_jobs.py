"""Channels whose token the reusable workflow does not hand out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.commands.extract import check
from release.commands.options import Options
from release.rehearsal import StandIn
from release.settings import Environment
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
