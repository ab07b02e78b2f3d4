"""Tasks as processes of their own, as a shell would start them."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from release.settings import read_environment

ROOT = Path(__file__).resolve().parents[2]
FORKS = hasattr(os, "fork") and sys.platform != "darwin"  # where a forked process may do all that another may
LOOK = 0.5  # seconds between two looks whether a task is still wanted
LONGEST = 600.0


class Done(NamedTuple):
    """How a task ended: its exit code, and what it said on stdout and on stderr."""

    code: int
    out: str
    err: str


class Processes:
    """Starts tasks; where the system can, they are forked from one process, which has imported what they need."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def run(
        self, arguments: Sequence[str], place: Path, environment: Mapping[str, str],
        wanted: Callable[[], bool] = lambda: True,
    ) -> Done:  # fmt: skip
        """Run a task to its end.

        Args:
            arguments: of the command line, the task first.
            place: the working directory.
            environment: all of its variables.
            wanted: asked now and then; the process is killed once it says no.
        """
        if not FORKS:
            return _start(arguments, place, environment)
        with tempfile.TemporaryDirectory(prefix="task-", ignore_cleanup_errors=True) as folder:
            out, err, done = (Path(folder, name) for name in ("out", "err", "done"))
            out.touch(0o600)
            err.touch(0o600)
            os.mkfifo(done, 0o600)
            told = os.open(done, os.O_RDONLY | os.O_NONBLOCK)
            self._ask({"arguments": arguments, "place": str(place), "environment": environment, "folder": folder})
            code = self._wait(told, wanted)
            return Done(code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace"))

    def _ask(self, task: Mapping[str, object]) -> None:
        with self._lock:
            if self._server is None:
                command = [sys.executable, "-m", "release.rehearsal.forks"]
                variables = {**read_environment().variables, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
                self._server = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, env=variables)
            assert self._server.stdin  # noqa: S101 - it is a pipe
            self._server.stdin.write(f"{json.dumps(task)}\n")
            self._server.stdin.flush()

    def _wait(self, told: int, wanted: Callable[[], bool]) -> int:
        """The exit code of a task, read from where its number and then the code are told."""
        said, poll = b"", select.poll()
        with open(told, "rb", buffering=0) as file:
            poll.register(file, select.POLLIN)
            while said.count(b"\n") < 2:
                new = file.read(64) if poll.poll(LOOK * 1000) else None
                if new == b"" or (self._server and self._server.poll() is not None):
                    raise OSError("the process that forks the tasks has ended")
                said += new or b""
                if said and not wanted():
                    with suppress(ProcessLookupError):  # it has just ended by itself
                        os.kill(int(said.split()[0]), signal.SIGKILL)
        return int(said.split()[1])

    def close(self) -> None:
        """End the process that forks; tasks that still run are not waited for."""
        if self._server:
            self._server.communicate()
            self._server = None


def _start(arguments: Sequence[str], place: Path, environment: Mapping[str, str]) -> Done:
    command = [sys.executable, "-m", "release.commands.program", *arguments]
    done = subprocess.run(
        command, cwd=place, env={**environment, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8",
        errors="replace", check=False, stdin=subprocess.DEVNULL, timeout=LONGEST,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)
