"""What a task says: as a table, as JSON, as a step summary, as annotations, and with which exit code."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.errors import InputError, ReleaseError, ServiceError, Stopped
from release.records import Artifact, Outcome, Release, Served, State
from release.report.actions import annotations, render_summary
from release.report.console import Console
from release.report.document import render_json
from release.report.report import Report
from release.report.table import render_release, render_text
from release.report.text import markdown
from release.settings import Environment

SHA = "0123456789ab" + "c" * 52
RELEASE = Release(
    "0.0.1", "v0.0.1", prerelease=False, artifacts={"source": Artifact("source", "https://x.org/v0.0.1.tar.gz", SHA, 9)}
)
SENT = Outcome("homebrew", State.SENT, "k/homebrew-tap", "0.0.1", SHA, attempts=1, seconds=0.41)
FAILED = Outcome("scoop", State.FAILED, "k/scoop-bucket", "0.0.1", SHA, "Unauthorized", next="Replace the token")
IMAGE = Outcome("docker", State.SERVED, "k/k", "0.0.1", serves=Served("0.0.1", digest="sha256:ab", latest=True))


def test_the_json_document_is_the_promised_one() -> None:
    document = json.loads(render_json(Report("dist.all", RELEASE, [SENT])))
    assert document == {
        "schema": 1, "task": "dist.all", "ok": True,
        "release": {"version": "0.0.1", "tag": "v0.0.1", "prerelease": False,
                    "commit": None, "assets": [],
                    "artifacts": {"source": {"url": "https://x.org/v0.0.1.tar.gz", "sha256": SHA, "size": 9}}},
        "channels": [{"channel": "homebrew", "state": "sent", "reason": None, "target": "k/homebrew-tap",
                      "version": "0.0.1", "sha256": SHA, "serves": None, "run_url": None, "attempts": 1,
                      "seconds": 0.41, "next": None}],
    }  # fmt: skip


def test_what_a_channel_serves_has_a_digest_where_it_is_an_image() -> None:
    (channel,) = json.loads(render_json(Report("dist.all", RELEASE, [IMAGE])))["channels"]
    assert channel["serves"] == {
        "version": "0.0.1", "sha256": None, "downloads": [], "digest": "sha256:ab", "latest": True,
    }  # fmt: skip


def test_errors_are_in_the_document_and_it_is_not_ok() -> None:
    document = json.loads(render_json(Report("dist.all", errors=[InputError("Wrong\x1b[31m\nline", "Do this")])))
    assert (document["ok"], document["release"], document["channels"]) == (False, None, [])
    assert document["errors"] == [{"wrong": "Wrong [31m line", "fix": "Do this"}]


CODES: dict[str, tuple[Report, int]] = {
    "nothing to say": (Report("x"), 0),
    "sent": (Report("x", outcomes=[SENT]), 0),
    "skipped": (Report("x", outcomes=[Outcome("a", State.SKIPPED, "t")]), 0),
    "in review": (Report("dist.all", outcomes=[Outcome("a", State.PENDING, "t")]), 0),
    "one failed": (Report("x", outcomes=[SENT, FAILED]), 1),
    "unconfirmed": (Report("x", outcomes=[Outcome("a", State.UNCONFIRMED, "t")]), 1),
    "failed before manual": (Report("x", outcomes=[FAILED, Outcome("a", State.MANUAL, "t")]), 1),
    "manual": (Report("x", outcomes=[SENT, Outcome("a", State.MANUAL, "t")]), 3),
    "rollback in a pull request": (Report("rollback.all", outcomes=[Outcome("a", State.PENDING, "t")]), 3),
    "behind": (Report("status.all", outcomes=[Outcome("a", State.BEHIND, "t")]), 1),
    "mismatch": (Report("status.all", outcomes=[Outcome("a", State.MISMATCH, "t")]), 1),
    "unknown": (Report("status.all", outcomes=[Outcome("a", State.UNKNOWN, "t")]), 1),
    "input": (Report("x", errors=[InputError("a", "b")]), 2),
    "service and input": (Report("x", errors=[ServiceError("a", "b"), InputError("a", "b")]), 2),
    "service": (Report("x", errors=[ReleaseError("a", "b")]), 1),
    "interrupted": (Report("x", errors=[InputError("a", "b"), Stopped("a", "b")]), 130),
    "said so": (Report("x", outcomes=[SENT], code=130), 130),
}  # fmt: skip


@pytest.mark.parametrize(("report", "code"), CODES.values(), ids=CODES.keys())
def test_the_exit_code_follows_from_what_happened(report: Report, code: int) -> None:
    assert report.exit_code == code
    assert json.loads(render_json(report))["ok"] is (code == 0)


def test_the_table_has_a_line_per_channel_and_the_next_steps_after_it() -> None:
    report = Report("dist.all", RELEASE, [SENT, FAILED], heading="Version 0.0.1, from --version", notes=["A note"])
    assert render_text(report).splitlines() == [
        "Version 0.0.1, from --version",
        "CHANNEL   STATE   VERSION  SHA256         TARGET          DETAIL",
        "homebrew  sent    0.0.1    0123456789ab…  k/homebrew-tap",
        "scoop     failed  0.0.1    0123456789ab…  k/scoop-bucket  Unauthorized",
        "scoop: next: Replace the token",
        "A note",
    ]


def test_the_runs_address_is_shown_once() -> None:
    url = "https://github.com/k/k/actions/runs/7"
    for reason in (None, f"it failed: {url}"):
        outcome = Outcome("docker", State.FAILED, "k/k", reason=reason, run_url=url)
        assert render_text(Report("dist.all", outcomes=[outcome])).count(url) == 1


RELEASES: dict[str, tuple[Release, list[str]]] = {
    "stable": (RELEASE, ["Release 0.0.1 (tag v0.0.1, stable)", f"  source   {SHA}  9 bytes  https://x.org/v0.0.1.tar.gz"]),
    "not published": (
        Release("1.0.0-rc.1", "v1.0.0-rc.1", prerelease=True, artifacts={}, published=False),
        ["Release 1.0.0-rc.1 (tag v1.0.0-rc.1, pre-release, not published)", "  source   unknown"]),
    "of unknown size": (
        replace(RELEASE, artifacts={"source": Artifact("source", "https://x.org/a", SHA)}),
        ["Release 0.0.1 (tag v0.0.1, stable)", f"  source   {SHA}  size unknown  https://x.org/a"]),
}  # fmt: skip


@pytest.mark.parametrize(("release", "lines"), RELEASES.values(), ids=RELEASES.keys())
def test_a_release_is_a_line_per_artifact(release: Release, lines: list[str]) -> None:
    assert render_release(release, ["source"]).splitlines() == lines


HOSTILE = "<img src=x> | [a](javascript:b) `c` @everyone *d*\n::error::e %0A"


@given(st.text(max_size=60))
def test_text_from_outside_stays_one_cell_of_markdown(text: str) -> None:
    shown = markdown(text)
    assert not any(char in shown for char in "<>|`@\n\r")


def test_the_summary_is_a_table_that_hostile_text_cannot_leave() -> None:
    hostile = Outcome("scoop", State.FAILED, "k/s", reason=HOSTILE, next=HOSTILE)
    summary = render_summary(Report("dist.all", RELEASE, [SENT, hostile], errors=[InputError(HOSTILE, "b")]))
    table = [line for line in summary.splitlines() if line.startswith("|")]
    assert summary.startswith("### dist.all 0.0.1\n")
    assert {line.count("|") for line in table} == {7}
    assert "<img" not in summary
    assert "@everyone" not in summary


def test_annotations_name_each_failure_on_one_line() -> None:
    report = Report("dist.all", outcomes=[SENT, Outcome("scoop", State.FAILED, "k/s", reason="50 % lost\nand: more")])
    assert list(annotations(report)) == ["::error title=scoop::failed: 50 %25 lost and: more"]
    refused = Report("dist.all", errors=[InputError("Unknown channel 'x'", "Known channels: a.")])
    assert list(annotations(refused)) == ["::error title=dist.all::Unknown channel 'x'. Known channels: a."]


WARNED = Report("dist.all", RELEASE, [SENT], notes=["Warning: a <pre-release>.", "sent, not confirmed"])


def test_warnings_are_seen_wherever_the_report_goes(capsys: pytest.CaptureFixture[str]) -> None:
    console({"GITHUB_ACTIONS": "true"}, as_json=True).show(WARNED)
    out, err = capsys.readouterr()
    assert json.loads(out)["ok"] is True
    assert err.splitlines() == ["Warning: a <pre-release>.", "::warning title=dist.all::a <pre-release>."]
    assert "- Warning: a &#60;pre-release&#62;." in render_summary(WARNED)
    assert render_text(WARNED).endswith("Warning: a <pre-release>.\nsent, not confirmed")


def console(variables: dict[str, str], *, as_json: bool = False) -> Console:
    return Console(Environment(variables), lambda text: text.replace("made-up", "***"), json=as_json)


SECRET = Outcome("scoop", State.FAILED, "k/s", reason="the token made-up was refused")


def test_the_report_goes_to_stdout_and_errors_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console({}).show(Report("dist.all", outcomes=[SENT], errors=[InputError("Wrong", "Do this")]))
    out, err = capsys.readouterr()
    assert out.startswith("CHANNEL ")
    assert err == "Wrong\nDo this\n"


def test_commands_are_as_they_are_typed_but_not_in_a_file_s_own_text(capsys: pytest.CaptureFixture[str]) -> None:
    command = "invoke doctor"
    planned = replace(FAILED, state=State.PLANNED, reason=command, diff=f"-{command}\n", next=command)
    shown = Console(Environment({}), str, json=False, typed=lambda text: text.replace("invoke", "distribute"))
    shown.show(Report("dist.all", outcomes=[planned], notes=[command], errors=[InputError("Wrong", command)]))
    shown.say(command)
    out, err = capsys.readouterr()
    assert (out.count("distribute doctor"), out.count(command), f"-{command}" in out) == (3, 1, True)
    assert err.count("distribute doctor") == 2


def test_a_draft_is_no_place_for_what_comes_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    planned = replace(FAILED, state=State.PLANNED, diff="-a\n+b", next="Users go back with: x")
    console({}).show_draft(Report("rollback.all", outcomes=[planned]))
    out, err = capsys.readouterr()
    assert out == ""
    assert "+b" in err
    assert "Users go back" not in err


def test_with_json_stdout_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    console({"GITHUB_ACTIONS": "true"}, as_json=True).show(Report("dist.all", RELEASE, [FAILED], notes=["A note"]))
    out, err = capsys.readouterr()
    assert json.loads(out)["channels"][0]["state"] == "failed"
    assert err.startswith("::error title=scoop::failed: Unauthorized")


@pytest.mark.parametrize("as_json", [True, False], ids=["JSON", "text"])
def test_no_secret_gets_into_any_of_them(capsys: pytest.CaptureFixture[str], tmp_path: Path, as_json: bool) -> None:  # noqa: FBT001 - a column
    summary = tmp_path / "summary"
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    report = Report("dist.all", outcomes=[SECRET], errors=[InputError("made-up", "made-up")], notes=["made-up"])
    console(variables, as_json=as_json).show(report)
    everything = "".join(capsys.readouterr()) + summary.read_text("utf-8")
    assert "the token *** was refused" in everything
    assert "made-up" not in everything
