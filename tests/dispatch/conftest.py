"""Dispatches take minutes; here nobody waits for them."""

from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.conftest import MakeStandIn
from tests.support.clock import SleptClock


@pytest.fixture
def make_standin(make_standin: MakeStandIn) -> MakeStandIn:
    """Stand-ins whose time moves only when a session sleeps; runs take as long as they often do on GitHub."""

    def make(**options: Any) -> StandIn:  # noqa: ANN401 - the stand-in's own keyword arguments
        return make_standin(**{"clock": SleptClock(), "run_delay": 2.0, "run_time": 8.0, **options})

    return make
