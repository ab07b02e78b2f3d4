"""The JSON Schema of reports, held against what the tasks really write and against the records in the code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # its types are a package of their own
import pytest

from release.errors import InputError
from release.records import Artifact, Download, Outcome, Release, Served, State
from release.rehearsal import StandIn
from release.report.document import render_json
from release.report.report import Report
from tests.conftest import MakeStandIn
from tests.support.cli import ROOT, invoke

SCHEMA = json.loads((ROOT / ".github" / "schemas" / "report.schema.json").read_text("utf-8"))
SHA = "ab" * 32
RELEASE = Release("0.0.1", "v0.0.1", prerelease=False, artifacts={"source": Artifact("source", "https://x.org/a", SHA)})
DOWNLOADS = (Download("https://x.org/a", SHA, expected=SHA), Download("https://x.org/b"))
FULL = Outcome("docker", State.SERVED, "k/k", "0.0.1", SHA, "a\nb", Served("0.0.1", SHA, digest="sha256:a",
               latest=True, downloads=DOWNLOADS), "https://x.org/1", 2, 0.5, "do", system="linux")  # fmt: skip


def check(document: object) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["$defs"][name]
    return found


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_knows_every_state_and_every_key() -> None:
    document = json.loads(render_json(Report("dist.all", RELEASE, [FULL])))
    check(document)
    (row,) = document["channels"]
    assert definition("state")["enum"] == [str(state) for state in State]
    assert list(definition("channel")["properties"]) == list(row)
    assert list(definition("serves")["properties"]) == list(row["serves"])
    assert list(definition("release")["properties"]) == list(document["release"])


REPORTS: dict[str, Report] = {
    "nothing": Report("rehearse"),
    "errors": Report("dist.all", errors=[InputError("a", "b")]),
    "every state": Report("status.all", RELEASE, [replace(FULL, state=state) for state in State]),
    "hostile": Report("dist.all", RELEASE, [replace(FULL, reason="\x1b[2J\x85\u2028##[group]\ud800", next="a\r\nb")]),
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_what_the_code_renders_fits(report: Report) -> None:
    check(json.loads(render_json(report)))


WRONG: dict[str, Any] = {
    "no-task": {"schema": 1, "ok": True},
    "other-version": {"schema": 2, "task": "dist.all", "ok": True},
    "unknown-state": {"schema": 1, "task": "dist.all", "ok": True, "channels": [
        {**json.loads(render_json(Report("x", RELEASE, [FULL])))["channels"][0], "state": "exploded"}]},
    "ok-with-errors": {"schema": 1, "task": "dist.all", "ok": True, "errors": [{"wrong": "a", "fix": "b"}]},
    "doctor-without-lines": {"schema": 1, "task": "doctor", "ok": True},
}  # fmt: skip


@pytest.mark.parametrize("document", WRONG.values(), ids=WRONG.keys())
def test_what_no_task_writes_does_not(document: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check(document)


TASKS: dict[str, tuple[tuple[str, ...], int]] = {
    "extract": (("release.extract", "--version", "0.0.2"), 0),
    "validate": (("release.validate", "--version", "0.0.2"), 0),
    "dry run": (("dist.all", "--version", "0.0.2", "--dry-run"), 0),
    "dist": (("dist.all", "--version", "0.0.2"), 0),
    "status": (("status.all", "--version", "0.0.2"), 1),
    "doctor": (("doctor",), 0),
    "notify": (("notify.result", "--version", "0.0.2", "--results", ".github", "--dry-run"), 1),
    "refusal": (("dist.all", "--version", "no"), 2),
    "unreadable": (("dist.all", "--wait", "x"), 2),
}


@pytest.mark.parametrize(("arguments", "code"), TASKS.values(), ids=TASKS.keys())
def test_what_the_tasks_write_fits(standin: StandIn, arguments: tuple[str, ...], code: int) -> None:
    done = invoke(standin, *arguments, "--json")
    assert done.code == code, done.err
    check(json.loads(done.out))


@pytest.mark.services
def test_what_those_that_need_git_write_fits(make_standin: MakeStandIn, git_over_http: None, tmp_path: Path) -> None:
    del git_over_http
    standin = make_standin()
    for arguments in (("update.scoop", "--version", "0.0.2", "--dry-run"),
                      ("rollback.all", "--version", "0.0.1", "--dry-run")):  # fmt: skip
        done = invoke(standin, *arguments, "--json", TMPDIR=str(tmp_path))
        document = json.loads(done.out)
        check(document)
        assert document["channels"], done.out
