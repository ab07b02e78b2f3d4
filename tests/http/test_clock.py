"""Who sets the machine's clock changes no wait."""

import time

import pytest

from release.http.clock import steady
from release.http.transport import Transport
from release.settings import Http, Retry


@pytest.mark.parametrize("jump", [3600.0, -3600.0], ids=["forwards", "backwards"])
def test_a_clock_that_jumps_changes_nothing(jump: float) -> None:
    wall, passed = [1_800_000_000.0], [7.0]
    clock = steady(lambda: wall[0], lambda: passed[0])
    assert clock() == 1_800_000_000
    wall[0] += jump
    assert clock() == 1_800_000_000
    passed[0] += 60
    assert clock() == 1_800_000_060


def test_it_is_what_everything_is_sent_by() -> None:
    before = time.time()
    clock = Transport(Http(), Retry()).clock
    assert clock is not time.time
    assert abs(clock() - before) < 3600
