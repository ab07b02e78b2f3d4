"""A runner for workflows on this machine, with recorders or with the real tasks against the stand-in."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.workflows.forks import start_forks
from tests.workflows.harness import Actions


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Actions]:
    """A runner for which nothing was called and nothing uploaded yet."""
    if not Path(sys.executable).with_name("act").exists():
        reason = "act is not beside this Python: install the extra `dev`"
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)
    (said := tmp_path / "said").mkdir()
    with start_forks(said) as forks:
        yield Actions(tmp_path / "actions", forks)


@pytest.fixture
def real(runner: Actions, standin: StandIn) -> Iterator[Actions]:
    """A runner whose `invoke` runs the real tasks against the stand-in."""
    runner.run_tasks(standin.environment)
    yield runner
    assert standin.world.errors == []
