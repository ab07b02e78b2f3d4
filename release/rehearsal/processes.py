"""Tasks as processes of their own, as a shell would start them.

Most of a short task's work is to load what it needs. So where the system can, a task is forked from a process that has
loaded everything; from there on it is like any other, with its own folder, variables, streams and exit code.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "release.commands.program"  # the command line, as ``python -m`` knows it
FORKS = hasattr(os, "fork") and sys.platform != "darwin"  # where a forked process may do all that another may
LONGEST_PLACE = 89  # bytes of the path of a folder in which a socket is made: its own has at most 107
STREAMS = (("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))
LOOK = 0.5  # seconds between two looks whether a task is still wanted
LONGEST = 600.0


class Done(NamedTuple):
    """How a task ended: its exit code, and what it said on stdout and on stderr."""

    code: int
    out: str
    err: str


def run(
    arguments: Sequence[str], place: Path, environment: Mapping[str, str], wanted: Callable[[], bool] = lambda: True
) -> Done:
    """Run a task to its end.

    Args:
        arguments: of the command line, the task first.
        place: the working directory.
        environment: all of its variables.
        wanted: asked now and then; the process is killed once it says no.
    """
    if can_fork():
        return fork(PROGRAM, arguments, place, environment, wanted=wanted)
    command = [sys.executable, "-P", "-m", PROGRAM, *arguments]  # what lies in the folder is no module of ours
    variables = {"PYTHONPATH": str(ROOT), **environment, "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=place, env=variables, capture_output=True, encoding="utf-8", errors="replace", check=False,
        stdin=subprocess.DEVNULL, timeout=LONGEST,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def can_fork() -> bool:
    """Whether ``fork`` works here."""
    return FORKS and len(os.fsencode(get_temp_dir())) <= LONGEST_PLACE


def fork(
    program: str, arguments: Sequence[str], place: Path, environment: Mapping[str, str],
    stdin: str = "", wanted: Callable[[], bool] = lambda: True,
) -> Done:  # fmt: skip
    """Run ``python -m MODULE ARGUMENTS`` or ``python FILE.py ARGUMENTS`` to its end, in a process that has loaded all.

    Args:
        program: the module, or the file.
        arguments: of it.
        place: the working directory.
        environment: all of its variables.
        stdin: what it can read.
        wanted: as of ``run``.
    """
    with tempfile.TemporaryDirectory(prefix="task-", ignore_cleanup_errors=True) as folder:
        paths = [Path(folder, name) for name, _how in STREAMS]
        for path, text in zip(paths, (stdin, "", ""), strict=True):
            path.write_text(text, "utf-8")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["release.rehearsal.preloaded"])
        given = (program, list(arguments), str(place), dict(environment), [str(path) for path in paths])
        process = context.Process(target=_become, args=given, daemon=True)
        process.start()
        while process.exitcode is None:
            process.join(LOOK)
            if process.exitcode is None and not wanted():
                process.kill()
        said = [path.read_text("utf-8", "replace") for path in paths[1:]]
        return Done(process.exitcode, *said)


def _become(program: str, arguments: list[str], place: str, environment: dict[str, str], paths: list[str]) -> None:
    """In the fork: what Python does before and after a program."""
    for number, (path, (_name, how)) in enumerate(zip(paths, STREAMS, strict=True)):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace")
    os.chdir(place)
    for name in [*os.environ]:
        del os.environ[name]
    os.environ.update(environment)
    found = None if program.endswith(".py") else find_spec(program)
    sys.argv = [(found and found.origin) or program, *arguments]  # as ``python -m`` has it
    try:
        _start(program, place)
    except Exception as error:  # noqa: BLE001 - as Python does it with whatever nobody catches
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)


def _start(program: str, place: str) -> None:
    if program.endswith(".py"):
        sys.path[0] = str(Path(program).parent)
        runpy.run_path(program, run_name="__main__")
    else:
        sys.path[0] = place
        runpy.run_module(program, run_name="__main__", alter_sys=True)
