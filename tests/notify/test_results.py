"""Reports of other jobs, good and bad, and what becomes of them."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from release.notify.jobs import parse_job, why_no_result
from release.notify.reports import MOST, load_results, names
from release.notify.results import results_of, stated_checksums

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
        pytest.param("[" + " " * (4 << 20) + "]", False, id="too-large"),
        pytest.param(
            '{"channels": [{"channel": "%s", "state": "served"}]}' % ("a" * 41), False, id="row-with-long-name"
        ),
        pytest.param('{"n": %s}' % ("9" * 5000), False, id="endless-number"),
    ],
)
def test_load_results(tmp_path: Path, content: str, *, good: bool) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "scoop.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    documents, problems = load_results(tmp_path)
    assert (len(documents), len(problems)) == ((1, 0) if good else (0, 1))
    assert good or problems[0].startswith("sub/scoop.json: ")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_links_and_folders_are_no_reports(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    (tmp_path / "other.json").write_text(json.dumps(FAILED), "utf-8")
    (folder / "a.json").symlink_to(tmp_path / "other.json")
    os.mkfifo(folder / "b.json")
    (folder / "c.json").mkdir()
    (folder / "d.json").write_text(json.dumps(FAILED), "utf-8")
    documents, problems = load_results([folder, folder / "b.json"])
    assert documents == [FAILED]
    assert problems == [
        "a.json: is a link, which is not followed", "b.json: is no regular file", "b.json: is no regular file",
    ]  # fmt: skip


def test_a_damaged_row_costs_its_own_channel(tmp_path: Path) -> None:
    rows = [row("homebrew", "served"), {"channel": "scoop", "state": 5}, {"channel": "::error::", "state": "served"}]
    (tmp_path / "dist.all.json").write_text(json.dumps(document(*rows)), "utf-8")
    documents, problems = load_results(tmp_path)
    assert problems == ["dist.all.json: 1 of its rows name no channel"]
    assert {one.channel: one.state for one in results_of(documents, "0.0.2", [])} == {
        "homebrew": "served", "scoop": "failed",
    }  # fmt: skip


def test_more_files_than_a_workflow_can_have_are_said(tmp_path: Path) -> None:
    for number in range(MOST + 1):
        (tmp_path / f"{number}.json").write_text("{}", "utf-8")
    documents, problems = load_results(tmp_path)
    assert (len(documents), problems) == (MOST, [f"{MOST} files were read, the others not"])


NAMED: dict[str, tuple[str, str, bool]] = {
    "plain": ("scoop.json: x", "scoop", True),
    "by task": ("dist.scoop.json: x", "scoop", True),
    "of the workflow": ("result-scoop/result-scoop.json: x", "scoop", True),
    "another that begins so": ("dist.tap-linux.json: x", "tap", False),
    "another that ends so": ("dist.my-tap.json: x", "tap", False),
    "in the words only": ("dist.tap.json: scoop", "scoop", False),
    "a task of the release": ("release.extract.json: x", "extract", False),
    "a channel called like one": ("dist.extract.json: x", "extract", True),
}


@pytest.mark.parametrize(("problem", "channel", "whose"), NAMED.values(), ids=NAMED.keys())
def test_whose_file_it_is(problem: str, channel: str, *, whose: bool) -> None:
    assert names(problem, channel) is whose


DEEP = json.loads("[" * 900 + "]" * 900)
ODD_VALUES: dict[str, object] = {
    "null": None, "true": True, "number": 5, "list": [1], "table": {"a": 1}, "deep": DEEP, "huge": "x" * 100_000,
    "surrogate": "\ud800", "empty": "", "date": "2026-11-24T00:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES.keys())
@pytest.mark.parametrize("field", ["version", "reason", "sha256", "serves", "run_url", "next", "system", "state"])
def test_a_field_of_any_type_costs_no_other_channel(field: str, value: object) -> None:
    damaged = document({**row("scoop", "failed"), field: value}, row("homebrew", "served"))
    for task in ("dist.all", "prove.all"):
        found = {one.channel: one for one in results_of([{**damaged, "task": task}], "0.0.2", ["scoop", "homebrew"])}
        assert found["homebrew"].state == ("failed" if task == "prove.all" else "served")
        assert len(found) == 2


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES.keys())
@pytest.mark.parametrize("field", ["task", "ok", "release", "errors", "schema"])
def test_a_report_of_any_shape_costs_no_channel(field: str, value: object) -> None:
    damaged = {**document(row("scoop", "served"), ok=True), field: value}
    found = results_of([damaged], "0.0.2", ["scoop"])
    assert found[0].state == "served"
    assert isinstance(stated_checksums([damaged]), dict)


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
