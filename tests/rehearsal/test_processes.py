"""A rehearsal's tasks are processes of their own: their own folder, variables, streams and exit code."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from release import __version__
from release.rehearsal.processes import Processes


@pytest.fixture
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.close()


def test_a_task_has_what_it_was_given_and_nothing_of_ours(processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("channels: {tap: {kind: homebrew}}\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    assert processes.run(["--version"], tmp_path, environment) == (0, f"distribute {__version__}\n", "")
    assert "dist.tap" in processes.run(["--list"], tmp_path, environment).out
    slip = processes.run(["dist.tab"], tmp_path, environment)
    assert (slip.code, slip.out, "Did you mean dist.tap?" in slip.err) == (2, "", True)
    other = processes.run(["--list"], tmp_path, environment | {"INVOKE_RUNTIME_CONFIG": str(tmp_path / "none.yaml")})
    assert "dist.tap" not in other.out  # the file that the variable names is not there


def test_one_that_is_not_wanted_any_more_is_ended(processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("channels: {tap: {kind: homebrew}}\n")
    done = processes.run(["rehearse", "--keep"], tmp_path, {"PATH": os.environ["PATH"]}, wanted=lambda: False)
    assert done.code != 0
