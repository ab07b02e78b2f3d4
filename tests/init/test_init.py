"""``init`` on the command line: flags, refusals, what is there already, and the last release on GitHub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from tests.init.conftest import START, Distribute, files

TAP = "--channel=tap=homebrew:acme/homebrew-tap"
ASSETS = "rocket_1.2.3_darwin_arm64.tar.gz\nrocket_1.2.3_linux_amd64.tar.gz\n"
WRITTEN = [".github/workflows/trigger-distributions.yml", "invoke.yaml", "receivers/CHECKLIST.md",
           "receivers/acme/homebrew-tap/.github/workflows/receive-tap.yml"]  # fmt: skip


@pytest.fixture
def rocket(tmp_path: Path) -> list[str]:
    """Flags of a whole command line, which reach for nothing on the network."""
    (tmp_path / "assets.txt").write_text(ASSETS)
    return ["init", "--repository=acme/rocket", TAP, f"--assets={tmp_path / 'assets.txt'}"]


def test_it_writes_what_it_says(distribute: Distribute, product: Path, rocket: list[str]) -> None:
    done = distribute(*rocket)
    assert (done.code, done.err) == (0, "")
    assert list(files(product)) == WRITTEN
    assert all(f"new       {path}" in done.out for path in WRITTEN)
    assert files(product)["receivers/CHECKLIST.md"].rstrip() in done.out


def test_the_same_again_changes_nothing(distribute: Distribute, product: Path, rocket: list[str]) -> None:
    distribute(*rocket)
    before = {path: (product / path).stat().st_mtime_ns for path in WRITTEN}
    done = distribute(*rocket)
    assert (done.code, done.out.count("unchanged ")) == (0, len(WRITTEN))
    assert {path: (product / path).stat().st_mtime_ns for path in WRITTEN} == before


def test_what_is_there_is_written_over_by_force_only(distribute: Distribute, product: Path, rocket: list[str]) -> None:
    (product / "invoke.yaml").write_text("project: {name: mine}\n")
    done = distribute(*rocket)
    assert (done.code, list(files(product))) == (2, ["invoke.yaml"])
    assert (product / "invoke.yaml").read_text() == "project: {name: mine}\n"
    assert "-project: {name: mine}\n" in done.out
    assert done.err.splitlines() == ["1 file is there already, with other content: invoke.yaml",
                                        "Look at the diff; --force writes over them."]  # fmt: skip
    done = distribute(*rocket, "--force")
    assert (done.code, list(files(product))) == (0, WRITTEN)
    assert "-project: {name: mine}\n" in done.out


def test_a_dry_run_shows_every_file_and_writes_none(distribute: Distribute, product: Path, rocket: list[str]) -> None:
    done = distribute(*rocket, "--dry-run")
    assert (done.code, files(product)) == (0, {})
    assert all(f"+++ b/{path}\n" in done.out for path in WRITTEN)
    assert done.out.endswith("Dry run: nothing was written.\n")


def test_json_is_one_document(distribute: Distribute, rocket: list[str]) -> None:
    document = json.loads(distribute(*rocket, "--json").out)
    assert (document["ok"], sorted(document["lines"])) == (True, [f"new {path}" for path in WRITTEN])


def test_a_broken_configuration_does_not_stop_it(distribute: Distribute, product: Path, rocket: list[str]) -> None:
    (product / "invoke.yaml").write_text("project: [unclosed\n")
    assert distribute(*rocket, "--force").code == 0
    assert distribute("--list").code == 0


def _link(product: Path, tmp_path: Path) -> None:
    (product / ".github").symlink_to(tmp_path)


def _linked_file(product: Path, tmp_path: Path) -> None:
    (product / "invoke.yaml").symlink_to(tmp_path / "elsewhere.yaml")


def _folder(product: Path, _tmp_path: Path) -> None:
    (product / "receivers" / "CHECKLIST.md").mkdir(parents=True)


def _file(product: Path, _tmp_path: Path) -> None:
    (product / "receivers").write_text("")


IN_THE_WAY = {
    "a link to a folder": (_link, ".github is a link"),
    "a link to a file": (_linked_file, "invoke.yaml is a link"),
    "a folder": (_folder, "receivers/CHECKLIST.md is no file"),
    "a file": (_file, "receivers is no folder"),
}


@pytest.mark.parametrize(("prepare", "said"), IN_THE_WAY.values(), ids=IN_THE_WAY.keys())
def test_nothing_is_written_through_a_link_or_over_a_folder(
    distribute: Distribute, product: Path, tmp_path: Path, rocket: list[str], prepare: object, said: str
) -> None:
    assert callable(prepare)
    prepare(product, tmp_path)
    before = files(tmp_path)
    done = distribute(*rocket, "--force")
    assert (done.code, files(tmp_path)) == (2, before)
    assert said in done.err.splitlines()[0]


SLIPS = {
    "nothing": ([], "init needs --repository and --channel, and there is no terminal to ask on"),
    "no channel": (["--repository=acme/rocket"], "init needs --channel, and"),
    "no repository": ([TAP], "init needs --repository, and"),
    "another form": (["--repository=acme/rocket", "--channel=tap"], "--channel is 'tap', not NAME=KIND:TARGET"),
    "no such kind": (["--repository=acme/rocket", "--channel=tap=brew:a/b"], "there is no kind 'brew'"),
    "no repository's name": (["--repository=rocket", TAP], "--repository is 'rocket'"),
    "a target that leaves": (["--channel=tap=homebrew:../..", "--assets=/dev/null", "--repository=a/b"],
                             "'../..' is no repository"),
    "a name twice": (["--repository=a/b", TAP, TAP, "--assets=/dev/null"], "Two channels are called 'tap'"),
    "a file twice": (["--repository=a/b", TAP, "--channel=b=homebrew:acme/homebrew-tap", "--assets=/dev/null"],
                     "Channels tap and b would both edit Formula/b.rb in acme/homebrew-tap"),
    "a name that is none": (["--repository=a/b", "--channel=All=scoop:a/b", "--assets=/dev/null"], "channels.All"),
    "no list": (["--repository=a/b", TAP, "--assets=no/such"], "--assets no/such cannot be read"),
    "a server without https": (["--repository=a/b", TAP, "--server=http://git.acme.example"], "--server is"),
}  # fmt: skip


@pytest.mark.parametrize(("flags", "said"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_two_lines_and_exit_code_2(
    distribute: Distribute, product: Path, flags: list[str], said: str
) -> None:
    done = distribute("init", *flags)
    assert (done.code, done.out, len(done.err.splitlines()), files(product)) == (2, "", 2, {})
    assert said in done.err


def test_it_stands_alone_on_the_command_line(distribute: Distribute, rocket: list[str], product: Path) -> None:
    done = distribute(*rocket, "rehearse")
    assert (done.code, files(product)) == (2, {})
    assert "has to be the only one" in done.err


def test_the_last_release_is_looked_at(distribute: Distribute, product: Path, standin: StandIn) -> None:
    done = distribute("init", "--repository=kademoslabs/kekkai", TAP, **standin.environment)
    assert (done.code, done.err) == (0, "")
    assert "-{python_version}-py3-none-any.whl" in files(product)["invoke.yaml"]


def test_a_release_that_cannot_be_read_is_a_warning(distribute: Distribute, product: Path, standin: StandIn) -> None:
    done = distribute("init", "--repository=acme/rocket", TAP, **standin.environment)
    assert done.code == 0
    assert "Warning: the last release could not be read" in done.out
    assert "artifact: source" in files(product)["invoke.yaml"]


def test_the_token_goes_to_no_other_server(distribute: Distribute, product: Path, standin: StandIn) -> None:
    """``--server`` may name any; GITHUB_TOKEN is of the one that the environment names."""
    elsewhere = {**standin.environment, "GITHUB_SERVER_URL": "https://github.com"}
    server = standin.environment["GITHUB_SERVER_URL"]
    done = distribute("init", "--repository=kademoslabs/kekkai", TAP, f"--server={server}", **elsewhere)
    assert (done.code, "receivers/CHECKLIST.md" in files(product)) == (0, True)
    asked = standin.sent("GET", "/repos/kademoslabs/kekkai")
    assert asked
    assert [one.path for one in asked if "authorization" in one.headers] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_it_asks_on_a_terminal(project_root: Path, product: Path, rocket: list[str]) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", START, "init", rocket[-1]]
    with subprocess.Popen(command, cwd=product, env={**os.environ, "PYTHONPATH": str(project_root)}, stdin=theirs,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, b"rocket\nacme/rocket\ntap=brew:a/b\ntap=homebrew:acme/homebrew-tap\n\n")
        out, said = process.communicate(timeout=120)
    os.close(ours)
    assert (process.returncode, list(files(product))) == (0, WRITTEN), out
    assert said.count("The product's repository, OWNER/NAME:") == 2
    assert "there is no kind 'brew'" in said
