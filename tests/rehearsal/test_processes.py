"""A rehearsal's tasks are processes of their own: their own folder, variables, streams and exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from release import __version__
from release.rehearsal.processes import Done, can_fork, fork, run

PRODUCT = """project: {name: rocket, repository: acme/rocket}
artifacts: {source: {url: "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
channels:
  tap: {kind: homebrew, target: acme/tap, event_type: rocket, artifact: source, token: TAP, file: Formula/rocket.rb}
"""


def test_a_task_has_what_it_was_given_and_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(PRODUCT)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    assert run(["--version"], tmp_path, environment) == (0, f"distribute {__version__}\n", "")
    assert "dist.tap" in run(["--list"], tmp_path, environment).out
    slip = run(["dist.tab"], tmp_path, environment)
    assert (slip.code, slip.out, "Did you mean dist.tap?" in slip.err) == (2, "", True)
    other = run(["--list"], tmp_path, environment | {"INVOKE_RUNTIME_CONFIG": str(tmp_path / "none.yaml")})
    assert "dist.tap" not in other.out  # the file that the variable names is not there


@pytest.mark.skipif(sys.platform == "win32", reason="there is no socket with a path")
def test_a_long_path_of_temporary_files_is_no_hindrance(project_root: Path, tmp_path: Path) -> None:
    (place := tmp_path / ("a" * 90)).mkdir()
    code = (
        "from pathlib import Path; from release.rehearsal.processes import run; print(run(['--version'], Path(), {}))"
    )
    command, environment = [sys.executable, "-c", code], os.environ | {"TMPDIR": str(place)}
    done = subprocess.run(command, cwd=project_root, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{Done(0, f'distribute {__version__}{os.linesep}', '')}\n", "")


def test_one_that_is_not_wanted_any_more_is_ended(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("channels: {tap: {kind: homebrew}}\n")
    done = run(["rehearse", "--keep"], tmp_path, {"PATH": os.environ["PATH"]}, wanted=lambda: False)
    assert done.code != 0


SCRIPT = """
import os, sys
from beside import WORD
print(WORD, sys.argv[1:], os.getcwd(), __name__, sys.stdin.read())
sys.exit("it ends here" if sys.argv[1:] else 0)
"""


@pytest.mark.skipif(not can_fork(), reason="a system that forks no tasks")
def test_a_script_is_run_as_python_runs_a_file(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = 'imported'\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    (place := tmp_path / "place").mkdir()
    environment = {"PATH": os.environ["PATH"]}
    done = fork("../script.py", ["a", "b c"], place, environment, "read")
    assert done == (1, f"imported ['a', 'b c'] {place} __main__ read\n", "it ends here\n")
    assert fork(str(tmp_path / "script.py"), [], place, environment).code == 0
