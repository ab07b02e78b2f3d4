"""``invoke rehearse`` as users start it: a process of its own, in the project or in another product's."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from release.rehearsal.play.expected import EXPECTED
from release.rehearsal.play.script import rehearse as rehearse_in

pytestmark = pytest.mark.services
Need = Callable[..., None]
COMMAND = [sys.executable, "-m", "invoke", "rehearse"]


def rehearse(place: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *flags],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        stdin=subprocess.DEVNULL,
    )


def test_a_whole_rehearsal_proves_every_channel(need: Need, project_root: Path) -> None:
    need("git")
    done = rehearse(project_root)
    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout
    for version in ("0.0.2", "0.0.3", "0.0.4"):
        assert f"homebrew: kademoslabs/homebrew-tap holds {version}" in done.stdout
    assert "$ invoke rollback.all --version 0.0.3 --yes" in done.stdout
    assert "Everything went as it should." in done.stdout


FAULTS: dict[str, tuple[dict[str, str], int]] = {
    "failed and in review": (
        {
            "homebrew=no-receiver": "homebrew should be unconfirmed or failed and is",
            "scoop=wrong-checksum": "scoop should be failed or unconfirmed and is",
            "docker=unauthorized": "docker should be failed and is failed",
            "choco=moderation": "choco should be pending and is pending",
        },
        1,
    ),
    "a person is needed": (
        {
            "homebrew=lost": "homebrew should be served and is served",
            "scoop=needs-approval": "scoop should be manual and is manual",
        },
        3,
    ),
}


@pytest.mark.parametrize(("faults", "code"), FAULTS.values(), ids=FAULTS)
def test_faults_are_reported_as_what_they_are(
    need: Need, project_root: Path, faults: dict[str, str], code: int
) -> None:
    need("git")
    done = rehearse(project_root, *(word for fault in faults for word in ("--fault", fault)))
    assert done.returncode == code, done.stdout
    assert "WRONG" not in done.stdout
    assert [said for said in faults.values() if f"proved  {said}" not in done.stdout] == []


def test_a_release_that_arrived_all_the_same_is_no_failure() -> None:
    """By the table of what is expected alone: a rehearsal of each would take minutes."""
    codes = {kind: EXPECTED[kind].code for kind in ("lost", "rate-limit", "slow", "needs-approval")}
    assert codes == {"lost": 0, "rate-limit": 0, "slow": 0, "needs-approval": 3}


def test_another_product_rehearses_in_a_folder_of_one_file(need: Need, project_root: Path, tmp_path: Path) -> None:
    """A download per system, an image at ghcr.io, pages elsewhere, tags of several products, channels of odd names."""
    need("git")
    shutil.copy(project_root / "tests/data/rehearsal/rocket.yaml", tmp_path / "invoke.yaml")
    command = [sys.executable, "-m", "release.commands.program", "rehearse", "--fault", "winget=run-failed"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(project_root)},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "Reported as what it is: winget did not get the release." in done.stdout
    told = [line for line in done.stdout.splitlines() if line.startswith("    proved  ") and "once" in line]
    assert [line.split()[1].rstrip(":") for line in told] == [
        "extract", "ghcr-io", "validate", "choco", "aur", "untold"
    ]  # fmt: skip
    for channel, downloads in (("extract", 4), ("validate", 3), ("choco", 2)):
        line = next(line for line in done.stdout.splitlines() if f"  {channel}: acme/" in line)
        assert line.count(" hashes to ") == downloads
    assert [path.name for path in tmp_path.iterdir()] == ["invoke.yaml"]


def test_no_step_leaves_out_a_channel_that_nobody_can_read(need: Need, tmp_path: Path) -> None:
    need("git")
    said, told = list[str](), {"kind": "dispatch", "target": "acme/site", "event_type": "rocket", "token": "SITE_TOKEN"}
    project = {"name": "rocket", "repository": "acme/rocket"}
    artifacts = {"source": {"url": "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
    raw = {"project": project, "artifacts": artifacts, "channels": {"notes": told}}
    assert rehearse_in(raw, tmp_path, os.environ, said.append, faults={}), "\n".join(said)
    assert said[said.index("An hour passes.") + 1].startswith("$ invoke status.all --version 0.0.2  [")
    steps = [line.split() for line in said if line.startswith(("$", "    notes"))]
    shown = [(step[2], row[1]) for step, row in pairwise(steps) if step[0] == "$" and row[0] == "notes"]
    again = [("status.all", "sent"), ("dist.all", "sent")]
    assert shown == [("dist.all", "planned"), ("dist.all", "sent"), *again, ("dist.all", "sent"),
                     ("rollback.all", "manual"), *reversed(again)]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent in another way there")
def test_it_stays_up_until_interrupted(need: Need, project_root: Path) -> None:
    need("git")
    process = subprocess.Popen(
        [*COMMAND, "--keep", "--fault", "choco=moderation"], cwd=project_root, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    with process:
        watch = threading.Timer(240, process.kill)
        watch.start()
        shown = read_exports(process)
        with urllib.request.urlopen(shown["GITHUB_API_URL"] + "/rate_limit", timeout=5) as answer:  # noqa: S310 - loopback
            assert answer.status == 200
        os.kill(process.pid, signal.SIGINT)
        said = process.communicate()[0]
        watch.cancel()
    assert (process.returncode, "Everything went as it should." in said) == (0, True)


def read_exports(process: "subprocess.Popen[str]") -> dict[str, str]:
    """The variables that it shows, up to the last one."""
    shown: dict[str, str] = {}
    for line in process.stdout or []:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            shown[name] = value
        if "no_proxy" in shown:
            break
    return shown
