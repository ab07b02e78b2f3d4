"""A list, a help, or an error before any task: quiet where its reader went away, said where it could not be written."""

import errno
import os
import subprocess
import sys
from types import TracebackType
from typing import Any

import pytest
from invoke.context import Context
from invoke.tasks import Task

from release.commands.command import explain
from tests.support.cli import ROOT, command


def end_of(error: BaseException, at: TracebackType | None = None) -> object:
    """The exit code after ``error`` reached the top."""
    with pytest.raises(SystemExit) as ended:
        explain(type(error), error, at or error.__traceback__)
    return ended.value.code


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says it in other words")
def test_a_list_ends_quietly_where_its_reader_has_read_enough() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command("--list"), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writing,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


UNWRITABLE = {
    errno.EPIPE: (141, []),
    errno.ENOSPC: (1, ["The output was not written in full: No space left on device."]),
}


@pytest.mark.parametrize(("number", "ends"), UNWRITABLE.items(), ids=["reader gone", "disk full"])
def test_what_cannot_be_written_is_not_the_configurations_fault(
    number: int, ends: tuple[int, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    code = end_of(OSError(number, os.strerror(number)))
    assert (code, capsys.readouterr().err.splitlines()[:1]) == ends


def fail() -> None:
    raise RuntimeError("it went wrong")


def test_an_error_of_a_task_is_called_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    task: Task[Any] = Task(lambda _context: fail(), name="bench")
    with pytest.raises(RuntimeError) as caught:
        task(Context())
    assert end_of(caught.value) == 1
    assert capsys.readouterr().err.startswith("Unexpected RuntimeError: it went wrong (test_streams.py:")


def test_an_error_before_any_task_is_the_configurations(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError) as caught:
        fail()
    assert end_of(caught.value) == 2
    assert capsys.readouterr().err.startswith("The configuration cannot be read: RuntimeError: it went wrong\n")
