"""A program in a process group of its own: whatever it started ends with it, and so do we with it.

git starts helpers that talk to the server, with the token in their environment. When git's time is up, when we are
interrupted and when we end, the whole group goes.
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

LARGEST = 64 * 1024 * 1024  # bytes of output
CHUNK = 64 * 1024
_running: set["subprocess.Popen[bytes]"] = set()
_starting = threading.Lock()


class TooMuch(Exception):  # noqa: N818 - says what happened
    """The program wrote more than it may; it was ended."""


class Done(NamedTuple):
    """How a program ended: its exit code and what it wrote."""

    code: int
    out: bytes
    err: bytes


def run(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], data: bytes, seconds: float,
    largest: int = LARGEST,
) -> Done:  # fmt: skip
    """Run ``command`` to its end, with ``data`` on its standard input.

    Args:
        command: program and arguments.
        directory: where it runs.
        environment: all of it.
        data: written to its standard input.
        seconds: that it may take.
        largest: bytes that it may write to each of its outputs.

    Raises:
        FileNotFoundError: there is no such program.
        TimeoutExpired: it took longer; its group was ended.
        TooMuch: it wrote more; its group was ended.
    """
    starter = _Starter(command, directory, environment)
    try:
        starter.join()
        if starter.error:
            raise starter.error
        return _attend(starter.process, data, seconds, largest)
    finally:
        starter.join()
        if not starter.error:
            end(starter.process)


class _Starter(threading.Thread):
    """Starts the program where no interrupt can come between its start and the note that it runs."""

    process: "subprocess.Popen[bytes]"

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.command, self.directory, self.environment = command, directory, environment
        self.error: OSError | ValueError | None = None
        self.start()

    def run(self) -> None:
        pipe = subprocess.PIPE
        with _starting:
            try:
                self.process = subprocess.Popen(self.command, cwd=self.directory, env=self.environment, stdin=pipe,
                                                stdout=pipe, stderr=pipe, start_new_session=True)  # fmt: skip
                _running.add(self.process)
            except (OSError, ValueError) as error:
                self.error = error


class _Collector(threading.Thread):
    """Reads one output as it comes; of too much it ends the program."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: IO[bytes], largest: int) -> None:
        super().__init__(daemon=True)
        self.process, self.output, self.largest, self.read = process, output, largest, bytearray()
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError), self.output:
            while len(self.read) <= self.largest and (more := os.read(self.output.fileno(), CHUNK)):
                self.read += more
        if len(self.read) > self.largest:
            end(self.process)


def _attend(process: "subprocess.Popen[bytes]", data: bytes, seconds: float, largest: int) -> Done:
    stdin, *outputs = (cast("IO[bytes]", stream) for stream in (process.stdin, process.stdout, process.stderr))
    out, err = (_Collector(process, output, largest) for output in outputs)
    feeder = threading.Thread(target=_feed, args=(stdin, data), daemon=True)
    feeder.start()
    code = process.wait(seconds)
    end(process)  # helpers that outlived it would keep its outputs open
    for thread in (out, err, feeder):
        thread.join()
    if len(out.read) > largest or len(err.read) > largest:
        raise TooMuch
    return Done(code, bytes(out.read), bytes(err.read))


def _feed(stdin: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError), stdin:
        stdin.write(data)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and all that it started; once, for its number may be another's after that."""
    try:
        _running.remove(process)
    except KeyError:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_all() -> None:
    """End every program that still runs in another thread; from now on, when we end, none is started any more."""
    _starting.acquire()  # and never released
    for process in list(_running):
        end(process)


atexit.register(_end_all)
