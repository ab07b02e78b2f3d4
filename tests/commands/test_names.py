"""The names of the channels, read before anything else, and the tasks that follow from them."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from invoke.config import Config

from release.channels import KINDS, kind_of
from release.commands.names import SYSTEM, configured, known_channels, runtime_file
from release.commands.table import ALWAYS, ON_ALL, Command, collect, rows
from release.errors import InputError
from release.safe_yaml import Unreadable, read_table
from release.safe_yaml.limits import MAX_KEYS, MAX_VALUES
from release.settings import InvalidSettings

TAP = "channels: {tap: {kind: homebrew}, winget: {kind: dispatch}}\n"


def tasks_in(folder: Path, *arguments: str, **environment: str) -> set[str]:
    return set(collect(folder, list(arguments), environment).task_names)


@pytest.mark.parametrize("name", KINDS)
def test_the_line_of_a_kind_says_the_same_of_its_files_as_its_class(name: str) -> None:
    right = kind_of(name).edits_files
    assert KINDS[name].files is right, f"Its line in KINDS needs files={right}, as `edits_files` of its class says."


def test_tasks_have_the_names_of_the_configured_channels(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(TAP)
    single = {f"{group}.{name}" for group in ("dist", "status", "rollback", "prove") for name in ("tap", "winget")}
    single.add("update.tap")
    assert tasks_in(tmp_path) == {*ALWAYS, *ON_ALL, *single}


def test_without_any_file_only_what_needs_none_is_there(tmp_path: Path) -> None:
    assert tasks_in(tmp_path) == set(ALWAYS)
    assert rows(None) == ALWAYS


FILES = {
    "the user's, then the project's": ({"home/.invoke.yaml": "channels: {a: {kind: scoop}}"}, [], {},
                                       ["a", "tap", "winget"]),
    "the machine's, before both": ({"etc/invoke.yml": "channels: {m: {kind: docker}}",
                                    "home/.invoke.yaml": "channels: {a: {kind: scoop}}"}, [], {},
                                   ["m", "a", "tap", "winget"]),
    "the first of the machine's": ({"etc/invoke.json": '{"channels": {"j": {}}}',
                                    "etc/invoke.yaml": "channels: {y: {}}"}, [], {}, ["y", "tap", "winget"]),
    "-f adds": ({"more.yaml": "channels: {ghcr: {kind: docker}}"}, ["-f", "more.yaml"], {}, ["tap", "winget", "ghcr"]),
    "--config= adds": ({"more.yml": "channels: {b: {}}"}, ["--config=more.yml"], {}, ["tap", "winget", "b"]),
    "a variable adds": ({"more.json": '{"channels": {"c": {}}}'}, [], {"INVOKE_RUNTIME_CONFIG": "more.json"},
                        ["tap", "winget", "c"]),
    "-f without channels changes nothing": ({"more.yaml": "http: {timeout: 1}"}, ["-f", "more.yaml"], {},
                                            ["tap", "winget"]),
    "names that no channel can have": ({"more.yaml": "channels: {all: {}, A: {}, 1: {}, x_y: {}}"}, ["-f", "more.yaml"],
                                       {}, ["tap", "winget"]),
}  # fmt: skip


@pytest.mark.parametrize(("files", "arguments", "environment", "names"), FILES.values(), ids=FILES.keys())
def test_files_are_merged_in_invokes_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], arguments: list[str],
    environment: dict[str, str], names: list[str],
) -> None:  # fmt: skip
    for folder in ("home", "etc"):
        (tmp_path / folder).mkdir()
    for name, text in {"invoke.yaml": TAP, **files}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    home = {"HOME": str(tmp_path / "home")}
    found = configured(tmp_path, arguments, {**home, **environment}, tmp_path / "etc/invoke")
    assert list(found or {}) == names


def test_a_later_file_changes_a_kind_and_keeps_one_that_it_does_not_name(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(TAP)
    more = tmp_path / "more.json"
    more.write_text(json.dumps({"channels": {"tap": {"file": "x"}, "winget": {"kind": "scoop"}}}))
    assert configured(tmp_path, ["-f", str(more)], {}) == {"tap": "homebrew", "winget": "scoop"}


UNREADABLE = {
    "no YAML": "a: [",
    "no table": "- a\n",
    "an alias of nothing": "a: *b\n",
    "deep beyond reason": "a: " + "[" * 100_000,
    "bytes": "\udcff",
    "larger than a configuration": "#" * (1 << 20) + "\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_stops_what_needs_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "invoke.yaml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=re.escape(str(tmp_path / "invoke.yaml"))):
        collect(tmp_path, ["dist.all"], {})


def test_the_machines_own_file_is_checked_as_the_projects(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(TAP)
    (tmp_path / "system.yaml").write_text("a: [")
    with pytest.raises(InputError, match=re.escape(f"cannot be read: {tmp_path / 'system.yaml'}")):
        known_channels(tmp_path, ["dist.all"], {}, "dist.all", rows, tmp_path / "system")


@pytest.mark.skipif(sys.platform == "win32", reason="Invoke reads no such file there")
def test_it_is_where_invoke_looks_for_it() -> None:
    config = Config(lazy=True)
    assert str(SYSTEM) == f"{vars(config)['_system_prefix']}{config.prefix}"


def test_a_key_that_stands_twice_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(f"{TAP}{TAP}")
    with pytest.raises(InvalidSettings) as refused:
        collect(tmp_path, ["dist.all"], {})
    assert refused.value.problems[0].wrong.endswith("has `channels` twice, in lines 1 and 2")
    assert "Configuration: project is missing" in [problem.wrong for problem in refused.value.problems]


NO_FILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "is a folder, not a file"),
    "a link to nothing": (lambda file: file.symlink_to("nothing"), "is a link that leads nowhere, not a file"),
    "a link to itself": (lambda file: file.symlink_to(file), "is a link that leads nowhere, not a file"),
    "a pipe": (lambda file: os.mkfifo(file, 0o600), "is a pipe or a device, not a file"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are no matter of course there")
@pytest.mark.parametrize(("make", "said"), NO_FILE.values(), ids=NO_FILE.keys())
@pytest.mark.parametrize("name", ["invoke.yaml", "invoke.json"])
def test_what_stands_in_place_of_a_file_is_said(
    tmp_path: Path, name: str, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(InputError, match=re.escape(f"{tmp_path / name} {said}")):
        tasks_in(tmp_path, "dist.all")


IN_PYTHON = {
    "the project's": ("invoke.py", []),
    "by -f": ("more.py", ["-f", "more.py"]),
}


@pytest.mark.parametrize(("name", "words"), IN_PYTHON.values(), ids=IN_PYTHON.keys())
def test_a_configuration_in_python_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("raise RuntimeError\n")
    with pytest.raises(InputError, match=rf"{name} is a configuration in Python, which is not supported"):
        tasks_in(tmp_path, *words, "dist.all")


def test_one_in_python_is_no_matter_beside_one_in_yaml_or_for_other_projects(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(TAP)
    for name in ("invoke.py", ".invoke.py"):
        (tmp_path / name).write_text("raise RuntimeError\n")
    assert "dist.tap" in tasks_in(tmp_path, "dist.all", HOME=str(tmp_path))


NEEDED = {
    "a task": "dist.all",
    "its version": "dist.all --version 1.0.0",
    "behind flags of the program": "-ep dist.all --version 1.0.0",
    "a reason that is a task's name": "rollback.tap --version 1.0.0 --reason rehearse",
    "a reason that looks like a flag": "rollback.tap --version 1.0.0 --reason --help",
    "a rehearsal": "rehearse",
    "the faults of a rehearsal": "rehearse --fault list",
    "a task that looks like a flag's value": "-c init dist.all",
}
NEEDLESS = {
    "nothing": "",
    "a list": "--list",
    "a list of some": "-l dist",
    "a list as JSON": "--list --list-format json",
    "help": "-h",
    "help of a task": "--help dist.all",
    "a task's help": "dist.all --version 1.0.0 --help",
    "the program's version": "-V",
    "completion": "--complete -- invoke dist.all --o",
    "init": "init --repository acme/rocket",
    "a slip of the program's": "-D abc",
}
WRONG = {"broken": "a: [", "double": f"{TAP}{TAP}"}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("line", NEEDED.values(), ids=NEEDED.keys())
def test_what_runs_a_task_needs_a_good_file(tmp_path: Path, line: str, text: str) -> None:
    (tmp_path / "invoke.yaml").write_text(text)
    with pytest.raises(InputError, match=re.escape(str(tmp_path / "invoke.yaml"))):
        tasks_in(tmp_path, *line.split())


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("line", NEEDLESS.values(), ids=NEEDLESS.keys())
def test_what_runs_none_needs_none(tmp_path: Path, line: str, text: str) -> None:
    (tmp_path / "invoke.yaml").write_text(text)
    assert {*ALWAYS, *ON_ALL} <= tasks_in(tmp_path, *line.split())


MANY = MAX_KEYS // 2
EXPANDING = {
    "aliases of aliases": "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9 if n else 'x')}]\n" for n in range(8)),
    "one table many times": f"a: &a {{{', '.join(f'k{n}: x' for n in range(MANY))}}}\nb: [{'*a, ' * 100}]\n",
}


@pytest.mark.parametrize("text", EXPANDING.values(), ids=EXPANDING.keys())
def test_aliases_that_expand_beyond_reason_are_refused_before_invoke_writes_them_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "invoke.yaml").write_text(text)
    with pytest.raises(Unreadable, match=f"holds more than {MAX_VALUES} values"):
        read_table(tmp_path / "invoke.yaml")


def test_a_table_that_holds_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("a: &a {b: *a}\n")
    with pytest.raises(Unreadable, match=r"holds itself: line 1: \*a"):
        read_table(tmp_path / "invoke.yaml")


def test_a_few_aliases_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("a: &a {b: &b 1, c: *b}\n" + "".join(f"d{n}: *a\n" for n in range(300)))
    assert len(read_table(tmp_path / "invoke.yaml")) == 301


@pytest.mark.parametrize("line", [line for line in NEEDED.values() if line.split()[0] not in ALWAYS])
def test_no_file_is_said_as_that(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"There is no invoke\.yaml in "):
        tasks_in(tmp_path, *line.split())


@pytest.mark.parametrize("line", ["rehearse", *NEEDLESS.values()], ids=["rehearse", *NEEDLESS.keys()])
def test_nobody_else_needs_a_file(tmp_path: Path, line: str) -> None:
    assert tasks_in(tmp_path, *line.split()) == set(ALWAYS)


APART = {
    "a section that is a list": ("channels: [a]", "channels"),
    "a section that is empty": ("channels:", "channels"),
    "a channel that is a number": ("channels: {tap: 3}", "channels.tap"),
    "a text that is a table": ("channels: {tap: {kind: {a: b}}}", "channels.tap.kind"),
    "a section of Invoke's": ("run: 5", "run"),
}


@pytest.mark.parametrize(("text", "path"), APART.values(), ids=APART.keys())
def test_files_that_cannot_be_merged_are_named_with_the_path(tmp_path: Path, text: str, path: str) -> None:
    (tmp_path / "invoke.yaml").write_text(TAP)
    (tmp_path / "more.yaml").write_text(text)
    more = f"--config={tmp_path / 'more.yaml'}"
    with pytest.raises(InputError, match=rf"more\.yaml does not go with .*: `{re.escape(path)}` is a table") as refused:
        tasks_in(tmp_path, more, "dist.all", "--version", "1.0.0")
    assert "homebrew" not in str(refused.value)
    assert tasks_in(tmp_path, more, "--list") == {*ALWAYS, *ON_ALL}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["-f", "a", "-f", "b"], "b"),
        (["--config=a"], "a"),
        (["-f=a"], "a"),
        (["-fa"], "a"),
        (["-def", "a"], "a"),
        (["-f"], ""),
        (["x"], None),
    ],
    ids=["the last counts", "long", "equals sign", "glued", "behind others", "no value", "none"],
)
def test_what_dash_f_names(words: list[str], named: str | None) -> None:
    assert runtime_file(words) == named


def test_every_task_shows_an_example_with_flags_that_it_has() -> None:
    kinds = {"tap": "homebrew", "ghcr": "docker"}
    for name, (says, flags) in rows(kinds).items():
        shown = Command(name, says, flags).__doc__ or ""
        said, _, example = shown.partition("\n\nExample: ")
        task, *words = example.split()
        used = {word[2:].replace("-", "_") for word in words if word.startswith("--")}
        assert (said, task, used - set(flags.split())) == (says, name, set())
