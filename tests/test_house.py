"""What the house keeps: no room knows one above it; and what every test here keeps. Read from the sources."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
ROOMS = (
    "commands", "rehearsal", "init", "doctor", "notify", "prove", "rollback", "update", "dispatch", "repository",
    "metadata", "channels", "session", "registry", "git", "github", "http", "report", "settings", "safe_yaml",
)  # fmt: skip
"""From the highest floor to the lowest; below them all is what stands in ``release/`` itself."""
FILES = sorted(TESTS.rglob("*.py"))
OF_MANY_CAUSES = {"Exception", "OSError", "ValueError", "ReleaseError", "InputError", "ServiceError", "EditRefused"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """``FILE:LINE`` and the call, of each of functions of these names in the tests, such as ``pytest.raises``."""
    words = {name.rpartition(".")[2] for name in names}
    for path in FILES:
        if any(word in path.read_text("utf-8") for word in words):
            found = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
            named = [node for node in found if _last_word(node) in words and ast.unparse(node.func) in names]
            yield from ((f"{path.relative_to(TESTS).as_posix()}:{node.lineno}", node) for node in named)


def _last_word(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def imports(package: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and name of whatever a module of ``package`` imports: also inside of functions, and for types only."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            whole = ".".join([*above, *filter(None, [node.module])])
            yield from ((node.lineno, f"{whole}.{alias.name}") for alias in node.names)


def floor(module: str) -> int:
    _, _, inside = module.partition("release.")
    room = inside.partition(".")[0]
    return ROOMS.index(room) if room in ROOMS else len(ROOMS)


def upward(package: str, text: str) -> list[str]:
    """``LINE: MODULE`` of each import from a room above that of ``package``."""
    found = [(line, name) for line, name in imports(package, text) if name.partition(".")[0] == "release"]
    return [f"{line}: {name}" for line, name in found if floor(name) < floor(package)]


UPWARD = {
    "at the top": ("release.git", "import os\nfrom release.rollback.files import X\n", ["2: release.rollback.files.X"]),
    "a module": ("release.git", "import release.update.bump as b\n", ["1: release.update.bump"]),
    "lazy": ("release.http", "def f():\n    from release.github import app\n", ["2: release.github.app"]),
    "for types": ("release.http", "if TYPE_CHECKING:\n    from release.git import push\n", ["2: release.git.push"]),
    "a room by its name": ("release.settings", "from release import channels\n", ["1: release.channels"]),
    "relative": ("release.channels.text", "from ...metadata import wheel\n", ["1: release.metadata.wheel"]),
    "of a file of all": ("release", "from release.settings import Channel\n", ["1: release.settings.Channel"]),
    "downward": ("release.rollback", "from release.git import push\nfrom release import __version__\n", []),
    "of the own room": ("release.git", "from release.git.push import push\nfrom . import clone\n", []),
    "of another package": ("release.git", "from commands import x\nimport releases.commands\n", []),
}


@pytest.mark.parametrize(("package", "text", "found"), UPWARD.values(), ids=UPWARD)
def test_an_import_from_above_is_seen(package: str, text: str, found: list[str]) -> None:
    assert upward(package, text) == found


def test_no_room_imports_from_one_above_it() -> None:
    files = sorted((ROOT / "release").rglob("*.py"))
    packages = {path: ".".join(path.parent.relative_to(ROOT).parts) for path in files}
    wrong = [f"{path.relative_to(ROOT).as_posix()}:{line}" for path in files
             for line in upward(packages[path], path.read_text("utf-8"))]  # fmt: skip
    assert (len(files) > len(ROOMS), wrong) == (True, [])


def test_no_files_import_each_other_in_a_circle() -> None:
    """Also for types and inside of functions: where it is tied to is then part of what a file is."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
             for path in (ROOT / "release").rglob("*.py")}  # fmt: skip
    ties = {}
    for module, path in paths.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        names = {name for _, name in imports(package, path.read_text("utf-8"))}
        ties[module] = {one for name in names for one in (name, name.rpartition(".")[0]) if one in paths} - {module}
    TopologicalSorter(ties).prepare()
    assert sum(map(len, ties.values())) > len(paths)


def test_the_rooms_stand_in_the_readme_in_their_order() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("| in `release/` | what |")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)/`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:])) == [*ROOMS]
    assert {path.parent.name for path in (ROOT / "release").glob("*/__init__.py")} == {*ROOMS}


def test_every_folder_says_what_lives_there_and_what_never_does() -> None:
    texts = {path: path.read_text("utf-8") for path in (ROOT / "release").glob("*/**/__init__.py")}
    assert len(texts) > len(ROOMS)
    assert [path for path, text in texts.items() if "\nNever: " not in (ast.get_docstring(ast.parse(text)) or "")] == []


def test_channels_have_no_clock_process_socket_or_environment_of_their_own() -> None:
    own = {"time", "subprocess", "socket", "os", "requests"}
    texts = {path: path.read_text("utf-8") for path in (ROOT / "release/channels").rglob("*.py")}
    found = [f"{path}:{line}" for path, text in texts.items() for line, name in imports("release.channels", text)
             if name.partition(".")[0] in own]  # fmt: skip
    assert (len(texts) > len(ROOMS), found) == (True, [])


def test_nobody_sleeps() -> None:
    assert [where for where, _ in calls("time.sleep", "sleep")] == []


def test_nothing_of_ours_is_patched() -> None:
    """A test that wants to lacks a parameter; the process itself may be prepared."""
    patched = {ast.unparse(call.args[0]) for _, call in calls("monkeypatch.setattr", "patch", "mock.patch")}
    assert patched
    assert patched <= {"socket.socket", "sys", "tempfile"}


def test_a_failure_of_many_causes_says_which() -> None:
    items = [item for path in FILES for node in ast.walk(parsed(path)) if isinstance(node, ast.With)
             for item in node.items]  # fmt: skip
    unnamed = {id(item.context_expr) for item in items if item.optional_vars is None}
    raised = list(calls("pytest.raises"))
    bare = [where for where, call in raised if id(call) in unnamed and not call.keywords
            and ast.unparse(call.args[0]) in OF_MANY_CAUSES]  # fmt: skip
    assert (len(raised) > len(OF_MANY_CAUSES), bare) == (True, [])


def test_rows_have_words_as_ids(request: pytest.FixtureRequest) -> None:
    """What has no name is called after its column and number: ``row3`` says nothing."""
    rows = [item for item in request.session.items if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
    nameless = [
        item.nodeid
        for item in rows
        for column in item.callspec.params
        if re.search(rf"(^|-){re.escape(column)}\d+(-|$)", item.callspec.id)
    ]
    assert rows
    assert nameless == []
