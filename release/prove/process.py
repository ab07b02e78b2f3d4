"""One program at a time: bounded in time and output, and nothing of it outlives its time."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

KEPT = 64 * 1024  # bytes of output, the last ones
PIECE = 4096
WINDOWS = sys.platform == "win32"
NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows only; elsewhere a session is a group too
GRACE = 1.0  # seconds between asking a group of processes to end and ending it


@dataclass(frozen=True)
class Result:
    """How a program ended: its exit code, ``None`` where its time was over or it could not start; its last output."""

    code: int | None
    output: str


def run(
    argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, seconds: float, errors: bool = True
) -> Result:
    """Run a program to its end, without a terminal; stdout and stderr are one output.

    Args:
        argv: the path of the program and its arguments.
        environment: all that it sees of ours.
        folder: it works there.
        seconds: after these its whole group of processes is ended.
        errors: whether stderr is a part of the output.
    """
    try:
        process = subprocess.Popen(
            argv, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
            start_new_session=not WINDOWS, creationflags=NEW_GROUP,
        )  # fmt: skip
    except OSError as error:
        return Result(None, f"{argv[0]} could not be started: {error.strerror}")
    tail = _Tail(process.stdout)
    try:
        code: int | None = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        if process.poll() is None:
            _end(process)
    output = tail.text()
    return Result(code, output if code is not None else f"{output}\nIt took longer than {seconds:g} s and was ended.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the whole group: asked first, so that package managers let go of their locks."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        for number, grace in ((signal.SIGTERM, GRACE), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(grace)
    process.wait()


class _Tail:
    """The last output of a program, read beside it; one that leaves a child behind does not hold us up."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._kept, self._stream = bytearray(), stream
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while self._stream and (piece := os.read(self._stream.fileno(), PIECE)):
                self._kept += piece
                del self._kept[:-KEPT]

    def text(self) -> str:
        """What was read by now; bytes that are not UTF-8 are replaced."""
        self._thread.join(GRACE)
        if not self._thread.is_alive() and self._stream:
            self._stream.close()
        return bytes(self._kept).decode("utf-8", "replace")
