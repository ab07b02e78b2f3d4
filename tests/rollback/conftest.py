"""A release that is bad, in every channel."""

import pytest

from release.rehearsal import StandIn
from release.session import Session
from tests.rollback.scene import ALL, BAD
from tests.support.sessions import session_at


@pytest.fixture
def served(standin: StandIn) -> StandIn:
    """The bad version is everywhere."""
    for channel in ALL:
        standin.serve(channel, BAD)
    return standin


@pytest.fixture
def session(served: StandIn) -> Session:
    return session_at(served)
