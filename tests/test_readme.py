"""The README says what is so."""

import re
from pathlib import Path

import pytest

from release.commands.names import configured
from release.commands.table import rows
from release.records import State

ROOT = Path(__file__).resolve().parents[1]
TASKS = rows(configured(ROOT, [], {}))
README = (ROOT / "README.md").read_text(encoding="utf-8")
CALLERS = sorted((ROOT / "tests" / "data" / "callers").glob("*.yml"))


@pytest.mark.parametrize("caller", CALLERS, ids=lambda path: path.stem)
def test_callers_stand_there_ready_to_copy(caller: Path) -> None:
    assert f"<!-- caller: {caller.stem} -->\n\n```yaml\n{caller.read_text(encoding='utf-8')}```" in README


def test_test_command_is_the_one_of_ci() -> None:
    command = "sh .ci/check"
    assert f"```sh\n{command}\n```" in README
    assert f"\n{command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_commands_and_flags_in_it_exist() -> None:
    for line in re.findall(r"invoke ((?:\w+\.)?\w+(?: [^`\n#]*)?)", README):
        name, *words = line.split()
        if "." not in name and name not in TASKS:
            continue
        name = name.replace(".NAME", ".scoop")
        assert name in TASKS, line
        flags = {word[2:].partition("=")[0].replace("-", "_") for word in words if word.startswith("--")}
        assert flags <= {"list", "help", *TASKS[name][1].split()}, line


def test_every_state_and_package_is_named() -> None:
    assert [state for state in State if f"`{state}`" not in README] == []
    locked = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2].partition("]")[0]
    assert [name for name in re.findall(r'"([\w-]+)', locked) if name not in README] == []
