"""The real command line as a process of its own, pointed at the stand-in."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from release.rehearsal.processes import PROGRAM, Done, can_fork, fork

MODULES = {"invoke": "invoke", "distribute": PROGRAM}
ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG")
QUICK = {"INVOKE_RETRY_ATTEMPTS": "2", "INVOKE_RETRY_MAX_WAIT": "0", "INVOKE_RETRY_LOOKUP": "0",
         "INVOKE_RETRY_MAX_TOLD": "1"}  # fmt: skip


def run(name: str, arguments: Sequence[str], place: Path, environment: Mapping[str, str], stdin: str = "") -> Done:
    """``invoke ARGUMENTS`` or ``distribute ARGUMENTS``, where possible without the half second of a fresh start.

    What happens while modules are loaded is the same for all; tests of that start a process themselves.
    """
    if can_fork():
        return fork(MODULES[name], arguments, place, environment, stdin)
    command = [sys.executable, "-P", "-m", MODULES[name], *arguments]
    done = subprocess.run(command, cwd=place, env=environment, input=stdin, capture_output=True, text=True, timeout=60,
                          check=False)  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "invoke", *arguments]


def variables(standin: StandIn, more: Mapping[str, str | None]) -> dict[str, str]:
    """The environment of a process; a variable of ``None`` is unset."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    merged: dict[str, str | None] = {**kept, **standin.environment, **QUICK, **more}
    return {name: value for name, value in merged.items() if value is not None}


def invoke(standin: StandIn, *arguments: str, **more: str | None) -> Done:
    """``invoke ARGUMENTS`` with the stand-in's variables and ``more``."""
    return run("invoke", arguments, ROOT, variables(standin, more))


def invoke_on_a_terminal(standin: StandIn, *arguments: str, **more: str | None) -> Done:
    """As ``invoke``, with a terminal of 120 columns in place of the pipes; all that it shows is in ``out``."""
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminals of this kind")
    import termios  # noqa: PLC0415 - there is none on Windows

    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (40, 120))
    environment = variables(standin, {"TERM": "xterm-256color", **more})
    with subprocess.Popen(command(*arguments), cwd=ROOT, env=environment, stdin=theirs, stdout=theirs,
                          stderr=theirs) as process:  # fmt: skip
        os.close(theirs)
        shown = b"".join(_read_all(ours))
    os.close(ours)
    return Done(process.returncode, shown.decode().replace("\r\n", "\n"), "")


def _read_all(terminal: int) -> Iterator[bytes]:
    """Pieces until the last process that holds the other end is gone."""
    with contextlib.suppress(OSError):  # Linux says EIO then
        while piece := os.read(terminal, 65536):
            yield piece
