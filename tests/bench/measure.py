"""Times and memory of processes, and rows of what was measured. Linux: peak memory is the kernel's own number.

That of ``/proc``: the one of ``wait4`` is of the process that started it too.
"""

import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024  # /proc counts in KiB
SHOWN = re.compile(r"^(Threads|VmHWM):\s+(\d+)", re.MULTILINE)


class Broken(Exception):  # noqa: N818 - says what it is
    """What was measured did not do its work: one line."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        part: of the measurement.
        what: was done.
        seconds: median; of the simulated clock where ``note`` says so.
        against: the command that a user would use in its place.
        base: its median in seconds; ``None`` where there is none.
        note: more numbers.
        x: where it stands on a curve, such as a number of channels.
    """

    part: str
    what: str
    seconds: float
    against: str = ""
    base: float | None = None
    note: str = ""
    x: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return self.seconds / self.base if self.base else None


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds, and at most so many MiB and threads."""

    seconds: float
    mib: float
    threads: int = 0
    begun: float = 0.0


def spend(command: Sequence[str], cwd: Path = ROOT, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Spent:
    """Run a command that must succeed.

    Raises:
        Broken: it did not; the end of what it said.
    """
    ended, seen = threading.Event(), Counter[str]()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(stdin)
        given.seek(0)
        begun, start = time.time(), time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=given, stdout=subprocess.DEVNULL, stderr=said)
        watch = threading.Thread(target=_watch, args=(process.pid, ended, seen))
        watch.start()
        process.wait()
        seconds = time.perf_counter() - start
        ended.set()
        watch.join()
        said.seek(0)
        if process.returncode:
            raise Broken(f"{' '.join(command)}: {process.returncode}: {said.read()[-500:].decode()}")
    return Spent(seconds, seen["VmHWM"] / MIB, seen["Threads"], begun)


def _watch(pid: int, ended: threading.Event, seen: Counter[str]) -> None:
    """The most of each that is seen; peak memory but for the last moment."""
    while not ended.wait(0.02):
        try:
            text = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        except OSError:
            return
        for name, count in SHOWN.findall(text):
            seen[name] = max(seen[name], int(count))


def alternate(runs: int, *works: Callable[[], Spent]) -> list[Spent]:
    """The median of each, measured in turn, so that what else the machine does is shared by all."""
    found = [[work() for work in works] for _ in range(runs)]
    return [_median(column) for column in zip(*found, strict=True)]


def _median(column: Sequence[Spent]) -> Spent:
    seconds = statistics.median(one.seconds for one in column)
    return Spent(seconds, max(one.mib for one in column), max(one.threads for one in column))


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Of a process that knows this project and ``more``, and no token of anybody's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **more}
