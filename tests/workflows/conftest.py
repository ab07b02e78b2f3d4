"""A runner for workflows on this machine, with recorders or with the real tasks against the stand-in."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.workflows.harness import Actions


@pytest.fixture(scope="session")
def new_runner(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Actions]:
    """Makes runners; each starts with nothing called and nothing uploaded."""
    if not Path(sys.executable).with_name("act").exists():
        reason = "act is not beside this Python: install the extra `dev`"
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)
    return lambda: Actions(tmp_path_factory.mktemp("actions"))


@pytest.fixture
def runner(new_runner: Callable[[], Actions]) -> Actions:
    return new_runner()


@pytest.fixture
def real(runner: Actions, standin: StandIn) -> Iterator[Actions]:
    """A runner whose `invoke` runs the real tasks against the stand-in."""
    runner.use_real_tasks(standin.environment)
    yield runner
    assert standin.world.errors == []
