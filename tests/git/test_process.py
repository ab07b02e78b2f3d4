"""git's whole process group ends with it: when its time is up, when it says too much, when we are interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from release.errors import InputError, ReleaseError
from release.git.command import PROXIES, GitFailed, git_environment, make_remote, run_git
from release.git.process import TooMuch, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shell scripts and no process groups")
ENV = {"PATH": os.environ["PATH"]}
HELPER = 'sleep 300 & echo $! > "$1"; '


def gone(pid: int) -> bool:
    """Whether the process has ended; who is killed may take a moment."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # ended, and nobody has asked for its code: whoever adopts orphans here is slow
        except OSError:
            pass
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
    return False


def shell(script: str, folder: Path, seconds: float, largest: int = 1000) -> None:
    run(["sh", "-c", script, "sh", str(folder / "pid")], folder, ENV, b"", seconds, largest)


ENDS: dict[str, tuple[str, float, type[Exception] | None]] = {
    "its time is up": (HELPER + "wait", 0.5, subprocess.TimeoutExpired),
    "it says too much": (HELPER + "yes", 60, TooMuch),
    "it complains too much": (HELPER + "yes >&2", 60, TooMuch),
    "it has ended": (HELPER + "true", 60, None),
    "it deafens itself": ("trap '' TERM INT HUP; " + HELPER + "wait", 0.5, subprocess.TimeoutExpired),
}


@pytest.mark.parametrize(("script", "seconds", "error"), ENDS.values(), ids=ENDS.keys())
def test_helpers_end_with_their_program(
    tmp_path: Path, script: str, seconds: float, error: type[Exception] | None
) -> None:
    if error is None:
        shell(script, tmp_path, seconds)
    else:
        with pytest.raises(error):
            shell(script, tmp_path, seconds)
    assert gone(int((tmp_path / "pid").read_text()))


INTERRUPTED = """
import sys, threading, time
from pathlib import Path
from release.git.process import run
folder = Path(sys.argv[1])
work = lambda: run(["sh", "-c", sys.argv[2], "sh", str(folder / "pid")], folder, {"PATH": sys.argv[3]}, b"", 300)
if sys.argv[4] == "thread":
    threading.Thread(target=work, daemon=True).start()
    while True:
        time.sleep(0.05)  # no longer wait: a thread that just begins may take the signal, and nothing wakes this one
work()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_helpers_end_when_we_are_interrupted(tmp_path: Path, project_root: Path, where: str) -> None:
    script = HELPER + 'mv "$1" "$1.there"; wait'
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path), script, ENV["PATH"], where]
    with subprocess.Popen(command, cwd=project_root, stderr=subprocess.DEVNULL) as ours:
        until = time.monotonic() + 60
        while not (there := tmp_path / "pid.there").exists():
            assert time.monotonic() < until
            assert ours.poll() is None
        ours.send_signal(signal.SIGINT)
        ours.wait(60)
    assert gone(int(there.read_text()))


def test_input_and_output_of_any_size_go_through(tmp_path: Path) -> None:
    data = bytes(range(256)) * 40_000
    assert run(["cat"], tmp_path, ENV, data, 60).out == data


def test_a_program_that_does_not_read_its_input_ends(tmp_path: Path) -> None:
    assert run(["true"], tmp_path, ENV, bytes(10_000_000), 60).code == 0


@pytest.mark.parametrize("script", ["sleep 300", "yes"], ids=["too long", "too much"])
def test_a_git_that_does_not_end_is_an_error_of_ours(tmp_path: Path, script: str) -> None:
    git = tmp_path / "git"
    git.write_text(f"#!/bin/sh\n{script}\n")
    git.chmod(0o755)
    remote = make_remote({"PATH": f"{tmp_path}:{ENV['PATH']}"}, "https://a.test/a/b.git", None, "X")
    with pytest.raises(GitFailed, match="git fetch") as caught:
        run_git(remote.__class__(remote.url, "X", remote.environment, seconds=2), tmp_path, "fetch")
    assert isinstance(caught.value, ReleaseError)


URLS = {
    "https://github.com/a/b.git": True, "http://127.0.0.1:1/a.git": False,
    "http://localhost/a.git": False, "http://[::1]:1/a.git": False,
}  # fmt: skip


@pytest.mark.parametrize(("url", "proxied"), URLS.items(), ids=["elsewhere", "IPv4", "name", "IPv6"])
def test_git_on_this_machine_knows_no_proxy(url: str, proxied: bool) -> None:  # noqa: FBT001 - a column
    given = git_environment(dict.fromkeys(PROXIES, "http://proxy"), url, None, stall=1, protocols="http")
    assert bool(given.keys() & set(PROXIES)) is proxied


@pytest.mark.parametrize("token", ["\udcff\udcfe", "two\nlines"], ids=["bytes that are no text", "two lines"])
def test_what_can_be_no_token_is_refused_before_git_runs(token: str) -> None:
    with pytest.raises(InputError, match="Malformed token: TAP_REPO_TOKEN") as caught:
        make_remote(ENV, "https://a.test/a/b.git", token, "TAP_REPO_TOKEN")
    assert token not in str(caught.value)
