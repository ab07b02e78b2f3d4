"""How many answers a program waited for one after the other, whatever else the machine had to do."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Answer, Request

DELAYS = (0.2, 0.4, 0.8, 1.6, 3.2)


def fewest_rounds(ask: Callable[[float], Iterable[Request]], expected: int) -> int:
    """The fewest rounds of some tries, each with slower answers than the one before; ends at ``expected``.

    A busy machine tears a round apart, and so can only add to the count; the slower the answers, the less it does.

    Args:
        ask: makes the requests, with so many seconds before each answer.
        expected: the rounds that there should be.
    """
    fewest = 1_000_000
    for delay in DELAYS:
        fewest = min(fewest, _rounds(ask(delay), delay))
        if fewest <= expected:
            break
    return fewest


def _rounds(requests: Iterable[Request], delay: float) -> int:
    found, begun = 0, float("-inf")
    for start in sorted(request.time for request in requests):
        if start >= begun + delay:
            found, begun = found + 1, start
    return found


@dataclass
class Together(Fault):
    """Answers requests only when ``size`` of them are there at the same time.

    Attributes:
        most: so many were there at once at most.
    """

    size: int = 2
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._all_there = threading.Barrier(self.size)

    def apply(self, answer: Answer | None) -> Answer:
        self._count(1)
        try:
            self._all_there.wait(60)
        finally:
            self._count(-1)
        return super().apply(answer)

    def _count(self, more: int) -> None:
        with self._lock:
            self._now += more
            self.most = max(self.most, self._now)
