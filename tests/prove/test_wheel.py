"""``release.validate --check``: real wheels from a loopback index into real clean environments."""

import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from release.prove.machine import clean_environment
from release.prove.wheel import Checked, check_in, check_wheel

CHECK = ("kekkai", "--version")
CODE = "import helper\n\n\ndef main():\n    print('kekkai', helper.VERSION)\n"
SECRET = "made-up-secret-of-ours"
LEAKY = "import os\n\n\ndef main():\n    print('0.9.9', sorted(n for n in os.environ if 'TOKEN' in n))\n"


def build(
    folder: Path, name: str, version: str, files: Mapping[str, str], *requires: str, tag: str = "py3-none-any"
) -> Path:
    """A wheel; a module with ``main`` becomes a program of its name."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    inside = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    record = "".join(f"{inner},,\n" for inner in [*inside, f"{info}/RECORD"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for inner, content in {**inside, f"{info}/RECORD": record}.items():
            wheel.writestr(inner, content)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    path.write_bytes(packed.getvalue())
    return path


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small index with ``helper`` as a wheel and ``unbuilt`` as sources only."""
    root = tmp_path_factory.mktemp("index")
    build(root / "simple/helper", "helper", "1.0.0", {"helper.py": "VERSION = '1.0.0'\n"})
    (root / "simple/unbuilt").mkdir()
    (root / "simple/unbuilt/unbuilt-1.0.0.tar.gz").write_bytes(b"never read")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One environment for all rows: making one takes longer than all else."""
    made = tmp_path_factory.mktemp("home") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True, capture_output=True)
    return made


def seen(index: str) -> dict[str, str]:
    """What the real command lets pip and the product see."""
    mine = {"PATH": os.environ["PATH"], "PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull, "TAP_REPO_TOKEN": SECRET}
    return clean_environment(mine, [SECRET])


def test_a_wheel_that_works_in_an_environment_of_its_own(tmp_path: Path, index: str) -> None:
    wheel = build(tmp_path, "kekkai", "1.0.0", {"kekkai.py": CODE}, "helper>=1")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert check_wheel(wheel, "1.0.0", CHECK, seen(index), folder) == Checked()


@pytest.mark.parametrize(
    ("version", "code", "requires", "said"),
    [
        pytest.param("1.0.1", LEAKY, [], "`kekkai --version` does not print 1.0.1: 0.9.9 []", id="another version"),
        pytest.param("1.0.2", "import absent\n", [], "ModuleNotFoundError: No module named 'absent'", id="not stated"),
        pytest.param("1.0.3", CODE, ["unbuilt"], "cannot be installed into a clean environment", id="sources only"),
    ],
)
def test_a_wheel_that_does_not_work(
    tmp_path: Path, home: Path, index: str, version: str, code: str, requires: list[str], said: str
) -> None:
    wheel = build(tmp_path, "kekkai", version, {"kekkai.py": code}, *requires)
    found = check_in(home, wheel, version, CHECK, seen(index))
    assert said in (found.problem or "")
    assert found.fix


def test_what_the_wheel_is_not_to_blame_for(tmp_path: Path, home: Path) -> None:
    nowhere = "http://127.0.0.1:1/simple"
    wheel = build(tmp_path, "kekkai", "1.0.4", {"kekkai.py": CODE}, "somewhere-else")
    found = check_in(home, wheel, "1.0.4", CHECK, seen(nowhere))
    assert found.problem is None
    assert "the index of packages cannot be reached" in (found.warning or "")
    other = build(tmp_path, "kekkai", "1.0.5", {"kekkai.py": CODE}, tag="cp27-cp27m-win32")
    found = check_in(home, other, "1.0.5", CHECK, seen(nowhere))
    assert (found.problem, "another system" in (found.warning or "")) == (None, True)


def test_a_wheel_without_the_program(tmp_path: Path, home: Path, index: str) -> None:
    wheel = build(tmp_path, "other", "1.0.0", {"other.py": CODE})
    found = check_in(home, wheel, "1.0.0", ("none-such",), seen(index))
    assert found.problem == "other-1.0.0-py3-none-any.whl installs no program none-such"
