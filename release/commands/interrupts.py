"""Ctrl-C, and a runner that cancels a job: heard by the main thread, whatever it waits for, and by it alone."""

import atexit
import os
import signal
import threading
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM)
AGAIN = 0.05  # seconds until the main thread is woken once more
_heard = threading.Event()


def listen() -> None:
    """From now on a signal raises ``KeyboardInterrupt`` in the main thread, once."""
    for number in STOPS:
        signal.signal(number, _interrupted)
    atexit.register(_ignore)
    if hasattr(signal, "pthread_kill"):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        threading.Thread(target=_wake, args=(reading,), daemon=True).start()


def deafen() -> None:
    """Further interrupts change nothing; a handler and no ``SIG_IGN``, which processes of ours would inherit."""
    for number in STOPS:
        signal.signal(number, lambda _number, _frame: None)


def _ignore() -> None:
    """Python takes its handlers away before it ends, and a late signal would change the exit code."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    """A second one must not lose who was told, which is said within 2 s."""
    _heard.set()
    deafen()
    raise KeyboardInterrupt


def _wake(reading: int) -> None:
    """Wake the main thread until it has heard: of two signals in a row another thread may take both.

    Python runs handlers in the main thread alone, and a lock or a socket that it waits for does not let it.
    """
    number = os.read(reading, 1)[0]
    while not _heard.wait(AGAIN):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
