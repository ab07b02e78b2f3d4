"""One command line, one task that writes."""

from pathlib import Path

import pytest

from release.commands.table import collect
from release.errors import InputError

SHA256 = "0123456789abcdef" * 4
REFUSED = {
    "two channels and a dry run": (
        "dist.homebrew dist.scoop --version 0.0.4 --dry-run",
        "invoke dist.all --only homebrew,scoop --dry-run --version=0.0.4",
    ),
    "in another folder": (
        "-r elsewhere dist.homebrew dist.scoop --version 0.0.4",
        "invoke dist.all --only homebrew,scoop --version=0.0.4",
    ),
    "flags that contradict each other": (
        "dist.homebrew --version 0.0.4 dist.scoop --version 0.0.5",
        "invoke dist.homebrew --version=0.0.4; invoke dist.scoop --version=0.0.5",
    ),
    "a flag that one alone has": (
        "dist.homebrew --force dist.scoop --version 0.0.4",
        "invoke dist.homebrew --force; invoke dist.scoop --version=0.0.4",
    ),
    "a good version for one alone": (
        "rollback.scoop --to 0.0.2 rollback.choco",
        "invoke rollback.scoop --to=0.0.2; invoke rollback.choco",
    ),
    "a checksum, of another artifact for each": (
        f"dist.homebrew --sha256 {SHA256} dist.scoop --sha256 {SHA256}",
        f"invoke dist.homebrew --sha256={SHA256}; invoke dist.scoop --sha256={SHA256}",
    ),
    "the same for both": (
        f"dist.homebrew --force --sha256 wheel={SHA256} dist.scoop --sha256 wheel={SHA256} --force",
        f"invoke dist.all --only homebrew,scoop --force --sha256=wheel={SHA256}",
    ),
    "rollbacks": (
        "rollback.scoop rollback.choco --version 0.0.3",
        "invoke rollback.all --only scoop,choco --version=0.0.3",
    ),
    "updates, which have no task on all": ("update.scoop update.choco", "invoke update.scoop; invoke update.choco"),
    "after a task that only reads": ("doctor dist.all", "invoke doctor; invoke dist.all"),
    "before one": ("notify.result doctor", "invoke notify.result; invoke doctor"),
    "twice the same": ("dist.all dist.all", "invoke dist.all; invoke dist.all"),
    "a flag with a space": (
        "rollback.all --reason 'so bad' doctor",
        "invoke rollback.all --reason='so bad'; invoke doctor",
    ),
}  # fmt: skip


def check(project_root: Path, line: str) -> None:
    import shlex  # noqa: PLC0415 - only here

    collect(project_root, shlex.split(line), {})


@pytest.mark.parametrize(("line", "instead"), REFUSED.values(), ids=REFUSED.keys())
def test_nothing_runs_beside_a_task_that_writes(project_root: Path, line: str, instead: str) -> None:
    with pytest.raises(InputError, match="stand on one command line") as refused:
        check(project_root, line)
    assert refused.value.fix == f"Nothing was run. Give: {instead}"


ALLOWED = {
    "one task": "dist.all --version 0.0.4",
    "tasks that only read": "doctor status.all",
    "a value that looks like a task": "rollback.scoop --version 0.0.4 --reason dist.scoop",
    "a slip, which Invoke itself reports": "dist.all dist.scop dist.scoop",
}


@pytest.mark.parametrize("line", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_invokes_own_parser_finds_is_what_counts(project_root: Path, line: str) -> None:
    check(project_root, line)
