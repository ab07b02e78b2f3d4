"""What every test here keeps, read from the tests themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
OF_MANY_CAUSES = {"Exception", "OSError", "ValueError", "ReleaseError", "InputError", "ServiceError", "EditRefused"}
file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Every call of a function of these names, such as ``pytest.raises``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node


@file
def test_nobody_sleeps(path: Path) -> None:
    assert [node.lineno for node in calls(path, "time.sleep", "sleep")] == []


@file
def test_nothing_of_ours_is_patched(path: Path) -> None:
    """A test that wants to lacks a parameter; the process itself may be prepared."""
    patched = [ast.unparse(node.args[0]) for node in calls(path, "monkeypatch.setattr", "patch", "mock.patch")]
    assert set(patched) <= {"socket.socket", "sys", "tempfile"}


@file
def test_a_failure_of_many_causes_says_which(path: Path) -> None:
    whole = ast.parse(path.read_text(encoding="utf-8"))
    items = [item for node in ast.walk(whole) if isinstance(node, ast.With) for item in node.items]
    unnamed = [item.context_expr for item in items if item.optional_vars is None]
    bare = [call for call in unnamed if isinstance(call, ast.Call) and not call.keywords
            and ast.unparse(call.func) == "pytest.raises" and ast.unparse(call.args[0]) in OF_MANY_CAUSES]  # fmt: skip
    assert [call.lineno for call in bare] == []


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
