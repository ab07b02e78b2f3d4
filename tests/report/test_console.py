"""A stream that fails changes nothing about what was done: the exit code still tells it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from release.errors import ReleaseError
from release.records import Artifact, Outcome, Release, State
from release.rehearsal import StandIn
from release.report.console import Console
from release.report.report import Report
from release.settings import Environment
from tests.support.cli import ROOT, command, invoke, variables

DIST = ("dist.all", "--version", "0.0.2", "--force")
FULL = Path("/dev/full")


def test_stream_that_knows_ascii_only(standin: StandIn) -> None:
    done = invoke(standin, *DIST, PYTHONIOENCODING="ascii")
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1].startswith("sent, not confirmed")
    assert len(standin.dispatches) == 4


def test_step_summary_that_cannot_be_written(standin: StandIn, tmp_path: Path) -> None:
    done = invoke(standin, *DIST, GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "summary"))
    assert done.code == 0, done.err
    assert "Warning: the step summary was not written: No such file or directory." in done.err


def test_step_output_that_cannot_be_written(standin: StandIn, tmp_path: Path) -> None:
    missing = str(tmp_path / "no" / "output")
    done = invoke(standin, "release.extract", "--version", "0.0.2", GITHUB_OUTPUT=missing)
    assert done.code == 1
    assert done.err.splitlines()[-2:] == [
        f"GITHUB_OUTPUT cannot be written: No such file or directory: {missing}",
        "Let it name a file that can be written, or unset it.",
    ]


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_full_disk_under_the_report(standin: StandIn) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            command(*DIST), cwd=ROOT, env=variables(standin, {}), stdin=subprocess.DEVNULL, stdout=full,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, len(standin.dispatches)) == (0, 4)
    assert done.stderr.splitlines()[-1] == "Warning: the report was not written in full: No space left on device."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says it in other words")
def test_reader_that_went_away(standin: StandIn) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command(*DIST), cwd=ROOT, env=variables(standin, {}), stdin=subprocess.DEVNULL, stdout=writing,
        stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, len(standin.dispatches)) == (0, 4)
    assert done.stderr.splitlines()[-1] == "Warning: the report was not written in full: Broken pipe."


CLOSED = {"stdout": (("1>&-",), 1), "stderr": (("2>&-",), 0), "both": (("1>&-", "2>&-"), 1)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shell")
@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["text", "JSON"])
@pytest.mark.parametrize(("closed", "unwritten"), CLOSED.values(), ids=CLOSED.keys())
def test_streams_closed_from_the_start(
    standin: StandIn, closed: tuple[str, ...], unwritten: int, arguments: list[str]
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" 0<&- {" ".join(closed)}', "sh", *command(*DIST, *arguments)], cwd=ROOT,
        env=variables(standin, {}), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == (unwritten if arguments else 0), done.stderr
    assert len(standin.dispatches) == 4
    assert ("homebrew" in done.stdout) is ("1>&-" not in closed)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_full_disk_under_the_document(standin: StandIn) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            command(*DIST, "--json"), cwd=ROOT, env=variables(standin, {}), stdin=subprocess.DEVNULL, stdout=full,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, len(standin.dispatches)) == (1, 4)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_full_disk_under_progress_and_errors(standin: StandIn) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            command("dist.scoop", "--version", "0.0.2", "--wait", "1", "--json"), cwd=ROOT, env=variables(standin, {}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=full, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert [one["state"] for one in json.loads(done.stdout)["channels"]] == ["served"]


EVIL = "\x1b]0;x\x07 ##[error]x \u202e\n::error::forged\n  ::add-mask::a"


@pytest.mark.parametrize("as_json", [True, False], ids=["JSON", "text"])
def test_nothing_in_a_log_of_actions_is_a_command_but_ours(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    console = Console(Environment({"GITHUB_ACTIONS": "true"}), str, json=as_json)
    outcome = Outcome("scoop", State.FAILED, EVIL, EVIL, EVIL, EVIL, run_url=EVIL, next=EVIL, diff=EVIL)
    release = Release(EVIL, EVIL, prerelease=False, artifacts={"a": Artifact(EVIL, EVIL, EVIL)})
    notes, more = [f"Warning: {EVIL}", EVIL], {"lines": [EVIL]}
    console.say(EVIL)
    console.tell(EVIL)
    console.show(Report("dist.all", release, [outcome], [ReleaseError(EVIL, EVIL)], notes, [EVIL], more, heading=EVIL))
    out, err = capsys.readouterr()
    assert "##[" not in out + err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out + err)
    ours = [line for line in (out + err).splitlines() if line.lstrip().startswith("::")]
    assert [line.split("::")[1] for line in ours] == [
        "error title=dist.all", "error title=scoop", "warning title=dist.all",
    ]  # fmt: skip


def test_a_summary_that_is_too_long_says_so(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    outcomes = [Outcome(f"c{number}", State.SENT, "o/r", reason="x" * 2000) for number in range(600)]
    Console(Environment({"GITHUB_STEP_SUMMARY": str(path)}), str, json=True).show(Report("dist.all", outcomes=outcomes))
    assert path.stat().st_size < 1 << 20
    assert path.read_text("utf-8").endswith("The rest is left out: the summary is too long.\n")


def test_the_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    for task in ("release.extract", "dist.all"):
        Console(Environment({"GITHUB_STEP_SUMMARY": str(path)}), str, json=True).show(Report(task))
    assert path.read_text("utf-8").count("### ") == 2


def test_progress_is_drawn_on_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    Console(Environment({}), str, json=False).progress("source", 1, 2)
    assert capsys.readouterr().err == ""
