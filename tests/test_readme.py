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
    lines = re.findall(r"invoke ((?:\w+\.)?\w+(?: [^`\n#]*)?)", README)
    named = [line for line in lines if "." in line.split()[0] or line.split()[0] in TASKS]
    assert {"dist.all", "status.all", "doctor", "rehearse"} <= {line.split()[0] for line in named}
    for line in named:
        name, *words = line.replace(".NAME", ".scoop").split()
        assert name in TASKS, line
        flags = {word[2:].partition("=")[0].replace("-", "_") for word in words if word.startswith("--")}
        assert flags <= {"list", "help", *TASKS[name][1].split()}, line


def test_every_state_and_package_is_named() -> None:
    assert [state for state in State if f"`{state}`" not in README] == []
    locked = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2].partition("]")[0]
    assert [name for name in re.findall(r'"([\w-]+)', locked) if name not in README] == []
