"""The installed command: the same tasks over the folder's own configuration, and slips that end with 2."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release import __version__
from release.rehearsal.processes import Done
from tests.support import cli
from tests.support.pipes import pipe_of

PRODUCT = """project: {name: rocket, repository: acme/rocket}
artifacts: {source: {url: "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
channels:
  tap: {kind: homebrew, target: acme/tap, event_type: rocket, artifact: source, token: TAP, file: Formula/rocket.rb}
  ghcr: {kind: docker, target: acme/rocket, workflow: image.yml, token: GITHUB_TOKEN, image: ghcr.io/acme/rocket}
"""
Distribute = Callable[..., Done]


@pytest.fixture
def distribute(project_root: Path, tmp_path: Path) -> Distribute:
    """``distribute ARGUMENTS`` in a folder of a product."""
    (tmp_path / "invoke.yaml").write_text(PRODUCT)

    def run(*arguments: str) -> Done:
        environment = {**os.environ, "PYTHONPATH": str(project_root)}
        return cli.run("distribute", arguments, tmp_path, environment)

    return run


def test_it_has_the_tasks_of_the_folder(distribute: Distribute) -> None:
    done = distribute("--list")
    assert done.code == 0
    assert {"dist.tap", "dist.ghcr", "update.tap"} <= set(done.out.split())
    assert not {"dist.homebrew", "update.ghcr"} & set(done.out.split())


def test_its_version_stands_alone(distribute: Distribute) -> None:
    assert [distribute(word).out for word in ("--version", "-V")] == 2 * [f"distribute {__version__}\n"]


SLIPS = {
    "a task": (["dist.tpa"], "Did you mean dist.tap?"),
    "a flag": (["dist.tap", "--verison", "0.0.1"], "Did you mean --version?"),
    "its version, then a task": (["--version", "dist.all"], "--version stands alone here"),
    "its version before a task's name": (["-e", "--version", "0.0.4", "dist.tap"], "--version stands alone here"),
    "its version behind a file": (["-f", "invoke.yaml", "--version", "0.0.4", "dist.tap"],
                                  "--version stands alone here"),
    "its version and a list": (["--list", "--version"], "--version stands alone here"),
    "a missing value": (["dist.tap", "--version"], "--version"),
    "a task of a channel that is not there": (["dist.homebrew"], "No idea what 'dist.homebrew' is!"),
    "a task that an image has not": (
        ["update.ghcr"],
        "There is dist.ghcr, status.ghcr, rollback.ghcr, prove.ghcr. See",
    ),
    "a list of no group": (["--list", "nope"], "Sub-collection 'nope' not found!"),
    "a short flag": (["-T", "abc", "doctor"], "-T has a value of the wrong type"),
    "help of no task": (["--help", "dist.tpa"], "Did you mean dist.tap?"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_two_lines_and_exit_code_2(distribute: Distribute, arguments: list[str], said: str) -> None:
    done = distribute(*arguments)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 2)
    assert said in done.err


def test_advice_is_what_can_be_typed_here(distribute: Distribute, tmp_path: Path) -> None:
    file = tmp_path / "of mine.yaml"
    file.write_text("channels: {tap: {event_type: other}}\n", "utf-8")
    beside = distribute("-f", file.name, "dist.tap", "dist.ghcr", "--version", "0.0.1").err.splitlines()
    assert beside[1:] == [
        "Nothing was run. Give: distribute -f 'of mine.yaml' dist.all --only tap,ghcr --version=0.0.1",
    ]  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_completion_for_each_shell(distribute: Distribute, shell: str) -> None:
    done = distribute("--print-completion-script", shell)
    assert (done.code, "distribute" in done.out) == (0, True)


COMPLETED = {
    "tasks": (["dist."], {"dist.all", "dist.tap", "dist.ghcr"}),
    "flags": (["dist.all", "--o"], {"--only"}),
    "channels": (["dist.all", "--only"], {"tap", "ghcr"}),
}


@pytest.mark.parametrize(("words", "offered"), COMPLETED.values(), ids=COMPLETED.keys())
def test_what_is_completed(distribute: Distribute, words: list[str], offered: set[str]) -> None:
    done = distribute("--complete", "--", "distribute", *words)
    assert (done.code, offered <= set(done.out.split())) == (0, True)


def test_a_broken_configuration_stops_what_needs_it_and_nothing_else(distribute: Distribute, tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("a: [")
    assert distribute("--list").code == 0
    done = distribute("doctor")
    assert (done.code, len(done.err.splitlines())) == (2, 2)
    assert "The configuration cannot be read" in done.err


VANISHED = {
    "a name that no channel can have": (
        "  my_scoop: {kind: dispatch}\n",
        "dist.my_scoop",
        "channels.my_scoop is no usable",
    ),
    "a kind that there is not": ("  snap: {kind: scop}\n", "update.snap", 'channels.snap.kind is "scop"'),
    "a key twice": ("  tap: {kind: docker}\n", "update.tap", "has `channels.tap` twice"),
}


@pytest.mark.parametrize(("line", "task", "said"), VANISHED.values(), ids=VANISHED.keys())
def test_a_task_that_a_wrong_configuration_takes_away_is_said_as_that(
    distribute: Distribute, tmp_path: Path, line: str, task: str, said: str
) -> None:
    (tmp_path / "invoke.yaml").write_text(PRODUCT + line)
    for words in ([task, "--version", "0.0.1"], ["--help", task]):
        done = distribute(*words)
        assert (done.code, said in done.err, "No idea" in done.err) == (2, True, False)


OTHERWISE = {
    "a flag of init": (["init", "--repositry", "acme/rocket"], "Did you mean --repository?"),
    "a word behind init": (["init", "foo"], "No idea what 'foo' is!"),
    "its help": (["--help", "initt"], "Did you mean init?"),
    "a flag of the program": (["--lst"], "Did you mean --list?"),
}


@pytest.mark.parametrize("text", [None, PRODUCT + "http: {timeout: 0}\n"], ids=["no file", "another problem"])
@pytest.mark.parametrize(("words", "said"), OTHERWISE.values(), ids=OTHERWISE.keys())
def test_a_slip_that_no_configuration_explains_is_said_as_that(
    distribute: Distribute, tmp_path: Path, text: str | None, words: list[str], said: str
) -> None:
    (tmp_path / "invoke.yaml").unlink()
    if text:
        (tmp_path / "invoke.yaml").write_text(text)
    done = distribute(*words)
    assert (done.code, said in done.err, "Configuration" in done.err) == (2, True, False)


def test_a_task_that_another_problem_did_not_take_away_is_a_slip(distribute: Distribute, tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text(PRODUCT + "http: {timeout: 0}\n")
    for slip, meant in (("dist.tapp", "dist.tap"), ("initt", "init")):
        assert f"Did you mean {meant}?" in distribute(slip).err


def test_a_link_that_leads_nowhere_is_no_hindrance_at_home(
    distribute: Distribute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".invoke.yaml").symlink_to(tmp_path / "nowhere")
    assert "dist.tap" in distribute("--list").out.split()


def test_where_nothing_is_configured_a_channels_task_says_that(distribute: Distribute, tmp_path: Path) -> None:
    (tmp_path / "invoke.yaml").write_text("run: {echo: true}\n")
    assert distribute("dist.tap").err.startswith("No invoke.yaml was found here, or it has none of `project:`")


def test_a_configuration_in_python_is_not_executed(
    distribute: Distribute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".invoke.py", "invoke.py"):
        (tmp_path / name).write_text("print('executed')\n")
    assert "executed" not in distribute("--list").out
    (tmp_path / "invoke.yaml").unlink()
    done = distribute("doctor")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 2)
    assert f"{tmp_path / 'invoke.py'} is a configuration in Python, which is not supported" in done.err
    assert "executed" not in distribute("--list").out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["doctor"], "Configuration: channels.tap has an unknown key `flie`", id="a task"),
        pytest.param(["dist.tap", "zzz"], "No idea what 'zzz' is!", id="a slip, for which it is read once more"),
    ],
)
def test_a_pipe_gives_settings_as_a_file_does(
    distribute: Distribute, tmp_path: Path, words: list[str], said: str
) -> None:
    pipe_of(tmp_path / "pipe", "channels: {tap: {flie: x}}\n")
    done = distribute("-f", "pipe", *words)
    assert done.err.startswith(said)
