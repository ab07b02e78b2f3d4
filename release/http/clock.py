"""The time that deadlines, rate limits and GitHub's dates are reckoned in."""

import time
from collections.abc import Callable


def steady(
    wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
) -> Callable[[], float]:
    """Seconds since the epoch that never jump: the machine's time now, and from then on what really passes.

    Somebody who sets the machine's clock neither ends nor prolongs a wait. How far it was wrong from the start, the
    ``Date`` of a server's answers tells (``Transport.ahead``).
    """
    start = wall() - monotonic()
    return lambda: start + monotonic()
