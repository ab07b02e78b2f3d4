"""``distribute init`` as a process of its own, in an empty folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from release.rehearsal.processes import Done
from tests.support import cli

START = "from release.commands.program import main; main()"
Distribute = Callable[..., Done]


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """The folder of a product."""
    folder = tmp_path / "product"
    folder.mkdir()
    return folder


@pytest.fixture
def distribute(project_root: Path, product: Path) -> Distribute:
    """``distribute ARGUMENTS`` there; ``more`` are variables."""

    def run(*arguments: str, **more: str) -> Done:
        environment = {**os.environ, "PYTHONPATH": str(project_root), **more}
        return cli.run("distribute", arguments, product, environment)

    return run


def files(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` with its text."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}
