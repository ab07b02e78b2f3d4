"""A time that moves only when somebody sleeps: the same on every machine, however busy."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator

from release.errors import Stopped
from release.rehearsal import StandIn
from release.rehearsal.clock import Clock


class SleptClock(Clock):
    """Time that passes at once when somebody sleeps, and in no other way.

    What the stand-in has planned for that time happens meanwhile, in its order, and is over when the sleeper wakes up.
    It begins in the middle of a second, because GitHub states whole ones.

    Attributes:
        slept: how long somebody slept each time, in seconds.
    """

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = int(time.time()) + 0.5
        self._planned: list[tuple[float, int, Iterator[float]]] = []
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Let so many seconds pass; as in real time, an interrupt ends that with ``Stopped``."""
        with self._lock:
            self.slept.append(seconds)
            self._pass(seconds)
        if stop and stop.is_set():
            raise Stopped("Interrupted.", "Run the same command again.")

    def play(
        self,
        steps: Iterator[float],
        start: Callable[[Callable[[], None]], None],  # noqa: ARG002 - as the base's
        closed: threading.Event,  # noqa: ARG002 - as the base's
    ) -> None:
        """Do what needs no wait at once, the rest in somebody's sleep; that needs neither threads nor an end."""
        with self._lock:
            self._plan(0.0, steps)
            self._pass(0.0)

    def _plan(self, pause: float, steps: Iterator[float]) -> None:
        heapq.heappush(self._planned, (self._now + pause, next(self._numbers), steps))

    def _pass(self, seconds: float) -> None:
        end = self._now + seconds
        while self._planned and self._planned[0][0] <= end:
            due, _, steps = heapq.heappop(self._planned)
            self._now = max(self._now, due)
            if (pause := next(steps, None)) is not None:
                self._plan(pause, steps)
        self._now = max(self._now, end)


def clock_of(standin: StandIn) -> SleptClock:
    """The clock of a stand-in that was made with such a one."""
    clock = standin.world.clock
    assert isinstance(clock, SleptClock)
    return clock
