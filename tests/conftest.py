"""What every test gets: an environment without anybody's secrets, no way off this machine, and the stand-in."""

import gc
import multiprocessing.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from release.rehearsal import StandIn

NEEDS_CLEANING = re.compile(r"(?i)token|secret|password|webhook|^(github|invoke|dockerhub|git|runner|actions)_|_proxy$")
LOOPBACK = re.compile(r"localhost|127\..*|::1")
LONGEST = ("test_rehearse.py", "test_made_up_kind.py", "test_step_by_step.py")
MakeStandIn = Callable[..., StandIn]
gc.disable()  # see pytest_collection_finish


hypothesis.settings.register_profile(
    "house",
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # nor is it a reason to stop
    derandomize=True,  # the same examples for everybody, so more of them would find nothing new tomorrow
    max_examples=50,
    database=None,
)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """What a shell starts in its background ignores Ctrl-C, and so would every process that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end: it is not looked through again and again for what can go."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole rehearsals, then other whole processes: they take longest, and none is left alone at the end."""
    items.sort(key=lambda item: (item.path.name not in LONGEST, item.get_closest_marker("services") is None))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests' homes are; the server that forks outlives them, so it has its place before the first of them."""
    multiprocessing.util.get_temp_dir()
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, homes: Path) -> Iterator[None]:
    """No token, no Actions, no user's configuration of git or Invoke, and a home of its own, which goes with the test.

    Temporary files are there too: processes that a test kills leave them.
    """
    for name in [name for name in os.environ if NEEDS_CLEANING.search(name)]:
        monkeypatch.delenv(name)
    home = tempfile.mkdtemp(dir=homes)
    for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, home)
    monkeypatch.setattr(tempfile, "tempdir", home)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    yield
    try:
        os.rmdir(home)  # noqa: PTH106 - most leave it empty
    except OSError:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine is an error of the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - each family has its own form of address
        if self.family != getattr(socket, "AF_UNIX", None) and not LOOPBACK.fullmatch(str(address[0])):
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def make_standin(tmp_path: Path) -> Iterator[MakeStandIn]:
    """Stand-ins with options of the test's choice; runs are quick unless told otherwise."""
    with ExitStack() as stack:

        def make(**options: Any) -> StandIn:  # noqa: ANN401 - the stand-in's own keyword arguments
            number = len(list(tmp_path.glob("standin-*")))
            options = {"run_delay": 0.05, "run_time": 0.1, **options}
            return stack.enter_context(StandIn(tmp_path / f"standin-{number}", **options))

        yield make


@pytest.fixture
def standin(make_standin: MakeStandIn) -> StandIn:
    """GitHub and friends on loopback: 0.0.2 is published, every channel serves 0.0.1."""
    return make_standin()


@pytest.fixture
def project_root() -> Path:
    """The directory that holds ``tasks.py``."""
    return Path(__file__).resolve().parents[1]


def service(*programs: str, path: str | None = None) -> None:
    """Skip a test whose programs are missing here, or in ``path``; in CI on Linux a missing one is a failure."""
    missing = [program for program in programs if shutil.which(program, path=path) is None]
    if missing and os.environ.get("CI") == "true" and sys.platform == "linux":
        pytest.fail(f"CI must have {', '.join(missing)}")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


@pytest.fixture
def need() -> Callable[..., None]:
    """``need("ruby")``: the programs that a test of services calls."""
    return service


@pytest.fixture(scope="session")
def git_over_http() -> None:
    """For tests in which git talks to the stand-in; most systems bring the backend with git, some do not."""
    place = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    service("git-http-backend", path=place.stdout.strip())
