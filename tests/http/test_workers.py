"""What is asked for by several threads is done once."""

import threading

import pytest

from release.http.workers import Once


def test_one_of_many_does_the_work_and_all_get_its_result() -> None:
    once, begun, done = Once[int](), threading.Event(), []

    def work() -> int:
        begun.wait(5)
        done.append(1)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(once.get("key", work))) for _ in range(5)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert (found, done) == ([7] * 5, [1])
    assert once.get("another", lambda: 8) == 8


def test_an_error_is_everybodys() -> None:
    once = Once[int]()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            once.get("key", lambda: 1 // 0)
