"""``prove.*`` as a whole process, with package managers in small and the stand-in's real git."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from release.rehearsal.processes import Done
from tests.support.cli import ROOT, command, invoke, variables
from tests.support.leaks import leaks
from tests.support.tools import BREW, BUILDAH, CHOCO, SCOOP, UNSHARE, Tools

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the package managers in small are POSIX scripts"),
    pytest.mark.services,
    pytest.mark.usefixtures("git_over_http"),
]
PATHS = "/usr/bin:/bin"
IN_ACTIONS = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    made = Tools(tmp_path / "tools")
    (made.root / "version").write_text("Homebrew 6.0.18")
    return made


def prove(standin: StandIn, tools: Tools, *arguments: str, folder: str = "bin", **more: str) -> Done:
    return invoke(standin, *arguments, **{"PATH": f"{tools.root / folder}:{PATHS}", **more})


def served(standin: StandIn, channel: str) -> None:
    """0.0.1 was served, 0.0.2 is."""
    standin.serve(channel, "0.0.2")


def writes(tools: Tools) -> list[str]:
    """What was called and changes something."""
    asks = ("--", "list", "tap", "prefix", "bucket list", "trust --json=v1")
    return [call for call in tools.calls if not any(call.split(" ", 1)[1].rstrip() == ask for ask in asks)
            and call.split()[1] not in {"--version", "--prefix", "--repository", "list", "prefix"}]  # fmt: skip


def test_homebrew_is_installed_upgraded_and_removed(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", "--yes", "--json")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (0, "installed"), done.err
    assert one["reason"] == f"{tools.root}/prefix/bin/kekkai --version prints 0.0.2; users of 0.0.1 get it too"
    url = f"{standin.server_url}/kademoslabs/homebrew-tap.git"
    assert writes(tools) == [
        f"brew trust {url}",
        f"brew tap kademoslabs/tap {url}",
        "brew install kademoslabs/tap/kekkai",
        "brew uninstall --force kademoslabs/tap/kekkai",
        "brew install kademoslabs/tap/kekkai",
        "brew upgrade kademoslabs/tap/kekkai",
        "brew uninstall --force kademoslabs/tap/kekkai",
        "brew untap kademoslabs/tap",
        f"brew untrust --tap {url}",
    ]
    assert not (tools.root / "prefix/bin/kekkai").exists()


def test_no_secret_reaches_a_tool(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    more = {
        "HOMEBREW_GITHUB_API_TOKEN": "made-up-token-of-a-user", "HOMEBREW_CURLRC": "/x", "HTTPS_PROXY": "http://u:p@x",
        "HOMEBREW_NOTE": f"holds {standin.environment['TAP_REPO_TOKEN']}", "NO_PROXY": "127.0.0.1", **IN_ACTIONS,
    }  # fmt: skip
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", **more)
    assert done.code == 0, done.err
    secrets = [value for name, value in standin.environment.items() if "TOKEN" in name or "WEBHOOK" in name]
    seen = [call["env"] for call in tools.noted]
    assert leaks(json.dumps(seen), [*secrets, "made-up-token-of-a-user"]) == []
    assert {"HOMEBREW_CURLRC", "NO_PROXY", "HOMEBREW_NO_AUTO_UPDATE"} <= set(seen[0])
    assert not {"HTTPS_PROXY", "GITHUB_ACTIONS", "GITHUB_SERVER_URL"} & set(seen[0])


def test_a_rollback_is_proved_by_what_its_users_type(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    standin.serve("homebrew", "0.0.1")
    tools.add("brew", BREW)
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.1", "--yes", "--json")
    (one,) = json.loads(done.out)["channels"]
    assert one["state"] == "installed", done.err
    assert one["reason"].endswith("users of 0.0.2 get it too")
    again = ["brew uninstall kekkai", "brew install kademoslabs/tap/kekkai"]
    assert writes(tools)[5:7] == again
    assert not [call for call in tools.calls if "upgrade" in call]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        pytest.param("checksum", "ended with 1: ==> Downloading | Error: kekkai: SHA256 mismatch | : :error: :Expected",
                     id="wrong checksum"),
        pytest.param("prints", "`kekkai --version` does not print 0.0.2: kekkai 0.0.20", id="another version runs"),
    ],
)  # fmt: skip
def test_a_failed_installation_says_the_last_lines_and_leaves_nothing(
    standin: StandIn, tools: Tools, how: str, said: str
) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    if how == "checksum":
        held = standin.repository("homebrew").read("Formula/kekkai.rb") or b""
        broken = held.replace(standin.release("0.0.2").made.source_sha256.encode(), b"0" * 64)
        standin.repository("homebrew").commit("broken", {"Formula/kekkai.rb": broken}, 1)
    else:
        (tools.root / "prints").write_text("0.0.20")
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", "--yes", "--json")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (1, "failed")
    assert said in one["reason"]
    assert one["next"].startswith("See it: brew trust ")
    assert writes(tools)[-3].startswith("brew uninstall")
    assert not (tools.root / "prefix/Taps/tap").exists()


def test_nothing_is_installed_without_consent(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    shown = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", "--dry-run")
    refused = prove(standin, tools, "prove.homebrew", "--version", "0.0.2")
    assert (shown.code, refused.code) == (0, 2)
    assert "homebrew: $ brew install kademoslabs/tap/kekkai" in shown.out.splitlines()
    assert "homebrew: $ brew untap kademoslabs/tap" in refused.out.splitlines()
    assert "--yes was not given" in refused.err
    assert writes(tools) == []


def test_what_is_there_already_is_refused_but_on_a_runner(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    (tools.root / "prefix/bin").mkdir(parents=True)
    (tools.root / "prefix/bin/kekkai").write_text("#!/bin/sh\necho 0.0.0\n")
    done = prove(standin, tools, "prove.all", "--version", "0.0.2", "--yes", "--only", "homebrew")
    assert done.code == 2
    assert "On this machine already: homebrew: kekkai 0.0.1" in done.err
    assert writes(tools) == []
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", **IN_ACTIONS)
    assert done.code == 0, done.out + done.err
    assert not [call for call in tools.calls if "uninstall" in call], "what was there before stays"


def test_an_older_brew_knows_no_trust(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    tools.add("brew", BREW)
    (tools.root / "version").write_text("Homebrew 5.1.2")
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", "--dry-run")
    assert done.code == 0
    assert "trust" not in done.out


def test_a_channel_that_serves_another_version_has_nothing_to_prove(standin: StandIn, tools: Tools) -> None:
    tools.add("brew", BREW)
    done = prove(standin, tools, "prove.homebrew", "--version", "0.0.2", "--yes", "--json")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"], one["reason"]) == (1, "failed", "nothing to prove: serves 0.0.1")
    assert tools.calls == []


def test_scoop_by_its_script(standin: StandIn, tools: Tools) -> None:
    served(standin, "scoop")
    tools.add("scoop.cmd", SCOOP, "shims")
    done = prove(standin, tools, "prove.scoop", "--version", "0.0.2", "--yes", "--json", folder="shims")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (0, "installed"), one
    assert one["reason"] == f"{tools.root}/shims/kekkai.cmd --version prints 0.0.2; users of 0.0.1 get it too"
    assert writes(tools) == [
        f"scoop bucket add kademoslabs {standin.server_url}/kademoslabs/scoop-bucket.git",
        "scoop install kademoslabs/kekkai",
        "scoop uninstall kekkai",
        "scoop install kademoslabs/kekkai",
        "scoop update kekkai",
        "scoop uninstall kekkai",
        "scoop bucket rm kademoslabs",
    ]


def test_chocolatey_also_while_in_moderation(standin: StandIn, tools: Tools) -> None:
    standin.misbehave("choco", "moderation")
    served(standin, "choco")
    tools.add("choco", CHOCO)
    done = prove(standin, tools, "prove.choco", "--version", "0.0.2", "--yes", "--json")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (0, "installed"), one
    source = f"--source {standin.feed_url}/ --yes --no-progress"
    assert writes(tools) == [
        f"choco install kekkai --version 0.0.2 {source}",
        "choco uninstall kekkai --yes",
        f"choco install kekkai --version 0.0.1 {source}",
        f"choco upgrade kekkai --version 0.0.2 {source}",
        "choco uninstall kekkai --yes",
    ]


@pytest.mark.parametrize(
    ("printed", "code", "runs", "why"),
    [
        pytest.param(["kekkai 0.0.2"], 0, 1, "kekkai --version prints 0.0.2", id="all arrives"),
        pytest.param(["", "kekkai", "kekkai 0.0.2"], 0, 3, "kekkai --version prints 0.0.2", id="arrives at last"),
        pytest.param([""] * 4, 1, 4, "does not print 0.0.2: it printed nothing", id="nothing is printed"),
        pytest.param(["", "kekkai 0.0.1", "", ""], 1, 4, "does not print 0.0.2: kekkai 0.0.1", id="another version"),
    ],
)
def test_buildah_may_lose_what_was_printed(
    standin: StandIn, tools: Tools, printed: list[str], code: int, runs: int, why: str
) -> None:
    served(standin, "docker")
    for name, body in (("buildah", BUILDAH), ("unshare", UNSHARE)):
        tools.add(name, body)
    for program in ("git", "true"):
        (tools.root / "bin" / program).symlink_to(f"/usr/bin/{program}")
    for number, text in enumerate(printed, 1):  # each call is noted twice, as unshare's and as buildah's
        (tools.root / f"run {2 * number}").write_text(text)
    done = prove(standin, tools, "prove.docker", "--version", "0.0.2", "--yes", "--json", PATH=str(tools.root / "bin"))
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (code, "failed" if code else "installed"), done
    assert why in one["reason"]
    assert sum(call.startswith("buildah") and " run --isolation chroot " in call for call in tools.calls) == runs


def test_all_skipped_is_no_success(standin: StandIn, tools: Tools) -> None:
    (tools.root / "bin").mkdir()
    (tools.root / "bin/git").symlink_to("/usr/bin/git")
    done = prove(standin, tools, "prove.all", "--version", "0.0.2", "--yes", "--json", PATH=str(tools.root / "bin"))
    document = json.loads(done.out)
    assert done.code == 2
    assert {one["state"] for one in document["channels"]} == {"skipped"}
    assert "is not on this machine (it is for Windows)" in document["channels"][2]["reason"]


def test_an_interrupt_ends_the_tool_and_says_what_it_may_have_left(standin: StandIn, tools: Tools) -> None:
    served(standin, "homebrew")
    waits = (
        'if ARGS[0] == "install":\n    (ROOT / "pid").write_text(str(os.getpid()))\n    __import__("time").sleep(600)\n'
    )
    tools.add("brew", BREW.replace("text = FORMULA", f"{waits}text = FORMULA"))
    environment = variables(standin, {"PATH": f"{tools.root}/bin:{PATHS}"})
    argv = command("prove.homebrew", "--version", "0.0.2", "--yes")
    with subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr
        for line in process.stderr:
            if (
                line == b"homebrew: $ brew install kademoslabs/tap/kekkai\n"
                and (tools.root / "prefix/Taps/tap").exists()
            ):
                break
        while not (tools.root / "pid").exists() or not (tools.root / "pid").read_text():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)  # while the first one is handled
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"brew uninstall --force kademoslabs/tap/kekkai && brew untap kademoslabs/tap" in out
    with pytest.raises(ProcessLookupError):
        os.kill(int((tools.root / "pid").read_text()), 0)


def test_validation_installs_the_wheel_where_it_is_asked_to(standin: StandIn) -> None:
    arguments = ("release.validate", "--version", "0.0.2", "--no-tokens")
    done = invoke(standin, *arguments, "--check", PIP_CONFIG_FILE=os.devnull)
    assert (done.code, "Installing kekkai-0.0.2-py3-none-any.whl into a clean environment" in done.err) == (0, True)
    done = invoke(standin, *arguments, "--check", PIP_CONFIG_FILE=os.devnull, INVOKE_PROJECT_NAME="rocket")
    assert done.code == 2
    assert "kekkai-0.0.2-py3-none-any.whl installs no program rocket" in done.err
