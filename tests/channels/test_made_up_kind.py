"""A new kind of channel is one folder and one line: a made-up one goes through every task, as real processes."""

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


def program(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "release.commands.program", *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=240,
                          stdin=subprocess.DEVNULL)  # fmt: skip


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

    listed = program(tmp_path, "--list").stdout
    assert [group for group in ("dist", "status", "update", "rollback") if f"{group}.my-pkgs" not in listed] == []
    done = program(tmp_path, "rehearse")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for version in ("0.0.2", "0.0.3", "0.0.4"):
        assert f"proved  my-pkgs: acme/pkgs holds {version}" in done.stdout
    for task in ("doctor", "release.validate", "dist.all", "status.all", "rollback.all"):
        assert f"$ invoke {task}" in done.stdout
