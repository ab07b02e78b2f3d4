"""Commands in texts, as they can be typed where this one runs."""

import pytest

from release.commands.line import CHANNELS, READ, WRITE
from release.commands.table import ON_ONE, rows
from release.commands.typed import as_typed

TEXT = (
    "Do: invoke dist.scoop --version 0.0.1; then invoke doctor. They invoke release events, invoke update-scripts, "
    "and `invoke.yaml` is a file."
)
STARTED = {
    "by Invoke": (["/venv/bin/invoke", "dist.all"], "invoke"),
    "by its short name": (["/venv/bin/inv", "dist.all"], "invoke"),
    "as a module": (["/venv/lib/invoke/__main__.py", "dist.all"], "invoke"),
    "by the installed command": (["/venv/bin/distribute", "dist.all"], "distribute"),
    "by it on Windows": (["distribute.exe", "dist.all"], "distribute"),
    "by it as a module": (["/src/release/commands/program.py", "dist.all"], "distribute"),
    "with a file": (["/venv/bin/invoke", "-f", "more.yaml", "dist.all"], "invoke -f more.yaml"),
    "with a file of an odd name": (["distribute", "dist.all", "--config=a b.yaml"], "distribute -f 'a b.yaml'"),
}


@pytest.mark.parametrize(("argv", "start"), STARTED.values(), ids=STARTED.keys())
def test_a_command_is_as_it_is_typed_here(argv: list[str], start: str) -> None:
    typed = as_typed(argv)
    expected = TEXT.replace("invoke dist", f"{start} dist").replace("invoke doctor", f"{start} doctor")
    assert typed(TEXT) == expected
    assert typed(expected) == expected, "once is enough"


def test_every_task_is_known_by_its_first_word() -> None:
    names = rows({"tap": "homebrew"})
    assert {as_typed(["distribute"])(f"invoke {name} x") for name in names} == {
        f"distribute {name} x" for name in names
    }
    assert {name.partition(".")[0] for name in names} == READ | WRITE
    assert {*ON_ONE} == {*CHANNELS}


def test_a_rehearsal_has_its_own_folder() -> None:
    assert as_typed(["distribute", "-f", "more.yaml", "rehearse"], here=False)("invoke doctor") == "distribute doctor"
