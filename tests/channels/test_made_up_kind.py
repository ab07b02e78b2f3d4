"""A new kind of channel is one folder and one line: a made-up one goes through every task, as real processes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"
MARK = "KINDS: dict[str, Entry] = {\n"
LINE = '    "madeup": Entry("release.channels.madeup.kind:Pkg", files=True),\n'
SETTINGS = """\
project: {name: rocket, repository: acme/rocket}
artifacts: {source: {url: "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
channels:
  my-pkgs: {kind: madeup, target: acme/pkgs, event_type: rocket, artifact: source, token: PKGS_TOKEN, file: rocket.pkg}
"""


def python(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(place)}
    return subprocess.run([sys.executable, *arguments], cwd=place, env=environment, capture_output=True, text=True,
                          check=False, timeout=240, stdin=subprocess.DEVNULL)  # fmt: skip


@pytest.mark.services
def test_a_kind_of_one_folder_and_one_line_goes_through_every_task(
    need: Callable[..., None], project_root: Path, tmp_path: Path
) -> None:
    need("git")
    shutil.copytree(project_root / "release", tmp_path / "release", ignore=shutil.ignore_patterns("__pycache__"))
    folder, registry = tmp_path / "release/channels/madeup", tmp_path / "release/channels/__init__.py"
    shutil.copytree(DATA / "madeup", folder)
    (folder / "__init__.py").write_text('"""Made up."""\n')
    registry.write_text(registry.read_text("utf-8").replace(MARK, MARK + LINE), "utf-8")
    (tmp_path / "invoke.yaml").write_text(SETTINGS, "utf-8")

    done = python(tmp_path, str(folder / "by_name.py"))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    named = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("$ invoke ")]
    assert [task for task in ("dist", "update", "rollback", "status") if f"{task}.my-pkgs" not in named] == []

    done = python(tmp_path, "-m", "release.commands.program", "rehearse", "--fault", "my-pkgs=lost")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "proved  my-pkgs: acme/pkgs holds 0.0.2" in done.stdout
    assert [task for task in ("doctor", "release.validate", "dist.all") if f"$ invoke {task}" not in done.stdout] == []
