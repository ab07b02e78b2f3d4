"""Reports of other jobs, good and bad, and what becomes of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from release.notify.jobs import parse_job, why_no_result
from release.notify.reports import load_results
from release.notify.results import results_of

SHA = "ab" * 32


def row(channel: str, state: str, **more: object) -> dict[str, Any]:
    return {"channel": channel, "state": state, "version": "0.0.2", "sha256": SHA, **more}


def document(*rows: Mapping[str, Any], ok: bool = False, **more: object) -> dict[str, Any]:
    return {"schema": 1, "task": "dist.all", "ok": ok, "channels": list(rows), **more}


FAILED = document(row("scoop", "failed", reason="the run failed", run_url=None), row("homebrew", "served"))


@pytest.mark.parametrize(
    ("content", "good"),
    [
        pytest.param(json.dumps(FAILED), True, id="report"),
        pytest.param('{"schema": 1, "task": "release.extract", "ok": true}', True, id="no-channels"),
        pytest.param("", False, id="empty"),
        pytest.param('{"channels": [{"channel": "sco', False, id="half"),
        pytest.param("[]", False, id="list"),
        pytest.param('{"channels": {"scoop": "served"}}', False, id="channels-no-list"),
        pytest.param('{"channels": [{"channel": "scoop"}]}', False, id="row-without-state"),
        pytest.param('{"channels": [{"channel": 1, "state": "served"}]}', False, id="row-with-number"),
        pytest.param('{"channels": [{"channel": "::error::x", "state": "served"}]}', False, id="row-with-odd-name"),
        pytest.param("[" * 100_000, False, id="deep"),
        pytest.param("\udc80", False, id="no-utf8"),
    ],
)
def test_load_results(tmp_path: Path, content: str, *, good: bool) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "scoop.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    documents, problems = load_results(tmp_path)
    assert (len(documents), len(problems)) == ((1, 0) if good else (0, 1))
    assert good or problems[0].startswith("sub/scoop.json: ")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert load_results(tmp_path) == ([], [])
    assert load_results([tmp_path / "no.json"])[1] == ["no.json: cannot be read (No such file or directory)"]


@pytest.mark.parametrize(
    ("documents", "states"),
    [
        pytest.param([document(row("scoop", "served"), ok=True)], {"scoop": "served"}, id="one"),
        pytest.param(
            [document(row("scoop", "failed")), document(row("scoop", "served"), ok=True)],
            {"scoop": "failed"}, id="the-worse-of-two",
        ),
        pytest.param(
            [document({**row("scoop", "served"), "version": "9.9.9"}, ok=True)],
            {"scoop": "failed"}, id="of-another-version",
        ),
        pytest.param([document(row("scoop", "exploded"))], {"scoop": "exploded"}, id="unknown-word"),
        pytest.param([document(row("scoop", "manual"))], {"scoop": "manual"}, id="manual-is-not-ok-but-no-failure"),
        pytest.param([{"channels": 5}, {}, {"channels": [None, 3]}], {"scoop": "failed"}, id="odd"),
        pytest.param(
            [document(row("scoop", "served"), errors=[{"wrong": "interrupted"}])],
            {"scoop": "served", "release": "failed"}, id="interrupted-after-it",
        ),
    ],
)  # fmt: skip
def test_results_of(documents: list[dict[str, Any]], states: dict[str, str]) -> None:
    found = results_of(documents, "0.0.2", ["scoop"])
    assert {one.channel: one.state for one in found} == states


def job(name: str, conclusion: str | None) -> dict[str, Any]:
    return {"name": name, "conclusion": conclusion, "html_url": f"https://github.com/o/r/actions/runs/1/job/{name}"}


@pytest.mark.parametrize(
    ("jobs", "reason"),
    [
        pytest.param([job("scoop", "cancelled")], "its job ended: cancelled", id="its-own"),
        pytest.param([job("distribute / scoop", "timed_out")], "its job ended: timed_out", id="called-workflow"),
        pytest.param([job("scoop", "success")], "its job ended: success", id="lost-its-file"),
        pytest.param([job("extract", "failure"), job("scoop", "skipped")], "job extract ended: failure", id="before"),
        pytest.param([job("extract", "success"), job("notify", None)], None, id="no-word"),
        pytest.param([{}, {"name": None}], None, id="odd"),
    ],
)
def test_why_no_result(jobs: list[dict[str, Any]], reason: str | None) -> None:
    found = why_no_result("scoop", [parse_job(one) for one in jobs])
    assert (found and found[0]) == (reason and f"no result: {reason}")
