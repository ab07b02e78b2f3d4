"""Rate limits: what an answer tells us to wait, and a gate that makes every request with that token wait."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Protocol

from release.errors import ServiceError

SECONDARY_SECONDS = 60.0  # GitHub: at least a minute where a secondary limit states no time
WRITES = ((80, 60.0), (500, 3600.0))  # GitHub: content-creating requests per so many seconds
FAR = 1e10  # a clock can still show the time that is so many seconds away
OUR_TIMES = (946684800.0, 4102444800.0)  # from the year 2000 to the year 2100
ROUNDING = 0.001  # a time told in whole seconds is never cut short by a float


class Limited(Protocol):
    """The part of an answer that can tell of a limit."""

    @property
    def status(self) -> int: ...  # noqa: D102 - see Answer
    @property
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102 - see Answer
    @property
    def text(self) -> str: ...  # noqa: D102 - see Answer


def told_to_wait(answer: Limited, now: float) -> float | None:
    """Seconds that the server tells us to wait; ``None`` where the answer is not about a rate limit.

    A 403 without any sign of a limit is a matter of permission. Source: GitHub's "Rate limits for the REST API".
    """
    if answer.status not in {403, 429}:
        return None
    if (wait := _retry_after(answer.headers, now)) is not None:
        return wait
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return _until_reset(answer.headers, now)
    if answer.status == 429 or "secondary rate" in answer.text.lower():
        return SECONDARY_SECONDS
    return None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    value = headers.get("retry-after")
    if value is None:
        return None
    if (seconds := _number(value)) is not None:
        return seconds + ROUNDING
    until = _date(value)
    return None if until is None else max(0.0, until - server_time(headers, now))


def _until_reset(headers: Mapping[str, str], now: float) -> float:
    reset = _number(headers.get("x-ratelimit-reset", ""))
    return SECONDARY_SECONDS if reset is None else max(0.0, reset - server_time(headers, now)) + ROUNDING


def _number(text: str) -> float | None:
    """Seconds, at most those of some centuries; ``None`` for anything else, such as a date."""
    return min(float(text), FAR) if re.fullmatch(r"\s*+\d++(\.\d*+)?\s*+", text, re.ASCII) else None


def _date(value: str | None) -> float | None:
    """Seconds since the epoch; ``None`` for what is no date of our times, which nobody could reckon with."""
    try:
        seconds = parsedate_to_datetime(value[:64]).timestamp() if value else 0.0
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if OUR_TIMES[0] < seconds < OUR_TIMES[1] else None


def server_time(headers: Mapping[str, str], otherwise: float) -> float:
    """The server's own clock, in seconds since the epoch, by its ``Date`` header."""
    return _date(headers.get("Date")) or otherwise


class Gate:
    """Closed per token while a server wants us to wait, and for all while we have written enough for a minute.

    Args:
        sleep: waits for so many seconds.
        clock: seconds since the epoch.
        say: takes one line of progress.
        longest: the longest wait, in seconds, that a server may tell us.
    """

    def __init__(
        self, sleep: Callable[[float], None], clock: Callable[[], float], say: Callable[[str], None], longest: float
    ) -> None:
        self._sleep, self._clock, self._say, self._longest = sleep, clock, say, longest
        self._lock = threading.Lock()
        self._until: dict[str | None, float] = {}
        self._growth: dict[str | None, int] = {}
        self._written: deque[float] = deque(maxlen=WRITES[-1][0])

    def wait(self, token: str | None, *, writes: bool) -> None:
        """Return when a request with this token may go out.

        Raises:
            ServiceError: that is longer away than the longest wait that a server may tell us.
        """
        while (seconds := self._left(token)) > 0:
            self._check(seconds)
            self._sleep(seconds)
        while writes and (seconds := self._reserve()) > 0:
            self._sleep(seconds)

    def note(self, token: str | None, answer: Limited) -> None:
        """Remember what ``answer`` says about this token's limit."""
        wait = told_to_wait(answer, self._clock())
        with self._lock:
            if wait is None:
                self._growth.pop(token, None)
                return
            if wait == SECONDARY_SECONDS:
                tries = self._growth[token] = self._growth.get(token, 0) + 1
                wait = wait * 2 ** (tries - 1)
            self._until[token] = max(self._until.get(token, 0.0), self._clock() + wait)
        if wait >= 1:
            self._say(f"Rate limit: the server tells us to wait {wait:.0f} s.")

    def pace(self, writes: int) -> float:
        """Seconds that so many writes will take at least, so that it can be said beforehand."""
        return max(max(0, writes - 1) // most * seconds for most, seconds in WRITES)

    def _left(self, token: str | None) -> float:
        with self._lock:
            return self._until.get(token, 0.0) - self._clock()

    def _check(self, seconds: float) -> None:
        if seconds > self._longest:
            again = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self._clock() + seconds))
            raise ServiceError(
                f"Rate limit: told to wait {seconds:.0f} s, longer than retry.max_told ({self._longest:.0f} s)",
                f"Try again after {again}.",
            )

    def _reserve(self) -> float:
        """Take a place among the writes of the last minute and hour, or say how long until there is one."""
        with self._lock:
            now = self._clock()
            for most, seconds in WRITES:
                recent = [at for at in self._written if now - at < seconds]
                if len(recent) >= most:
                    return recent[-most] + seconds - now + ROUNDING
            self._written.append(now)
            return 0.0
