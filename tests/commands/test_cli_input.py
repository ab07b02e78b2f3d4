"""The real command line in a process of its own: what it refuses, what it prints, and where."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from release.rehearsal import StandIn
from tests.support.cli import invoke_on_a_terminal
from tests.support.cli import run as run_program

Invoke = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def invoke(standin: StandIn, project_root: Path) -> Invoke:
    """Run ``invoke`` against the stand-in, in the project's directory unless told otherwise."""

    def run(*arguments: str, at: Path = project_root, stdin: str = "", **variables: str | None) -> Said:
        chosen = {**os.environ, **standin.environment, "PYTHONPATH": str(project_root), **variables}
        environment = {name: value for name, value in chosen.items() if value is not None}
        done = run_program("invoke", arguments, at, environment, stdin)
        return Said(done.code, done.out, done.err)

    return run


@pytest.fixture
def copied(tmp_path: Path, project_root: Path) -> Path:
    """A directory with the command line and a configuration of its own."""
    folder = tmp_path / "product"
    folder.mkdir()
    for name in ("tasks.py", "invoke.yaml"):
        shutil.copy(project_root / name, folder)
    return folder


def assert_refused(said: Said, text: str, code: int = 2) -> None:
    """Two lines, no traceback, exit code 2."""
    assert said.code == code, said
    assert len(said.lines) == 2, said.err
    assert text in said.lines[0]
    assert said.lines[1]
    assert "Traceback" not in said.out + said.err


REFUSED: dict[str, tuple[list[str], str]] = {
    "two numbers": (["release.extract", "--version", "0.0"], 'Invalid version format: "0.0" has 2 numbers'),
    "leading zero": (["release.extract", "--version", "01.0.0"], "leading zero"),
    "four numbers": (["dist.all", "--version", "v1.2.3.4"], "Invalid version format"),
    "empty": (["dist.all", "--version", ""], 'Invalid version format: "" is empty'),
    "line end": (["release.validate", "--version", "0.0.2\n"], "Invalid version format"),
    "shell": (["update.scoop", "--version", "$(id)"], "Invalid version format"),
    "roll back the latest": (
        ["rollback.all", "--version", "latest", "--yes"],
        "needs --version, not `latest`",
    ),
    "empty path": (["update.scoop", "--version", "0.0.2", "--path", ""], "--path is empty"),
    "checksum": (["release.validate", "--sha256", "abc"], "Invalid checksum for 'source'"),
    "checksum's name": (["dist.scoop", "--sha256", "wheel=abc"], "Invalid checksum for 'wheel'"),
    "unknown channel": (["dist.all", "--only", "snap"], "Unknown channel 'snap'"),
    "unknown channel to skip": (["release.extract", "--skip", "snap"], "Unknown channel 'snap'"),
    "record": (["dist.all", "--release", "missing.json"], "The record missing.json cannot be read"),
    "wait is a word": (["dist.all", "--wait", "abc"], "--wait has a value of the wrong type"),
    "wait is negative": (["dist.all", "--wait=-5"], "--wait is -5 minutes"),
    "wait is no number": (["release.extract", "--wait", "nan"], "--wait has a value of the wrong type"),
    "wait as Python writes it": (["dist.all", "--wait", "1_0"], "--wait has a value of the wrong type"),
    "wait in another script": (["dist.all", "--wait", "\u0661"], "--wait has a value of the wrong type"),
    "wait of years": (["dist.all", "--wait", "9999999"], "--wait is 1e+07 minutes"),
}


