"""A new kind of channel is one folder and one line: a made-up one goes through every task, as real processes."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release.channels import KINDS

DATA = Path(__file__).parents[1] / "data"
ROOT = DATA.parents[1]
USUAL = {"__init__.py", "kind.py", "settings.py", "rehearsal.py", "receiver.py"}
MARK = "KINDS: dict[str, Entry] = {\n"
LINE = '    "madeup": Entry("release.channels.madeup.kind:Pkg", files=True, settings="PkgChannel"),\n'
PROGRAM = ("-m", "release.commands.program")
INIT = ("init", "--repository", "acme/rocket", "--channel", "my-pkgs=madeup:acme/pkgs", "--assets", "names.txt")
FOLDERS = {**{name: ROOT / "release/channels" / name for name in KINDS}, "made up": DATA / "madeup"}


def python(place: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(place)}
    done = subprocess.run([sys.executable, *arguments], cwd=place, env=environment, capture_output=True, text=True,
                          check=False, timeout=240, stdin=subprocess.DEVNULL)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_every_folder_has_the_files_that_contributors_are_told_of(folder: Path) -> None:
    assert {file.name for file in folder.glob("*.py")} >= USUAL
    told = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
    assert [name for name in USUAL if f"`{name}`" not in told] == []


@pytest.mark.services
def test_a_kind_of_one_folder_and_one_line_goes_through_every_task(
    need: Callable[..., None], project_root: Path, tmp_path: Path
) -> None:
    need("git")
    shutil.copytree(project_root / "release", tmp_path / "release", ignore=shutil.ignore_patterns("__pycache__"))
    registry = tmp_path / "release/channels/__init__.py"
    shutil.copytree(DATA / "madeup", registry.parent / "madeup", ignore=shutil.ignore_patterns("__pycache__"))
    registry.write_text(registry.read_text("utf-8").replace(MARK, MARK + LINE), "utf-8")
    (tmp_path / "names.txt").write_text("# the tag's archive is all there is\n")

    python(tmp_path, *PROGRAM, *INIT)
    receiver = tmp_path / "receivers/acme/pkgs/.github/workflows/receive-my-pkgs.yml"
    assert "task: update.my-pkgs" in receiver.read_text("utf-8")
    by_name = python(tmp_path, str(DATA / "rehearsal/by_name.py"))
    rehearsed = python(tmp_path, *PROGRAM, "rehearse")
    assert "proved  my-pkgs: acme/pkgs holds 0.0.4" in rehearsed

    tasks = re.findall(r"^  ([a-z][a-z.-]*)  ", python(tmp_path, *PROGRAM, "--list"), re.MULTILINE)
    ran = {"init", "rehearse", *re.findall(r"^\$ (?:invoke|distribute) (\S+)", by_name + rehearsed, re.MULTILINE)}
    assert ("update.my-pkgs" in tasks, set(tasks) - ran) == (True, set())
