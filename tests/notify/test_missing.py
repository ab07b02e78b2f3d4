"""Channels whose job left no report, or half of one."""

import json
from pathlib import Path

from release.notify.reports import load_results
from release.notify.results import NO_RESULT
from release.rehearsal import StandIn
from tests.notify.harness import IN_ACTIONS, RUN, Open, document, failing, issues, row, tell


def test_channels_whose_job_died_have_failed(standin: StandIn, open_at: Open) -> None:
    told = tell(open_at(), document(row("homebrew", "served"), ok=True), expected=["homebrew", "choco", "docker"])
    (issue,) = issues(standin)
    assert not told.ok
    assert failing(issue) == ("choco", "docker")
    assert NO_RESULT in issue["body"]
    assert "invoke update.docker" not in issue["body"]


def test_no_result_at_all_is_a_failure_of_every_channel(standin: StandIn, open_at: Open) -> None:
    assert not tell(open_at()).ok
    assert failing(issues(standin)[0]) == ("homebrew", "docker", "scoop", "choco")


def test_a_half_written_file_is_its_channels_failure(standin: StandIn, open_at: Open, tmp_path: Path) -> None:
    (tmp_path / "homebrew.json").write_text(json.dumps(document(row("homebrew", "served"), ok=True)), "utf-8")
    (tmp_path / "scoop.json").write_text('{"schema": 1, "chan', "utf-8")
    documents, problems = load_results(tmp_path)
    told = tell(open_at(), *documents, problems=problems)
    assert not told.ok
    assert failing(issues(standin)[0]) == ("scoop",)
    assert "scoop.json: is not JSON" in " ".join(told.lines)


def test_in_actions_every_channel_must_have_reported_and_the_jobs_say_why(standin: StandIn, open_at: Open) -> None:
    page = f"{standin.server_url}{RUN}/job/9"
    jobs = [{"name": "scoop", "conclusion": "cancelled", "html_url": page}]
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=200, json={"jobs": jobs})
    served = [document(row(name, "served"), ok=True, task=f"dist.{name}") for name in ("homebrew", "docker", "choco")]
    told = tell(open_at(**IN_ACTIONS), *served)
    (issue,) = issues(standin)
    assert not told.ok
    assert failing(issue) == ("scoop",)
    assert f"| no result: its job ended: cancelled | [run]({page}) |" in issue["body"]


def test_in_actions_a_report_on_all_is_enough(open_at: Open) -> None:
    assert tell(open_at(**IN_ACTIONS), document(row("scoop", "served"), ok=True)).ok


def test_without_any_report_the_jobs_of_the_run_are_the_result(standin: StandIn, open_at: Open) -> None:
    jobs = [{"name": name, "conclusion": "success"} for name in ("homebrew", "docker", "choco")]
    jobs.append({"name": "scoop", "conclusion": "failure", "html_url": f"{standin.server_url}{RUN}/job/9"})
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=200, json={"jobs": jobs})
    assert not tell(open_at(**IN_ACTIONS)).ok
    assert failing(issues(standin)[0]) == ("scoop",)


def test_jobs_that_cannot_be_read_hide_no_failure(standin: StandIn, open_at: Open) -> None:
    standin.fault("GET", "/actions/runs/7/jobs$", None, status=403, json={"message": "no"})
    assert not tell(open_at(**IN_ACTIONS)).ok
    assert NO_RESULT in issues(standin)[0]["body"]