@pytest.mark.parametrize(("arguments", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_two_lines_and_exit_code_2(
    invoke: Invoke, standin: StandIn, arguments: list[str], text: str
) -> None:
    assert_refused(invoke(*arguments), text)
    assert standin.requests == []


FILES: dict[str, tuple[str, str]] = {
    "no YAML": ("project: {name: [\n", "invoke.yaml is no YAML that can be read: line 2: while parsing"),
    "no table": ("kekkai\n", "The configuration cannot be read"),
    "empty": ("", "No invoke.yaml was found here"),
    "a key twice": ("\nhttp: {timeout: 3}\nhttp: {}\n", "invoke.yaml has `http` twice, in lines "),
    "no channel": (
        "project: {name: k, repository: k/k}\nartifacts: {}\nchannels: {}\n",
        "No channel is configured: `channels:` is empty",
    ),
    "unknown key": ("\nhttp: {time_out: 3}\n", "Configuration: http has an unknown key `time_out`"),
    "plain http": (
        "project: {name: k, repository: k/k}\nartifacts: {source: {url: 'http://x.org/{tag}'}}\nchannels: {}\n",
        "artifacts.source.url is",
    ),
    "tab": ("project:\n\tname: x\n", "invoke.yaml is no YAML that can be read: line 2: while scanning"),
}


@pytest.mark.parametrize(("text", "wrong"), FILES.values(), ids=FILES.keys())
def test_a_broken_configuration_is_two_lines_and_exit_code_2(
    invoke: Invoke, standin: StandIn, copied: Path, text: str, wrong: str
) -> None:
    whole = (copied / "invoke.yaml").read_text("utf-8").partition("http:")[0] if text.startswith("\nhttp") else ""
    (copied / "invoke.yaml").write_text(whole + text, encoding="utf-8")
    bare = {name: None for name in standin.environment if name.startswith("INVOKE_")} if not whole else {}
    for task in (["dist.all", "--version", "0.0.2"], ["doctor"], ["rehearse"]):
        assert_refused(invoke(*task, at=copied, **bare), wrong)
    assert standin.requests == []


def test_no_configuration_is_two_lines_and_exit_code_2(invoke: Invoke, copied: Path) -> None:
    (copied / "invoke.yaml").unlink()
    said = invoke("dist.all", "--version", "0.0.2", at=copied, INVOKE_RUNTIME_CONFIG=None)
    assert_refused(said, f"There is no invoke.yaml in {copied}")


def test_every_problem_of_a_configuration_is_reported(invoke: Invoke, standin: StandIn, copied: Path) -> None:
    (copied / "invoke.yaml").write_text("project: {name: a/b}\nartifacts: {}\nchannels: {tap: {kind: brew}}\n", "utf-8")
    bare = {name: None for name in standin.environment if name.startswith("INVOKE_")}
    wrongs = ["project.name is 'a/b'", "project lacks `repository`", 'channels.tap.kind is "brew"']
    said = invoke("dist.all", at=copied, **bare)
    assert said.code == 2
    assert [line.removeprefix("Configuration: ") for line in said.lines[::2]] == wrongs
    document = json.loads(invoke("dist.all", "--json", at=copied, **bare).out)
    assert [error["wrong"].removeprefix("Configuration: ") for error in document["errors"]] == wrongs


VARIABLES: dict[str, tuple[dict[str, str], str]] = {
    "timeout is a word": (
        {"INVOKE_HTTP_TIMEOUT": "abc"},
        'Configuration: http.timeout is "abc", from INVOKE_HTTP_TIMEOUT',
    ),
    "timeout is nothing": ({"INVOKE_HTTP_TIMEOUT": "0"}, "Configuration: http.timeout is 0, from INVOKE_HTTP_TIMEOUT"),
    "timeout is no number": ({"INVOKE_HTTP_TIMEOUT": "nan"}, 'http.timeout is "nan", from INVOKE_HTTP_TIMEOUT'),
    "a part of a request": (
        {"INVOKE_HTTP_CONCURRENCY": "2.5"},
        "http.concurrency is 2.5, from INVOKE_HTTP_CONCURRENCY",
    ),
    "a list": ({"INVOKE_CHANNELS_CHOCO_FILES": "a"}, 'choco.files is "a", from INVOKE_CHANNELS_CHOCO_FILES'),
    "neither true nor false": (
        {"INVOKE_CHANNELS_HOMEBREW_VERSIONED_FORMULAE": "maybe"},
        'versioned_formulae is "maybe", from INVOKE_CHANNELS_HOMEBREW_VERSIONED_FORMULAE',
    ),
    "no attempts": ({"INVOKE_RETRY_ATTEMPTS": "0"}, "Configuration: retry.attempts is 0"),
    "API by plain http": ({"GITHUB_API_URL": "http://example.org"}, "Configuration: GITHUB_API_URL is"),
    "server is no URL": ({"GITHUB_SERVER_URL": "github"}, "Configuration: GITHUB_SERVER_URL is not a plain URL"),
    "API holds a password": ({"GITHUB_API_URL": "https://me:hush@example.org"}, "GITHUB_API_URL is not a plain URL"),
    "event file is no JSON": ({"GITHUB_EVENT_PATH": "invoke.yaml"}, "GITHUB_EVENT_PATH is not JSON"),
    "tag is no version": ({"GITHUB_REF": "refs/tags/nightly"}, 'the tag "nightly" is not of the form v{version}'),
}


@pytest.mark.parametrize(("variables", "wrong"), VARIABLES.values(), ids=VARIABLES.keys())
def test_a_bad_variable_is_named(invoke: Invoke, standin: StandIn, variables: Mapping[str, str], wrong: str) -> None:
    said = invoke("release.extract", **variables)
    assert_refused(said, wrong)
    assert "hush" not in said.err
    assert standin.requests == []


def test_a_bad_variable_is_one_json_document_too(invoke: Invoke) -> None:
    said = invoke("release.extract", "--json", INVOKE_HTTP_TIMEOUT="abc")
    assert json.loads(said.out)["ok"] is False
    assert_refused(said, "INVOKE_HTTP_TIMEOUT")


def test_the_timeout_can_be_set_by_variable(invoke: Invoke, standin: StandIn) -> None:
    standin.fault("GET", "/releases/", times=None, delay=600)
    said = invoke("release.extract", INVOKE_HTTP_TIMEOUT="1", INVOKE_RETRY_ATTEMPTS="1")
    assert_refused(said, "did not answer within 1 s")


def test_a_bare_extract_names_the_version_and_who_said_it_in_its_first_line(invoke: Invoke, standin: StandIn) -> None:
    said = invoke("release.extract")
    made = standin.release("0.0.2").made
    assert (said.code, said.err) == (0, "")
    first, second, source, wheel = said.out.splitlines()
    assert first == "Version 0.0.2, from the newest published release"
    assert second == "Release 0.0.2 (tag v0.0.2, stable)"
    assert source.split()[:2] == ["source", made.source_sha256]
    assert wheel.split()[:2] == ["wheel", made.wheel_sha256]


def test_in_a_workflow_the_event_names_the_version_and_outputs_are_written(
    invoke: Invoke, standin: StandIn, tmp_path: Path
) -> None:
    event, outputs, summary = (tmp_path / name for name in ("event.json", "outputs", "summary"))
    event.write_text(json.dumps({"action": "published", "release": {"tag_name": "v0.0.1"}}), encoding="utf-8")
    said = invoke("release.extract", GITHUB_EVENT_PATH=str(event), GITHUB_OUTPUT=str(outputs), GITHUB_ACTIONS="true",
                  GITHUB_STEP_SUMMARY=str(summary), GITHUB_REF="refs/tags/v0.0.2")  # fmt: skip
    assert said.out.startswith("Version 0.0.1, from the release event\n")
    assert f"sha256={standin.release('0.0.1').made.source_sha256}" in outputs.read_text("utf-8").splitlines()
    assert summary.read_text("utf-8").startswith("### release.extract 0.0.1\n")


def test_another_products_release_is_no_failure_and_nothing_is_done(
    invoke: Invoke, standin: StandIn, tmp_path: Path
) -> None:
    event, outputs = tmp_path / "event.json", tmp_path / "outputs"
    event.write_text(json.dumps({"action": "published", "release": {"tag_name": "engine/v0.0.2"}}), encoding="utf-8")
    said = invoke("release.extract", "--json", GITHUB_EVENT_PATH=str(event), GITHUB_OUTPUT=str(outputs),
                  INVOKE_PROJECT_TAG="rocket/v{version}")  # fmt: skip
    report = json.loads(said.out)
    assert (said.code, report["ok"], report["release"], report.get("errors")) == (0, True, None, None)
    assert outputs.read_text("utf-8") == "ours=false\n"
    assert not standin.requests


def test_a_refused_extract_writes_no_outputs(invoke: Invoke, tmp_path: Path) -> None:
    said = invoke("release.extract", "--sha256", "0" * 64, GITHUB_OUTPUT=str(tmp_path / "outputs"))
    assert_refused(said, "SHA256 mismatch for source")
    assert not (tmp_path / "outputs").exists()


def test_all_problems_are_listed_and_nothing_is_sent(invoke: Invoke, standin: StandIn) -> None:
    standin.fault("GET", r"\.tar\.gz$", times=None, status=404)
    said = invoke("dist.all", "--sha256", f"wheel={'0' * 64}", TAP_REPO_TOKEN=None, CHOCO_REPO_TOKEN="")
    assert said.code == 2
    assert [line.split(":")[0] for line in said.lines[::2]] == [
        "Tarball not accessible",
        "SHA256 mismatch for wheel",
        "Missing token",
        "Missing token",
    ]
    assert said.out.splitlines()[-1] == "Refused: 4 problems. Nothing was sent."
    assert not standin.sent("POST")


def test_errors_with_json_are_one_document_that_is_not_ok(invoke: Invoke) -> None:
    said = invoke("release.validate", "--json", "--sha256", "0" * 64)
    document = json.loads(said.out)
    assert (said.code, document["ok"], document["task"]) == (2, False, "release.validate")
    assert document["errors"][0]["wrong"] == said.lines[0]


def test_in_a_workflow_errors_are_annotations(invoke: Invoke) -> None:
    said = invoke("release.validate", "--only", "snap", GITHUB_ACTIONS="true")
    assert said.lines[2] == (
        "::error title=release.validate::Unknown channel 'snap'. Known channels: homebrew, docker, scoop, choco."
    )


@pytest.mark.parametrize("source", ["file", "standard input"])
def test_a_record_goes_from_extract_to_the_other_tasks(
    invoke: Invoke, standin: StandIn, tmp_path: Path, source: str
) -> None:
    record = invoke("release.extract", "--version", "0.0.2", "--json").out
    (tmp_path / "release.json").write_text(record, encoding="utf-8")
    standin.requests.clear()
    given = str(tmp_path / "release.json") if source == "file" else "-"
    said = invoke("release.validate", "--release", given, "--json", stdin=record if given == "-" else "")
    assert (said.code, json.loads(said.out)["release"]) == (0, json.loads(record)["release"])
    asked = [request.path.rpartition("/")[2] for request in standin.sent("GET") if request.status == 200]
    assert asked.count("kekkai-0.0.2-py3-none-any.whl") == 1  # what the wheel requires is read
    assert not standin.sent("GET", "/releases/tags/")  # and nothing is looked up again


def test_the_record_of_a_failed_extract_is_refused(invoke: Invoke) -> None:
    record = invoke("release.extract", "--version", "9.9.9", "--json").out
    assert_refused(invoke("dist.all", "--release", "-", stdin=record), "The record is of an extraction that failed")


def test_dry_and_dry_run_are_the_same_and_send_nothing(invoke: Invoke, standin: StandIn) -> None:
    runs = [invoke("dist.all", "--dry-run"), invoke("--dry", "dist.all"), invoke("dist.all", "--dry")]
    assert {(said.code, said.out) for said in runs} == {(0, runs[0].out)}
    assert runs[0].out.rstrip().endswith("Dry run: nothing was sent.")
    assert not standin.sent("POST")


def test_a_dry_run_of_an_unpublished_version_says_what_is_unknown(invoke: Invoke, standin: StandIn) -> None:
    said = invoke("release.extract", "--version", "0.0.3-test", "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert "Release 0.0.3-test (tag v0.0.3-test, pre-release, not published)" in said.out
    assert said.out.count("unknown") == 2
    plan = json.loads(invoke("dist.all", "--version", "0.0.3-test", "--dry-run", "--json").out)
    assert [step["channel"] for step in plan["plan"]] == ["homebrew", "docker", "scoop", "choco"]
    assert not standin.sent("POST")


@pytest.mark.parametrize("task", ["dist.all", "release.extract", "rollback.scoop", "rehearse"])
def test_help_is_shown_and_nothing_runs(invoke: Invoke, standin: StandIn, task: str) -> None:
    said = invoke(task, "--help")
    assert said.code == 0
    assert f"{task} [--options]" in said.out
    assert standin.requests == []


def test_extract_waits_for_an_asset_that_comes_later(standin: StandIn, project_root: Path) -> None:
    standin.release("0.0.2").assets[0].state = "new"
    command = [sys.executable, "-m", "invoke", "release.extract", "--version", "0.0.2", "--wait", "1"]
    with subprocess.Popen(command, cwd=project_root, env={**os.environ, **standin.environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
        assert process.stderr is not None
        assert "is not uploaded yet. Looking again in 1 s." in process.stderr.readline()
        standin.release("0.0.2").assets[0].state = "uploaded"
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert standin.release("0.0.2").made.wheel_sha256 in out


def test_waiting_ends_with_exit_code_2_when_the_time_is_up(invoke: Invoke, standin: StandIn) -> None:
    standin.release("0.0.2").assets.clear()
    said = invoke("dist.all", "--wait", "0.05")
    assert said.code == 2
    assert said.lines[0].startswith("Not public yet: Artifact wheel: no asset matches kekkai*-[0-9]*-py3-none-any.whl")
    assert said.lines[-2].startswith("Artifact wheel: no asset matches")
    assert not standin.sent("POST")


def test_no_token_is_in_any_output_also_not_in_that_of_debugging(invoke: Invoke, standin: StandIn) -> None:
    standin.fault("GET", "/releases/", times=None, status=401, json={"message": "Bad credentials"})
    tokens = [value for name, value in standin.environment.items() if "TOKEN" in name]
    said = [invoke(*core, "release.validate", *flags) for core in ([], ["-d"]) for flags in ([], ["--json"])]
    everything = "".join(one.out + one.err for one in said)
    assert len(tokens) == 5
    assert "Unauthorized" in everything
    for token in tokens:
        for form in (token, quote(token, safe=""), base64.b64encode(token.encode()).decode().rstrip("=")):
            assert form not in everything


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["terminal", "NO_COLOR"])
def test_the_table_is_coloured_on_a_terminal_only(
    standin: StandIn, more: dict[str, str | None], coloured: bool  # noqa: FBT001 - a column
) -> None:  # fmt: skip
    done = invoke_on_a_terminal(standin, "dist.all", "--dry-run", **more)
    assert "planned" in done.out
    assert ("\x1b[36mplanned" in done.out) is coloured


@pytest.mark.parametrize("more", ["", "http: {timeout: 30}\t# a comment\n"], ids=["in the project's file", "in both"])
def test_tabs_that_yaml_allows_are_taken(invoke: Invoke, copied: Path, more: str) -> None:
    """Invoke's own reader ends with a traceback there."""
    settings = copied / "invoke.yaml"
    settings.write_text(settings.read_text("utf-8").replace("project:\n", "project:\t\n"), "utf-8")
    assert "project:\t\n" in settings.read_text("utf-8")
    (copied / "more.yaml").write_text(more, "utf-8")
    said = invoke("release.extract", "--version", "0.0.2", INVOKE_RUNTIME_CONFIG=str(copied / "more.yaml"), at=copied)
    assert (said.code, said.err) == (0, "")
