"""GitHub's published limits of one token, counted as GitHub does. Source: its "Rate limits for the REST API"."""

import threading
from collections import deque
from dataclasses import dataclass, field

MINUTE, HOUR = 60, 3600
POINTS, OF_A_WRITE = 900, 5
WRITES, WRITES_AN_HOUR = 80, 500
AT_ONCE = 100
OF_A_WORKFLOW = 1000  # requests in an hour with its own token


class _Spent:
    """What was spent in the last ``seconds``."""

    def __init__(self, seconds: int) -> None:
        self.seconds, self.total = seconds, 0
        self.each: deque[tuple[float, int]] = deque()

    def of_now(self, now: float) -> int:
        while self.each and self.each[0][0] + self.seconds <= now:
            self.total -= self.each.popleft()[1]
        return self.total

    def add(self, now: float, cost: int) -> int:
        self.each.append((now, cost))
        self.total += cost
        return self.of_now(now)


class _Hour(_Spent):
    """An hour that begins with the first request after the one before."""

    def of_now(self, now: float) -> int:
        if self.each and self.each[0][0] + self.seconds <= now:
            self.each.clear()
            self.total = 0
        return self.total


@dataclass
class Allowance:
    """What one token may ask, and has asked.

    Attributes:
        hourly: requests in an hour.
        rolling: the hour is always the last one, as a server stricter than GitHub might count.
    """

    hourly: int = 5000
    rolling: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._points, self._writes, self._writes_an_hour = _Spent(MINUTE), _Spent(MINUTE), _Spent(HOUR)
        self._hour = _Spent(HOUR) if self.rolling else _Hour(HOUR)

    def allows(self, now: float, *, writes: bool = False, under_way: int = 0) -> bool:
        """Whether GitHub answers a request that comes while it works at ``under_way`` others; it counts anyway."""
        with self._lock:
            fits = [self._points.add(now, OF_A_WRITE if writes else 1) <= POINTS, self.spend(now) <= self.hourly]
            if writes:
                fits += [self._writes.add(now, 1) <= WRITES, self._writes_an_hour.add(now, 1) <= WRITES_AN_HOUR]
        return all(fits) and under_way < AT_ONCE

    def spend(self, now: float, count: int = 1) -> int:
        """So many requests of this hour, by others or (negative) not counted after all; all of this hour."""
        self._hour.of_now(now)
        return self._hour.add(now, count)

    def rest(self, now: float) -> dict[str, int]:
        """``limit``, ``used``, ``remaining`` and ``reset`` (epoch seconds) of this hour."""
        with self._lock:
            used = self._hour.of_now(now)
            begun = self._hour.each[0][0] if self._hour.each else now
        return {"limit": self.hourly, "used": used, "remaining": max(0, self.hourly - used),
                "reset": int(begun + HOUR) + 1}  # fmt: skip

    def headers(self, now: float) -> dict[str, str]:
        """The same as an answer tells it."""
        return {f"X-RateLimit-{name.title()}": str(value) for name, value in self.rest(now).items()}
