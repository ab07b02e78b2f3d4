"""One program, really run: its time, its output, its group of processes, and what it sees of ours."""

import os
import select
import sys
from pathlib import Path

import pytest

from release.channels import kind_of
from release.prove.machine import clean_environment, find_program, find_tools, start_of
from release.prove.output import harmless, last_words, shows_version
from release.prove.process import KEPT, Result, run

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and scripts of POSIX")


def script(folder: Path, text: str, seconds: float = 60) -> Result:
    environment = {"PATH": os.environ["PATH"]}
    return run((sys.executable, "-c", text), environment=environment, folder=folder, seconds=seconds)


def test_both_streams_in_one(tmp_path: Path) -> None:
    done = script(tmp_path, "import sys; print('a', flush=True); print('b', file=sys.stderr); sys.exit(7)")
    assert (done.code, done.output.split()) == (7, ["a", "b"])


def test_only_the_end_of_a_long_output_is_kept(tmp_path: Path) -> None:
    done = script(tmp_path, "print('x' * 3_000_000 + 'end')")
    assert (len(done.output), done.output.strip()[-4:]) == (KEPT, "xend")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert "\ufffd" in script(tmp_path, "import sys; sys.stdout.buffer.write(b'\\xff')").output


def test_no_terminal_and_no_input(tmp_path: Path) -> None:
    assert script(tmp_path, "import sys; print(repr(sys.stdin.read()))").output == "''\n"


def test_a_program_that_is_none(tmp_path: Path) -> None:
    done = run((str(tmp_path / "none"),), environment={}, folder=tmp_path, seconds=5)
    assert done.code is None
    assert "could not be started" in done.output


@POSIX
def test_time_is_over_for_the_whole_group(tmp_path: Path) -> None:
    """Its child does not listen when it is asked, and holds a pipe for as long as it lives."""
    os.mkfifo(tmp_path / "held")
    pipe = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    text = "(trap '' TERM; exec 9>held; echo it lives >&9; exec sleep 600) & exec sleep 600"
    done = run(("sh", "-c", text), environment={"PATH": os.environ["PATH"]}, folder=tmp_path, seconds=2)
    assert done.code is None
    assert "took longer than 2 s" in done.output
    with os.fdopen(pipe, "rb", 0) as held:
        assert held.read(9) == b"it lives\n"
        assert select.select([held], [], [], 60)[0]
        assert held.read(1) == b""


@pytest.mark.parametrize(
    ("output", "version", "found"),
    [
        pytest.param("kekkai 1.2.3", "1.2.3", True, id="plain"),
        pytest.param("kekkai v1.2.3\n", "1.2.3", True, id="with v"),
        pytest.param("kekkai, version 1.2.3.", "1.2.3", True, id="end of a sentence"),
        pytest.param("kekkai (1.2.3)", "1.2.3", True, id="in parentheses"),
        pytest.param("kekkai/1.2.3 linux", "1.2.3", True, id="after a slash"),
        pytest.param("1.0.0-rc.1", "1.0.0-rc.1", True, id="pre-release"),
        pytest.param("kekkai 1.0.0rc1", "1.0.0-rc.1", True, id="as Python writes it"),
        pytest.param("kekkai 1.0.0", "1.0.0-rc.1", False, id="stable in place of a pre-release"),
        pytest.param("kekkai 1.0.0-rc.1", "1.0.0", False, id="pre-release in place of stable"),
        pytest.param("kekkai 1.0.0rc1", "1.0.0", False, id="Python's pre-release in place of stable"),
        pytest.param("kekkai 11.2.3", "1.2.3", False, id="digit before"),
        pytest.param("kekkai 0.1.2.3", "1.2.3", False, id="number before"),
        pytest.param("kekkai 1.2.30", "1.2.3", False, id="digit after"),
        pytest.param("kekkai 1.2.3.4", "1.2.3", False, id="number after"),
        pytest.param("kekkai 1.2.3+build", "1.2.3", False, id="build metadata after"),
        pytest.param("kekkai 1x2x3", "1.2.3", False, id="a dot is a dot"),
        pytest.param("kekkai dev1.2.3", "1.2.3", False, id="word before"),
        pytest.param("1.0.0-test", "1.0.0-test", True, id="no version of Python"),
    ],
)
def test_the_version_stands_alone(output: str, version: str, found: bool) -> None:  # noqa: FBT001 - a column
    assert shows_version(output, version) is found


