"""Trying again: how often, how long to wait in between. The only user of ``tenacity``."""

from collections.abc import Callable, Iterator
from typing import Any

import tenacity

from release.settings import Retry

When = tenacity.retry_base | Callable[[tenacity.RetryCallState], bool]


def retrying(
    retry: Retry,
    sleep: Callable[[float], None],
    when: When,
    attempts: int | None = None,
    callback: Callable[[tenacity.RetryCallState], Any] = lambda state: state.outcome and state.outcome.result(),
) -> tenacity.Retrying:
    """Tries with exponential waits and jitter; after the last one its result or error is that of the whole.

    Args:
        retry: tries and the longest wait.
        sleep: waits for so many seconds.
        when: whether a result or an error is tried again.
        attempts: instead of ``retry.attempts``.
        callback: gives the result after the last try.
    """
    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts or retry.attempts),
        wait=backoff(retry.max_wait),
        retry=when,
        retry_error_callback=callback,
        sleep=sleep,
    )


def tries(retry: Retry, sleep: Callable[[float], None]) -> Iterator[int]:
    """1, 2 ... ``retry.attempts``, with a wait between each two; the caller ends it by leaving its loop."""
    for attempt in retrying(retry, sleep, tenacity.retry_always, callback=lambda _state: None):
        with attempt:
            pass
        yield attempt.retry_state.attempt_number


def backoff(longest: float) -> Callable[[tenacity.RetryCallState], float]:
    """Seconds before the next try: 0.25 to 0.5, doubling, at most ``longest``."""
    grow = tenacity.wait_exponential(multiplier=0.25, max=longest) + tenacity.wait_random(0, 0.25)
    return lambda state: min(grow(state), longest)
