"""What a user sees where something goes wrong that nobody thought of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

STEP = """
from invoke.context import Context
from release.commands.command import run
run(Context(), "doctor", lambda given: {step}, as_json=False, configured=False)
"""
UNEXPECTED = {
    "a fault of ours": ("1 / 0", "ZeroDivisionError: division by zero", "This is a fault of this program: "),
    "of the machine": ("open('/')", "IsADirectoryError: [Errno 21] Is a directory: '/'", "Look at this machine: "),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a folder is opened as POSIX does it")
@pytest.mark.parametrize(("step", "wrong", "fix"), UNEXPECTED.values(), ids=UNEXPECTED.keys())
def test_what_nobody_thought_of_is_two_lines(project_root: Path, step: str, wrong: str, fix: str) -> None:
    command = [sys.executable, "-c", STEP.format(step=step)]
    done = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    first, second = done.stderr.splitlines()[:2]
    assert first.startswith(f"Unexpected {wrong} (")
    assert second.startswith(fix)


@pytest.mark.parametrize("module", ["invoke", "release.commands.program"])
def test_what_a_task_loads_is_compiled_once(project_root: Path, tmp_path: Path, module: str) -> None:
    command = [sys.executable, "-m", module, "update.scoop", "--version", "0"]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = variables | {"PYTHONPYCACHEPREFIX": str(tmp_path)}
    subprocess.run(command, cwd=project_root, env=environment, capture_output=True, check=False)
    assert [*tmp_path.rglob("release/commands/perform.*.pyc")]