def test_last_words_are_harmless() -> None:
    said = "\n".join(f"line {number}" for number in range(20))
    hostile = f"{said}\n\x1b[31mred\x1b[0m \x1b]0;title\x07\u202eright to left\r\n  ::error::x ##[group]\x9b2J\x00"
    words = last_words(hostile)
    assert words.split(" | ") == ["line 16", "line 17", "line 18", "line 19", "red right to left",
                                  ": :error: :x # #[group]"]  # fmt: skip
    assert last_words("\x1b[0m \n") == "it printed nothing"
    assert len(last_words("y" * 100_000)) == 400
    assert harmless("a\u2028b\x85c") == "a b c"


def test_only_what_is_listed_is_seen() -> None:
    given = {
        "PATH": "/bin", "HOME": "/h", "HOMEBREW_PREFIX": "/b", "HOMEBREW_GITHUB_API_TOKEN": "x" * 20, "AWS_KEY": "y",
        "TAP_REPO_TOKEN": "secret-of-ours", "HOMEBREW_X": "holds secret-of-ours", "https_proxy": "http://p:1",
        "HTTP_PROXY": "http://user:pass@p:1", "PIP_INDEX_URL": "https://u@i/simple", "SCOOP": "/s",
        "GITHUB_ACTIONS": "true", "http_proxy": "//user@p", "LC_ALL": "C",
    }  # fmt: skip
    seen = clean_environment(given, ["secret-of-ours", ""], ["/b/bin"], sees=("HOMEBREW_",), sets={"QUIET": "1"})
    assert {name: seen[name] for name in given if name in seen} == {
        "PATH": "/bin:/b/bin", "HOME": "/h", "HOMEBREW_PREFIX": "/b", "https_proxy": "http://p:1", "LC_ALL": "C",
    }  # fmt: skip
    assert (seen["QUIET"], seen["GIT_TERMINAL_PROMPT"]) == ("1", "0")


OWN = {
    "homebrew": {"HOMEBREW_PREFIX", "HOMEBREW_NO_AUTO_UPDATE"},
    "docker": {"DOCKER_HOST", "BUILDAH_FORMAT"},
    "scoop": {"SCOOP", "SCOOP_GLOBAL"},
    "choco": {"CHOCOLATEYINSTALL"},
    "dispatch": set[str](),
}


@pytest.mark.parametrize(("kind", "own"), OWN.items(), ids=OWN)
def test_a_kinds_tools_see_its_own_variables_only(kind: str, own: set[str]) -> None:
    prover, given = kind_of(kind).prover, {name: "x" for names in OWN.values() for name in names}
    seen = clean_environment(given, [], sees=prover.sees, sets=prover.sets) if prover else clean_environment(given, [])
    assert set(given) & set(seen) == own


@POSIX
def test_programs_are_found_as_scripts_too(tmp_path: Path) -> None:
    for name in ("scoop.ps1", "choco.cmd", "brew"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    found = find_tools(["scoop", "choco", "podman"], str(tmp_path))
    assert found == {"scoop": str(tmp_path / "scoop.ps1"), "choco": str(tmp_path / "choco.cmd")}
    assert find_tools(["brew"], "/nowhere", ["/none", str(tmp_path)]) == {"brew": str(tmp_path / "brew")}
    assert find_program("brew", []) is None
    assert start_of("/s/scoop.ps1", ["list"])[-3:] == ("-File", "/s/scoop.ps1", "list")
    assert start_of("/s/scoop.cmd", ["list"]) == ("/s/scoop.cmd", "list")
