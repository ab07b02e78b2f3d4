"""``dist.*`` as a user runs it: words, JSON, exit codes, Ctrl-C, and no secret in anything that comes out."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from release.rehearsal import DEFAULT_TOKENS, StandIn
from tests.support.cli import ROOT, command, invoke, invoke_on_a_terminal, variables
from tests.support.leaks import leaks
from tests.support.watched import Watched

POST = "/dispatches$"
ALL = ["homebrew", "docker", "scoop", "choco"]
ROW = ["channel", "state", "reason", "target", "version", "sha256", "serves", "run_url", "attempts", "seconds", "next"]


def test_a_person_reads_a_plain_table_and_what_is_not_known_yet(standin: StandIn) -> None:
    done = invoke(standin, "dist.all")
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert done.out.splitlines()[0] == "Version 0.0.2, from the newest published release"
    assert done.out.splitlines()[1].split() == ["CHANNEL", "STATE", "VERSION", "SHA256", "TARGET", "DETAIL"]
    assert [line.split()[:3] for line in done.out.splitlines()[2:6]] == [[name, "sent", "0.0.2"] for name in ALL]
    assert done.out.splitlines()[-1].startswith("sent, not confirmed")
    assert len(standin.dispatches) == 4


def test_a_machine_reads_one_document_of_the_promised_shape(standin: StandIn) -> None:
    done = invoke(standin, "dist.all", "--version", "v0.0.2", "--json")
    document = json.loads(done.out)
    made = standin.release("0.0.2").made
    assert done.code == 0
    assert list(document) == ["schema", "task", "ok", "release", "channels"]
    assert (document["schema"], document["task"], document["ok"]) == (1, "dist.all", True)
    assert list(document["release"]) == ["version", "tag", "prerelease", "commit", "artifacts", "assets"]
    source = document["release"]["artifacts"]["source"]
    assert (source["url"], source["sha256"]) == (made.source_url, made.source_sha256)
    assert source["size"] == len(bytes(standin.release("0.0.2").tarball or b""))
    assert list(document["release"]["artifacts"]["wheel"]) == ["url", "sha256", "size"]
    assert [list(row) for row in document["channels"]] == [ROW] * 4
    assert [row["channel"] for row in document["channels"]] == ALL
    assert [row["sha256"] for row in document["channels"]] == [
        made.source_sha256, None, made.wheel_sha256, made.wheel_sha256,
    ]  # fmt: skip
    assert {(row["state"], row["attempts"], row["version"]) for row in document["channels"]} == {("sent", 1, "0.0.2")}
    serves = document["channels"][0]["serves"]
    assert list(serves) == ["version", "sha256", "downloads"]
    assert (serves["version"], serves["sha256"]) == ("0.0.1", _old(standin))


def _old(standin: StandIn) -> str:
    return standin.release("0.0.1").made.source_sha256


def test_one_channel_is_told_by_its_own_task(standin: StandIn) -> None:
    wheel = standin.release("0.0.2").made.wheel_sha256
    done = invoke(standin, "dist.scoop", "--version", "0.0.2", "--sha256", wheel.upper(), "--json")
    assert done.code == 0, done
    assert [row["channel"] for row in json.loads(done.out)["channels"]] == ["scoop"]
    assert [each.payload for each in standin.dispatches] == [{"version": "0.0.2", "sha256": wheel}]


def test_a_failed_channel_is_exit_code_1_with_the_way_out(standin: StandIn) -> None:
    standin.misbehave("scoop", "unauthorized")
    done = invoke(standin, "dist.all")
    assert done.code == 1
    assert "Traceback" not in done.err + done.out
    row = next(line for line in done.out.splitlines() if line.startswith("scoop "))
    assert "failed" in row
    assert "Unauthorized" in row
    assert any(line.startswith("scoop: next: ") and "SCOOP_REPO_TOKEN" in line for line in done.out.splitlines())
    assert len(standin.dispatches) == 3


def test_what_may_have_been_told_is_exit_code_1(standin: StandIn) -> None:
    standin.misbehave("scoop", "server-error")
    done = invoke(standin, "dist.all", "--json")
    document = json.loads(done.out)
    assert (done.code, document["ok"]) == (1, False)
    row = document["channels"][2]
    assert (row["state"], row["attempts"]) == ("unconfirmed", 2)
    assert "may have been told" in row["reason"]
    assert "/kademoslabs/scoop-bucket/actions" in row["next"]


@dataclass(frozen=True)
class Bad:
    """Input that is refused, and what the two lines say."""

    arguments: list[str]
    said: str
    more: dict[str, str | None] = field(default_factory=dict)


BAD = {
    "version": Bad(["--version", "1.2"], "Invalid version format"),
    "version-with-a-shell": Bad(["--version", "$(id)"], "Invalid version format"),
    "unknown-version": Bad(["--version", "9.9.9"], "9.9.9"),
    "checksum-form": Bad(["--sha256", "abc"], "64"),
    "checksum": Bad(["--sha256", "0" * 64], "SHA256 mismatch"),
    "channel": Bad(["--only", "winget"], "Unknown channel 'winget'"),
    "no-channel": Bad(["--only", "scoop", "--skip", "scoop"], "No channel is left"),
    "no-token": Bad([], "TAP_REPO_TOKEN is not set", {"TAP_REPO_TOKEN": None}),
    "empty-token": Bad([], "TAP_REPO_TOKEN is not set", {"TAP_REPO_TOKEN": "  "}),
    "plain-http": Bad([], "GITHUB_API_URL", {"GITHUB_API_URL": "http://github.example.test"}),
    "no-url": Bad([], "GITHUB_API_URL", {"GITHUB_API_URL": "github"}),
    "number": Bad([], "INVOKE_HTTP_TIMEOUT|abc", {"INVOKE_HTTP_TIMEOUT": "abc"}),
    "out-of-range": Bad([], "retry.attempts", {"INVOKE_RETRY_ATTEMPTS": "0"}),
    "target": Bad([], "not a repository", {"INVOKE_CHANNELS_SCOOP_TARGET": "nowhere"}),
    "record": Bad(["--release", "/no/such/file.json"], "/no/such/file.json"),
    "flag-of-the-wrong-type": Bad(["--wait", "soon"], "soon"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_in_two_lines_before_anything_is_sent(bad: Bad, standin: StandIn) -> None:
    done = invoke(standin, "dist.all", *bad.arguments, **bad.more)
    assert done.code == 2, done
    assert any(word in done.err for word in bad.said.split("|"))
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) % 2 == 0
    assert standin.sent("POST") == []


def test_bad_input_with_json_is_a_document_too(standin: StandIn) -> None:
    done = invoke(standin, "dist.all", "--version", "1.2", "--json")
    document = json.loads(done.out)
    assert (done.code, document["ok"], document["channels"]) == (2, False, [])
    assert "Invalid version format" in document["errors"][0]["wrong"]
    assert document["errors"][0]["fix"]


def test_all_problems_come_at_once(standin: StandIn) -> None:
    done = invoke(standin, "dist.all", "--sha256", "0" * 64, TAP_REPO_TOKEN=None, SCOOP_REPO_TOKEN=None)
    assert done.code == 2
    for said in ("SHA256 mismatch", "TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN"):
        assert said in done.err


@pytest.mark.parametrize("arguments", [["dist.all", "--dry-run"], ["--dry", "dist.all"]], ids=["ours", "invokes"])
def test_a_dry_run_prints_what_would_be_sent(arguments: list[str], standin: StandIn) -> None:
    done = invoke(standin, *arguments)
    assert done.code == 0, done
    plan = [line for line in done.out.splitlines() if line.startswith("POST /repos/")]
    assert len(plan) == 4
    assert standin.release("0.0.2").made.wheel_sha256 in plan[2]
    assert done.out.splitlines()[-1] == "Dry run: nothing was sent."
    assert standin.sent("POST") == []
    assert "sent, not confirmed" not in done.out


def test_a_workflow_gets_errors_as_annotations_and_a_summary(standin: StandIn, tmp_path: Path) -> None:
    standin.misbehave("scoop", "forbidden")
    summary = tmp_path / "summary.md"
    done = invoke(standin, "dist.all", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    errors = [line for line in done.err.splitlines() if line.startswith("::error ")]
    assert len(errors) == 1
    assert errors[0].startswith("::error title=scoop::failed: GitHub answered 403")
    assert "| scoop | failed |" in summary.read_text()


def test_refused_input_is_an_annotation_too(standin: StandIn) -> None:
    done = invoke(standin, "dist.all", "--version", "1.2", GITHUB_ACTIONS="true")
    assert any(line.startswith("::error title=dist.all::Invalid version format") for line in done.err.splitlines())


@pytest.mark.parametrize(
    ("more", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=["plain", "forced", "unwanted"],
)
def test_a_table_beyond_a_pipe_has_colour_only_if_forced(
    standin: StandIn, more: dict[str, str], *, coloured: bool
) -> None:
    done = invoke(standin, "dist.all", "--dry-run", TERM="xterm-256color", **more)
    assert ("\x1b" in done.out) is coloured


@pytest.mark.parametrize(("more", "colours"), [({}, ["32", "31"]), ({"NO_COLOR": "1"}, [])], ids=["colour", "NO_COLOR"])
def test_a_terminal_shows_colours_unless_they_are_unwanted(
    more: dict[str, str | None],
    colours: list[str],
    standin: StandIn,
) -> None:
    standin.misbehave("scoop", "unauthorized")
    done = invoke_on_a_terminal(standin, "dist.all", **more)
    assert done.code == 1
    assert [code for code in ("32", "31") if re.search(rf"\x1b\[(1;)?{code}m", done.out)] == colours
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", done.out)
    for name in ALL:
        assert re.search(rf"(?m)^{name} ", plain)
    assert "scoop: next: Replace the token in SCOOP_REPO_TOKEN" in plain


def test_a_terminal_shows_no_secret(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(tokens=HARD)
    echoed(standin, 401)
    done = invoke_on_a_terminal(standin, "dist.all")
    assert "Unauthorized" in done.out
    check_no_leak(standin, done.out, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\s+", "", done.out))


def interrupted(standin: StandIn, number: int, ready: Callable[[], object], **more: str) -> tuple[int, str, str]:
    """Start ``dist.all``, send a signal and then the other one when ``ready`` comes back, and see how it ends."""
    if sys.platform == "win32":
        pytest.skip("Windows ends a process without telling it")
    with subprocess.Popen(command("dist.all"), cwd=ROOT, env=variables(standin, more), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert ready()
        for each in (number, *({*SIGNALS.values()} - {number})):  # the second loses nothing of what the first says
            process.send_signal(each)
        out, err = process.communicate(timeout=120)  # what it would wait for takes ten minutes
        return process.returncode, out, err


SIGNALS = {"ctrl-c": signal.SIGINT, "cancelled-job": signal.SIGTERM}


@pytest.mark.parametrize("number", SIGNALS.values(), ids=SIGNALS.keys())
def test_an_interrupt_in_the_middle_says_who_was_told(number: int, make_standin: Callable[..., StandIn]) -> None:
    received = threading.Semaphore(0)

    def receive(_channel: str, _payload: dict[str, Any]) -> bool:
        received.release()
        return True

    standin = make_standin(receiver=receive)
    standin.fault("POST", "scoop-bucket/dispatches$", accept=True, delay=600)
    code, out, err = interrupted(standin, number, lambda: all(received.acquire(timeout=60) for _ in range(4)))
    assert (code, "Traceback" in err) == (130, False)
    rows = {
        line.split()[0]: line.split()[1] for line in out.splitlines() if line.split()[:1] and line.split()[0] in ALL
    }
    assert rows == {"homebrew": "sent", "docker": "sent", "choco": "sent", "scoop": "unconfirmed"}
    assert "may have been told" in next(line for line in out.splitlines() if line.startswith("scoop "))
    assert "Interrupted. Told: homebrew, docker, choco." in out


def test_an_interrupt_while_a_limit_is_waited_for_says_it_was_not_told(standin: StandIn) -> None:
    fault = Watched("POST", "scoop-bucket/dispatches$", None, status=429, headers={"Retry-After": "600"})
    standin.faults.add(fault)
    patient = {"INVOKE_RETRY_MAX_TOLD": "900"}
    code, out, _ = interrupted(standin, signal.SIGINT, lambda: fault.seen.wait(60), **patient)
    assert code == 130
    row = next(line for line in out.splitlines() if line.startswith("scoop "))
    assert row.split()[1] == "failed"
    assert "interrupted before it was told: rate limit (429)" in row
    assert not any(each.repository.endswith("scoop-bucket") for each in standin.dispatches)


def test_an_interrupt_before_anything_was_sent(standin: StandIn) -> None:
    fault = Watched("GET", "/releases/latest$", None, delay=600)
    standin.faults.add(fault)
    code, _, err = interrupted(standin, signal.SIGINT, lambda: fault.seen.wait(60))
    assert code == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert standin.sent("POST") == []


# Tokens with the letters that are escaped somewhere, as GitHub's own hold them.
HARD = {
    "TAP_REPO_TOKEN": "github_pat_11ABCDEFG0_tapTAPtap0123456789",
    "SCOOP_REPO_TOKEN": "ghp_scoop+/=&?16C7e42F292c6912E7710c",
    "CHOCO_REPO_TOKEN": "choco'\"\\<b>|made|up|0123456789",
    "GITHUB_TOKEN": "ghs_github.token-made~up%41*0123456789",
}


def echoed(standin: StandIn, status: int, *, html: bool = False) -> None:
    """Every dispatch is answered with words that hold the token in all forms."""
    for name, value in HARD.items():
        target = {"TAP_REPO_TOKEN": "tap", "SCOOP_REPO_TOKEN": "bucket", "CHOCO_REPO_TOKEN": "packages"}.get(
            name, "yml"
        )
        coded = [base64.b64encode(f"{start}{value}".encode()).decode() for start in ("", "x", "x:")]
        said = f"{value} {quote(value, safe='')} {' '.join(coded)} {repr(value)[1:-1]}"
        body = {"body": f"<p>{value}</p>{said}"} if html else {"json": {"message": said, "errors": [value]}}
        standin.fault("POST", f"{target}/dispatches$", None, status=status, **body)


WAYS: dict[str, Callable[[StandIn], None]] = {
    "success": lambda _standin: None,
    "401-echo": lambda standin: echoed(standin, 401),
    "403-echo": lambda standin: echoed(standin, 403),
    "502-echo": lambda standin: echoed(standin, 502, html=True),
    "200-page-echo": lambda standin: echoed(standin, 200, html=True),
    "rate-limit": lambda standin: standin.misbehave("scoop", "rate-limit"),
    "lost": lambda standin: standin.misbehave("scoop", "lost"),
}
ARGUMENTS = {"text": ["dist.all"], "debug-and-json": ["-d", "dist.all", "--json"]}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_no_output_of_any_run_holds_a_secret(
    arguments: list[str], way: Callable[[StandIn], None], make_standin: Callable[..., StandIn], tmp_path: Path
) -> None:
    standin = make_standin(tokens=HARD)
    way(standin)
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = invoke(standin, *arguments, GITHUB_ACTIONS="true", **{name: str(path) for name, path in files.items()})
    assert done.code in {0, 1}
    assert "homebrew" in done.out
    check_no_leak(standin, done.out, done.err, *(path.read_text() for path in files.values() if path.exists()))


def check_no_leak(standin: StandIn, *texts: str) -> None:
    given = standin.environment
    secrets = [given[name] for name in (*HARD, "DOCKERHUB_TOKEN")]
    for text in texts:
        assert leaks(text, secrets) == []


TOKEN = HARD["TAP_REPO_TOKEN"]
OTHER_RUNS: dict[str, tuple[list[str], dict[str, str | None]]] = {
    "extract": (["release.extract"], {}),
    "validate": (["release.validate"], {}),
    "status": (["status.all"], {}),
    "doctor": (["doctor"], {}),
    "configuration": (["-d", "--list"], {}),
    "a-token-as-version": (["dist.all", "--version", TOKEN], {}),
    "a-token-as-channel": (["dist.all", "--only", TOKEN, "--json"], {}),
    "a-token-as-checksum": (["dist.all", "--sha256", TOKEN], {}),
    "a-token-as-record": (["dist.all", "--release", TOKEN], {}),
    "a-token-as-setting": (["dist.all"], {"INVOKE_HTTP_TIMEOUT": TOKEN}),
    "a-token-as-target": (["dist.all"], {"INVOKE_CHANNELS_SCOOP_TARGET": TOKEN}),
    "a-token-in-an-address": (["dist.all"], {"GITHUB_API_URL": f"http://x:{TOKEN}@127.0.0.1:1/"}),
    "a-proxy-that-is-not-there": (
        ["dist.all"],
        {"HTTP_PROXY": f"http://x:{TOKEN}@127.0.0.1:1", "NO_PROXY": None, "no_proxy": None},
    ),
    "a-proxy-of-odd-form": (["dist.all"], {"HTTP_PROXY": f"{TOKEN}://[", "NO_PROXY": None, "no_proxy": None}),
}


@pytest.mark.parametrize(("arguments", "more"), OTHER_RUNS.values(), ids=OTHER_RUNS.keys())
def test_no_other_task_or_mistake_shows_a_secret(
    arguments: list[str], more: dict[str, str | None], make_standin: Callable[..., StandIn], tmp_path: Path
) -> None:
    standin = make_standin(tokens=HARD)
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = invoke(standin, *arguments, **{"GITHUB_ACTIONS": "true", **files, **more})
    assert "Traceback" not in done.err, done
    assert done.out + done.err
    check_no_leak(standin, done.out, done.err, *(path.read_text() for path in tmp_path.glob("GITHUB_*")))


def test_tokens_go_to_github_only(standin: StandIn) -> None:
    assert invoke(standin, "dist.all").code == 0
    bearers = {f"Bearer {value}" for value in DEFAULT_TOKENS.values()}
    assert {("github", True), ("registry", False)} <= {
        (request.origin, request.headers.get("authorization") in bearers) for request in standin.requests
    }
    for request in standin.requests:
        sent = request.headers.get("authorization")
        assert request.origin == "github" or sent not in bearers
        assert request.origin in {"github", "registry"} or sent is None
        assert not any(value in request.path + request.raw_query for value in DEFAULT_TOKENS.values())


def test_a_list_of_tasks_imports_the_table_alone() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "invoke", "--list"], cwd=ROOT, text=True,
                          env={**os.environ}, capture_output=True, timeout=30, check=True)  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "invoke" in imported
    heavy = {"requests", "urllib3", "tenacity", "semver", "rich", "tree_sitter", "pydantic", "packaging", "jwt"}
    assert {name for name in imported if name.partition(".")[0] in heavy} == set()
    ours = {name for name in imported if name.partition(".")[0] == "release"}
    rooms = {
        "release",
        "release.channels",
        "release.commands",
        "release.errors",
        "release.report",
        "release.report.streams",
        "release.safe_yaml",
        "release.safe_yaml.events",
        "release.safe_yaml.limits",
        "release.safe_yaml.reading",
    }
    assert ours <= rooms | {f"release.commands.{name}" for name in ("line", "merged", "names", "table")}
    assert "dist.all" in done.stdout


@pytest.mark.parametrize("task", ["release.extract", "dist.all", "dist.scoop"])
def test_a_task_has_help(task: str) -> None:
    done = subprocess.run(command("--help", task), cwd=ROOT, env={**os.environ}, text=True, capture_output=True,
                          timeout=30, check=True)  # fmt: skip
    assert "--version" in done.stdout
