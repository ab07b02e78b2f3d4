"""The text of ``invoke.yaml``: keys that stand twice, and files that nobody should load."""

import json
import re
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from release.errors import InputError
from release.safe_yaml import LOADER, Unreadable, read_file, read_yaml
from release.safe_yaml.events import check_events
from release.safe_yaml.limits import MAX_BYTES, MAX_DEPTH, MAX_KEY, MAX_KEYS, MAX_VALUES
from tests.support.pipes import pipe_of

ROOT = Path(__file__).resolve().parents[2]


def check_yaml(path: str, content: bytes) -> list[InputError]:
    return read_yaml(path, content).problems


GOOD = {
    "nothing": "",
    "a comment": "# nothing yet\n",
    "one key in two tables": "a: {x: 1}\nb: {x: 2}\n",
    "one text twice in a list": "a: [x, x]\n",
    "tables in a list": "a: [{x: 1}, {x: 1}]\n",
    "a key that is a value too": "a: a\nb: a\n",
    "an alias": "a: &a {x: 1}\nb: *a\n",
    "a merged table that is changed": "a: &a {x: 1}\nb: {<<: *a, x: 2}\n",
    "two merged tables": "a: &a {x: 1}\nb: &b {y: 1}\nc:\n  <<: *a\n  <<: *b\n",
    "an alias of an alias": "a: &a {x: 1}\nb: &b {a: *a}\nc: *b\n",
    "a byte order mark": "\ufeffa: 1\n",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_what_can_be_loaded(text: str) -> None:
    assert check_yaml("invoke.yaml", text.encode()) == []


def test_the_projects_own_file_can_be_loaded() -> None:
    assert check_yaml("invoke.yaml", (ROOT / "invoke.yaml").read_bytes()) == []


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
MERGED = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
BAD = {
    "key twice": ("project: {name: a}\nproject: {name: b}\n", "has `project` twice, in lines 1 and 2"),
    "key twice inside": ("channels:\n  scoop:\n    file: a\n    kind: b\n    file: c\n",
                         "has `channels.scoop.file` twice, in lines 3 and 5"),
    "key twice in a list": ("a:\n- {x: 1}\n- {x: 1, x: 2}\n", "has `a.x` twice, in lines 3 and 3"),
    "key twice in quotes": ("a: 1\n'a': 2\n", "has `a` twice, in lines 1 and 2"),
    "key twice behind a table": ("a: {b: 1}\nc: [1]\na: 2\n", "has `a` twice, in lines 1 and 3"),
    "key twice by an alias": ("x: &k http\n*k : {timeout: 7}\nhttp: 1\n", "has `http` twice, in lines 2 and 3"),
    "no YAML": ("a: [\n", "is no YAML that can be read: line 2: "),
    "a tab": ("a:\n\tb: 1\n", "is no YAML that can be read: line 2: "),
    "an anchor given twice": ("a: &a 1\nb: &a 2\n", "is no YAML that can be read: line 2: found duplicate anchor"),
    "an alias of nothing": ("a: *b\n", "is no YAML that can be read: "),
    "a date that is none": ("a: 2026-99-99\n", "is no YAML that can be read: month must be in 1..12"),
    "a tag of Python": ("a: !!python/name:os.system\n", "is no YAML that can be read: line 1: "),
    "a key that is a list": ("? [a]\n: b\n", "is no YAML that can be read: line 1: "),
    "two documents": ("a: 1\n---\nb: 1\n", "is no YAML that can be read: "),
    "a list": ("- a\n", "holds no table of settings"),
    "a text": ("hello\n", "holds no table of settings"),
    "a control character": ("a: \x01\n", "is no YAML that can be read: "),
    "an alias in itself": ("a: &a [*a]\n", "holds itself: line 1: *a"),
    "aliases of aliases": (LAUGHS, f"holds more than {MAX_VALUES} values, with what its aliases stand for"),
    "merges of merges": (MERGED, f"holds more than {MAX_VALUES} values, with what its aliases stand for"),
    "one list many times": (f"a: &a [{'x, ' * 2000}]\nb: [{'*a, ' * 2000}]\n", f"holds more than {MAX_VALUES} values"),
    "one long text many times": (f"a: &a {'x' * 99_999}\nb: [{'*a, ' * 99}]\n", f"holds more than {MAX_VALUES} values"),
    "too deep": ("[" * 100_000, f"is nested more than {MAX_DEPTH} deep: line 1"),
    "tables too deep": ("".join(" " * n + "a:\n" for n in range(99)), f"is nested more than {MAX_DEPTH} deep: line 17"),
    "too many values": ("[" + "a," * 100_000, f"holds more than {MAX_VALUES} values"),
    "a long key": (f"a: {{? {'k' * (MAX_KEY + 1)} : 1}}", f"has a key of {MAX_KEY + 1} characters, more"),
    "a long key above keys that stand twice": (f"? {'k' * 9999}\n: {{{'a: 1, ' * 999}}}\n", "has a key of 9999"),
    "too many keys": ("".join(f"k{n}: 1\n" for n in range(MAX_KEYS + 1)), f"has a table of {MAX_KEYS + 1} keys, more"),
    "too many keys by merges": (
        "x:\n" + "".join(f"- &a{n} {{{', '.join(f'k{n}-{m}' for m in range(MAX_KEYS // 2))}}}\n" for n in range(3))
        + "y: {<<: [*a0, *a1, *a2]}\n", f"has a table of {MAX_KEYS // 2 * 3} keys, more than {MAX_KEYS}"),
    "a number to base 60": ("a: 1" + ":1" * 1000, "has a number of 2001 characters: line 1"),
    "too long": ("#" * (MAX_BYTES + 1), f"has more than {MAX_BYTES} bytes"),
    "a megabyte of brackets": ("[" * 1_000_000, f"has more than {MAX_BYTES} bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_one_problem_with_the_files_name(text: str, said: str) -> None:
    [problem] = check_yaml("x/invoke.yaml", text.encode())
    assert problem.wrong.startswith(f"x/invoke.yaml {said}")
    assert problem.exit_code == 2


JSON = {
    "a key in two tables": ('{"a": {"x": 1}, "b": {"x": 1}}', []),
    "a key twice": (
        '{"a": {"x": 1, "x": 2}, "b": 1, "b": 1}',
        ["has `x` twice in one table", "has `b` twice in one table"],
    ),
}


@pytest.mark.parametrize(("text", "said"), JSON.values(), ids=JSON.keys())
def test_a_key_that_stands_twice_in_json_is_a_problem_too(tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "invoke.json"
    file.write_text(text)
    assert [problem.wrong for problem in read_file(file).problems] == [f"{file} {one}" for one in said]


REFUSED_JSON = {
    "no JSON": ("{", "is no JSON that can be read: "),
    "lists too deep": ('{"a":' + "[" * 600 + "]" * 600 + "}", f"is nested more than {MAX_DEPTH} deep"),
    "tables too deep": ('{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH, f"is nested more than {MAX_DEPTH} deep"),
    "deeper than Python": ("[" * 100_000, f"is nested more than {MAX_DEPTH} deep"),
    "too many values": ('{"a": [' + "1," * MAX_VALUES + "1]}", f"holds more than {MAX_VALUES} values"),
    "too many keys": (json.dumps(dict.fromkeys(map(str, range(MAX_KEYS + 1)))), f"has a table of {MAX_KEYS + 1} keys"),
    "a long key": (json.dumps({"k" * (MAX_KEY + 1): 1}), f"has a key of {MAX_KEY + 1} characters"),
    "too long": (" " * MAX_BYTES + "{}", f"has more than {MAX_BYTES} bytes"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED_JSON.values(), ids=REFUSED_JSON.keys())
def test_json_has_the_limits_of_yaml(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "invoke.json"
    file.write_text(text)
    with pytest.raises(Unreadable, match=re.escape(f"{file} {said}")):
        read_file(file)


def test_what_is_at_the_limits_is_read(tmp_path: Path) -> None:
    keys = {"k" * MAX_KEY: 1, **dict.fromkeys(map(str, range(MAX_KEYS - 1)))}
    (tmp_path / "invoke.json").write_text('{"a":' * (MAX_DEPTH - 1) + json.dumps(keys) + "}" * (MAX_DEPTH - 1))
    (tmp_path / "invoke.yaml").write_bytes((tmp_path / "invoke.json").read_bytes())
    assert read_file(tmp_path / "invoke.json") == read_file(tmp_path / "invoke.yaml")


@pytest.mark.parametrize("name", ["invoke.yaml", "invoke.json"])
def test_of_a_file_that_is_too_long_no_more_is_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    with pytest.raises(Unreadable, match=f"has more than {MAX_BYTES} bytes"):
        read_file(tmp_path / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MAX_BYTES


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    pipe_of(tmp_path / "more.yaml", "a: 1\n")
    assert read_file(tmp_path / "more.yaml").value == {"a": 1}


def test_bytes_that_are_no_text_are_no_yaml() -> None:
    [problem] = check_yaml("invoke.yaml", b"a: \xff\xfe\n")
    assert "is no YAML that can be read" in problem.wrong


def test_every_key_that_stands_twice_is_named() -> None:
    found = check_yaml("invoke.yaml", b"a: 1\nb: 1\na: 2\nb: 2\na: 3\nc: [\n")
    assert [problem.wrong.split(":")[0] for problem in found] == [
        "invoke.yaml has `a` twice, in lines 1 and 3",
        "invoke.yaml has `b` twice, in lines 2 and 4",
        "invoke.yaml has `a` twice, in lines 1 and 5",
        "invoke.yaml is no YAML that can be read",
    ]
    assert all(problem.fix for problem in found)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)], ids=["python", "c"])
def test_both_of_yamls_readers_find_the_same(loader: type | None) -> None:
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    for text, said in ((LAUGHS, "more than"), (BAD["key twice"][0], "twice"), ("[" * 1000, "deep")):
        assert said in check_events("invoke.yaml", text.encode(), loader)[0][0].wrong


DENSE: dict[str, Callable[[int], str]] = {
    "lists": lambda n: "[" + "a," * (n // 2) + "]",
    "tables": lambda n: "{" + ",".join(f"k{i}: v" for i in range(n // 10)) + "}",
    "lines": lambda n: "".join(f"k{i}: v\n" for i in range(n // 10)),
    "anchors": lambda n: "".join(f"- &a{i} x\n" for i in range(n // 10)),
    "aliases": lambda n: "- &a x\n" + "- *a\n" * (n // 5),
    "one text": lambda n: "a: " + "x" * (n - 3),
    "escapes": lambda n: 'a: "' + "\\n" * (n // 2 - 3) + '"',
    "brackets": lambda n: "[" * n,
    "dashes": lambda n: "- " * (n // 2),
    "question marks": lambda n: "? " * (n // 2),
}


@pytest.mark.parametrize("make", DENSE.values(), ids=DENSE.keys())
def test_no_text_costs_more_than_some_memory_and_steps(make: Callable[[int], str]) -> None:
    """Counted, not timed: so many lines of our own run at most, and so many bytes are held."""
    steps = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal steps
        steps += event == "call"

    content = make(MAX_BYTES).encode()[:MAX_BYTES]
    tracemalloc.start()
    sys.setprofile(count)
    try:
        check_yaml("invoke.yaml", content)
    finally:
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert steps < 40 * MAX_VALUES
    assert peak < 100_000_000


@settings(deadline=None)  # a busy machine is not a failure
@given(st.text(alphabet="ab:,[]{}&*!|>'\"-?# \n\t", max_size=60) | st.binary(max_size=40))
def test_any_text_is_loadable_or_refused_in_two_lines(text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    found = check_yaml("invoke.yaml", content)
    assert all(len(str(problem).splitlines()) == 2 for problem in found)
    if not found:
        assert isinstance(yaml.load(content, LOADER), dict | None)  # noqa: S506 - a safe loader
