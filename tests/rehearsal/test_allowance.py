"""GitHub's published limits as the stand-in counts them, and refuses what is beyond where it is told to."""

import pytest

from release.rehearsal.github.allowance import Allowance

LIMITS = {
    "writes a minute": (True, 59, 80), "points a minute": (False, 59, 900), "requests an hour": (False, 3599, 1000),
    "writes an hour": (True, 3599, 500),
}  # fmt: skip


@pytest.mark.parametrize(("writes", "seconds", "most"), LIMITS.values(), ids=LIMITS.keys())
@pytest.mark.parametrize("rolling", [True, False], ids=["rolling", "fixed"])
def test_one_more_than_the_limit_is_refused(writes: bool, seconds: int, most: int, rolling: bool) -> None:  # noqa: FBT001 - columns
    """As many as are allowed in that time pass, spread evenly over it."""
    allowance = Allowance(1000, rolling)
    for number in range(most):
        assert allowance.allows(seconds * number / most, writes=writes)
    assert not allowance.allows(seconds, writes=writes)


def test_more_at_once_than_the_limit_is_refused() -> None:
    assert Allowance().allows(0, under_way=99)
    assert not Allowance().allows(0, under_way=100)


def test_an_hour_begins_with_its_first_request_and_its_rest_is_told() -> None:
    allowance = Allowance(10)
    for moment in (100, 3000, 3000):
        assert allowance.allows(moment)
    allowance.spend(3000, -1)
    assert allowance.rest(3000) == {"limit": 10, "used": 2, "remaining": 8, "reset": 3701}
    assert allowance.rest(3700) == {"limit": 10, "used": 0, "remaining": 10, "reset": 7301}
