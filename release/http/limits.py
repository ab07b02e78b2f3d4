"""Rate limits: what an answer tells us to wait, and what it says is left."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol

SECONDARY_SECONDS = 60.0  # GitHub: at least a minute where a secondary limit states no time
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


@dataclass(frozen=True)
class Rest:
    """What a server says about a token's hour: ``left`` of ``most`` requests, until ``reset`` (by our own clock)."""

    most: float
    left: float
    reset: float


def rest_of(answer: Limited, now: float) -> Rest | None:
    """What ``answer`` says is left of its token's hour; ``None`` where it does not say, or speaks of another limit."""
    if answer.headers.get("x-ratelimit-resource", "core") != "core":
        return None
    most, left, reset = (
        _number(answer.headers.get(f"x-ratelimit-{name}", "")) for name in ("limit", "remaining", "reset")
    )
    if not most or left is None or reset is None:
        return None
    return Rest(most, left, now + reset - server_time(answer.headers, now) + ROUNDING)
