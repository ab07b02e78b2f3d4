"""Work at the same time on a bounded number of threads that never hold up the end of the program."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Generic, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """At most ``size`` daemon threads, started as work comes in.

    Unlike those of ``concurrent.futures`` they do not make an interrupted program wait for its last request.
    """

    def __init__(self, size: int) -> None:
        self._size, self._threads = size, 0
        self._lock = threading.Lock()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def __enter__(self) -> Self:
        """The workers itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let the threads go home; work that was handed in is still done, and nobody waits for it."""
        for _ in range(self._threads):
            self._work.put(None)

    def submit(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> "Future[T]":
        """Begin ``work`` as soon as a thread is free."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work(*args, **options))
            except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
                future.set_exception(error)

        self._work.put(run)
        with self._lock:
            if self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True).start()
        return future

    def _serve(self) -> None:
        while (run := self._work.get()) is not None:
            run()


def deadline(seconds: float | None) -> float | None:
    """Monotonic seconds at which nobody waits any longer, ``seconds`` from now; ``None`` for no end."""
    return None if seconds is None else time.monotonic() + seconds


def result_by(future: "Future[T]", until: float | None) -> T:
    """What the work gave, waited for until a ``deadline``.

    Raises:
        TimeoutError: it is not there in time; its own error, where it has one.
    """
    return future.result(None if until is None else max(0.0, until - time.monotonic()))


class Once(Generic[T]):
    """Results by what they are of: whoever asks for one that another thread is at waits for that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[object, Future[T]] = {}

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """The result of the first ``work`` for ``key``, or its error."""
        with self._lock:
            mine: Future[T] = Future()
            future = self._futures.setdefault(key, mine)
        if future is mine:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever asks gets it
                future.set_exception(error)
        return future.result()
