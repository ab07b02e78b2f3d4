"""Time moves only when a session sleeps: odd answers must not cost anybody's."""

from typing import Any

import pytest

from release.rehearsal import StandIn
from tests.conftest import MakeStandIn
from tests.support.clock import SleptClock


@pytest.fixture
def make_standin(make_standin: MakeStandIn) -> MakeStandIn:
    """Stand-ins whose runs appear and end while a session sleeps."""

    def make(**options: Any) -> StandIn:  # noqa: ANN401 - the stand-in's own keyword arguments
        return make_standin(**{"clock": SleptClock(), "run_delay": 1.0, "run_time": 1.0, **options})

    return make
