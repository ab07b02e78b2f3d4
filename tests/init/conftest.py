"""``distribute init`` as a process of its own, in an empty folder."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from release.rehearsal.processes import Processes
from tests.support import forked

if TYPE_CHECKING:
    import subprocess

START = "from release.commands.program import main; main()"
Distribute = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """The folder of a product."""
    folder = tmp_path / "product"
    folder.mkdir()
    return folder


@pytest.fixture
def distribute(project_root: Path, product: Path) -> Distribute:
    """``distribute ARGUMENTS`` there; ``more`` are variables."""

    def run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(project_root), **more}
        return forked.run("distribute", *arguments, place=product, environment=environment)

    return run


def files(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` with its text."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """What starts the tasks of all rehearsals of a file."""
    started = Processes()
    yield started
    started.close()
