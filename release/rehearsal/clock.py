"""The stand-in's time: the real one, unless it is given one that moves only when somebody sleeps."""

import threading
import time
from collections.abc import Callable, Iterator


class Clock:
    """Real time, in which threads sleep."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def play(
        self, steps: Iterator[float], start: Callable[[Callable[[], None]], None], closed: threading.Event
    ) -> None:
        """Do ``steps``, which yield the seconds to wait before they go on.

        Args:
            steps: what is to happen.
            start: does work in a thread.
            closed: set when the stand-in ends, and the steps with it.
        """

        def run() -> None:
            for pause in steps:
                if closed.wait(pause):
                    return

        start(run)
