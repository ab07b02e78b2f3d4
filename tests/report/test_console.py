"""A stream that fails changes nothing about what was done: the exit code still tells it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.support.cli import ROOT, command, invoke, variables

DIST = ("dist.all", "--version", "0.0.2", "--force")
FULL = Path("/dev/full")


def test_stream_that_knows_ascii_only(standin: StandIn) -> None:
    done = invoke(standin, *DIST, PYTHONIOENCODING="ascii")
    assert done.code == 0, done.err
    assert done.lines[-1].startswith("sent, not confirmed")
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
