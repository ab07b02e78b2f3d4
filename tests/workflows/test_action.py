"""The action: its own environment, whose sections become the configuration, and how lines become arguments."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflows.harness import PROJECT, Actions, load
from tests.workflows.recorded import TASK

SCRIPTS = PROJECT / ".github" / "actions"
ACTION = load(PROJECT / "action.yml")
EVENT = {"ref": "refs/heads/main"}


def script(name: str, *arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script of the action in a folder, with nothing of this process's environment but the way to programs."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "HOME": str(folder), **environment}
    variables |= {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    command = [sys.executable, str(SCRIPTS / f"{name}.py"), *arguments]
    return subprocess.run(command, cwd=folder, env=variables, check=False, capture_output=True, text=True)


def taken(folder: Path) -> Any:  # noqa: ANN401 - YAML's values are of any type
    return yaml.safe_load((folder / "invoke.yaml").read_text("utf-8"))


@pytest.mark.services
@pytest.mark.parametrize(
    ("arguments", "argv"),
    [
        pytest.param("", [], id="none"),
        pytest.param('--version=0.0.1\n--json\n--reason=Two words, $HOME and *\n--to=$(touch hacked)`touch hacked`";\n',
                     ["--version=0.0.1", "--json", "--reason=Two words, $HOME and *",
                      '--to=$(touch hacked)`touch hacked`";'], id="one on each line as it is and never code"),
    ],
)  # fmt: skip
def test_a_line_is_an_argument(runner: Actions, arguments: str, argv: list[str]) -> None:
    run = use(runner, {"task": "status.all", "arguments": arguments, "report": "status.json"},
              {"distribute status.all": {"stdout": "{}", "outputs": "version=0.0.1\n"}})  # fmt: skip
    (call,) = run.of(TASK)
    assert call.argv == ["status.all", *argv]
    assert "hacked" not in call.files
    assert run.of("record", "{}")[0].argv[1:] == ["0.0.1", "kept"]
    assert run.code == 0, run.log


@pytest.mark.services
def test_a_task_that_fails_fails_its_step(runner: Actions) -> None:
    assert use(runner, {"task": "status.all"}, {"distribute status.all": {"exit": 3}}).code != 0


def use(runner: Actions, given: dict[str, str], answers: dict[str, Any]) -> Any:  # noqa: ANN401 - a Run
    """A workflow of a product that uses the action, as it does an action of another repository."""
    steps = [
        {"uses": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
         "with": {"path": ".distributions", "persist-credentials": False}},
        {"uses": "./.distributions", "id": "it", "with": given},
        {"run": 'record "$(cat status.json)" "$VERSION" "$(test -d .distributions && echo kept)"',
         "env": {"VERSION": "${{ steps.it.outputs.version }}"}},
    ]  # fmt: skip
    jobs = {"use": {"runs-on": "ubuntu-latest", "steps": steps}}
    path = runner.add(".github/workflows/use.yml", json.dumps({"on": "push", "jobs": jobs}))
    return runner.run("push", path, EVENT, answers)


def test_the_environment_is_its_own(tmp_path: Path) -> None:
    """A Python that finds this project, whatever lies around it, and whose installation saw no secret."""
    project = copy_of_project(tmp_path / "project")
    command = [sys.executable, "-I", str(project / ".github/actions/set_up.py"), str(tmp_path)]
    first = subprocess.run(command, check=True, capture_output=True, text=True)
    second = subprocess.run(command, env={}, check=True, capture_output=True, text=True)
    assert first.stdout == second.stdout
    python = first.stdout.strip().removeprefix("python=")
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "__init__.py").write_text("raise SystemExit('shadowed')", "utf-8")
    ask = [python, "-I", "-c", "import release, sys; print(release.__file__, 'pip' in sys.modules)"]
    said = subprocess.run(ask, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(project / "release" / "__init__.py"), "False"]


def copy_of_project(folder: Path) -> Path:
    """As much of it as the set-up needs, with a lock that asks for nothing."""
    (folder / "release").mkdir(parents=True)
    (folder / "release" / "__init__.py").touch()
    (folder / "requirements.txt").write_text("# nothing\n", "utf-8")
    target = folder / ".github" / "actions" / "set_up.py"
    target.parent.mkdir(parents=True)
    target.write_bytes((SCRIPTS / "set_up.py").read_bytes())
    return folder


SECRETIVE = ["TAP_REPO_TOKEN", "GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SLACK_WEBHOOK", "APP_PRIVATE_KEY",
             "PIP_PASSWORD", "MY_PATH_TOKEN", "PYTHONSTARTUP"]  # fmt: skip


def test_what_installs_sees_no_secret() -> None:
    sys.path.insert(0, str(SCRIPTS))
    try:
        from set_up import NEEDED  # type: ignore[import-not-found] # noqa: PLC0415 - a script, not a module
    finally:
        sys.path.pop(0)
    assert [name for name in SECRETIVE if NEEDED.fullmatch(name)] == []
    assert all(
        NEEDED.fullmatch(name) for name in ("PATH", "Path", "HOME", "SystemRoot", "HTTPS_PROXY", "PIP_INDEX_URL")
    )


def test_only_our_sections_are_taken(tmp_path: Path) -> None:
    """``tasks`` and ``run`` steer Invoke itself: which class runs tasks, which shell runs commands."""
    settings = yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))
    steering = {"tasks": {"executor_class": "evil.Executor"}, "run": {"shell": "./evil"}, "sudo": {}, "timeouts": {}}
    (tmp_path / "given.yaml").write_text(yaml.safe_dump(settings | steering), "utf-8")
    done = script("take_settings", "given.yaml", "", folder=tmp_path)
    assert (done.returncode, taken(tmp_path)) == (0, settings), done.stderr


RECEIVED = {
    "the token is the job's": {"kind": "homebrew"},
    "a login has its usual names": {"kind": "docker", "image": "acme/rocket", "username": None, "password": None},
    "a key of that name of another kind": {"kind": "scoop", "username": "B", "password": "C"},
    "no kind that there is": {"kind": "honk", "username": "B"},
    "no kind that can be one": {"kind": ["docker"], "username": "B"},
    "no kind": {"username": "B"},
}
"""Keys of a channel; ``None``: they are left out."""


@pytest.mark.parametrize("keys", RECEIVED.values(), ids=RECEIVED)
def test_a_receiver_s_channel_has_the_variables_of_its_job(tmp_path: Path, keys: dict[str, Any]) -> None:
    given = {name: "A_VARIABLE" if value is None else value for name, value in keys.items()}
    table = {"channels": {"tap": {**given, "token": "A"}, "other": {"kind": "docker", "username": "C"}}}
    (tmp_path / "given.yaml").write_text(yaml.safe_dump(table), "utf-8")
    done = script("take_settings", "given.yaml", "tap", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    kept = {name: value for name, value in keys.items() if value is not None}
    assert taken(tmp_path)["channels"] == {**table["channels"], "tap": {**kept, "token": "GITHUB_TOKEN"}}


def test_without_a_file_this_project_s_own_is_taken(tmp_path: Path) -> None:
    done = script("take_settings", ".product/invoke.yaml", "", folder=tmp_path)
    assert "There is no .product" in done.stdout
    assert taken(tmp_path) == yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))


ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(40))


@pytest.mark.parametrize(
    ("text", "channel", "says"),
    [
        pytest.param(ALIASES, "", "holds more than", id="aliases without end"),
        pytest.param("[1]", "", "no table", id="no table"),
        pytest.param(f"a: {'x' * (1 << 20)}", "", "more than 262144", id="too large"),
        pytest.param("channels: {scoop: {token: A}}", "homebrew", "has no channel homebrew", id="not its channel"),
        pytest.param("channels: 1", "homebrew", "has no channel homebrew", id="no channels"),
        pytest.param(None, "", "is a link", id="a link"),
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str | None, channel: str, says: str) -> None:
    given = tmp_path / "given.yaml"
    if text is None:
        given.symlink_to(PROJECT / "invoke.yaml")
    else:
        given.write_text(text, "utf-8")
    done = script("take_settings", "given.yaml", channel, folder=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2), done.stderr
    assert says in done.stderr
    assert not (tmp_path / "invoke.yaml").exists()


def listed(folder: Path, prove: str) -> dict[str, Any]:
    done = script("list_channels", prove, folder=folder)
    assert done.returncode == 0, done.stderr
    return {name: json.loads(value) for name, _, value in (line.partition("=") for line in done.stdout.splitlines())}


def test_every_channel_has_its_job_and_its_proofs(tmp_path: Path) -> None:
    """By the token it names and by what its kind says; a kind without proof has none."""
    settings = yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))
    known = settings["channels"]
    told = {"kind": "dispatch", "target": "acme/winget", "event_type": "kekkai-release", "token": "WINGET_TOKEN"}
    settings["channels"] = {"tap": known["homebrew"], "ghcr": known["docker"], "winget": told}
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    found = listed(tmp_path, "true")
    assert found["external"] == [
        {"name": "tap", "token": "TAP_REPO_TOKEN"}, {"name": "winget", "token": "WINGET_TOKEN"},
    ]  # fmt: skip
    assert found["internal"] == [{"name": "ghcr", "token": "GITHUB_TOKEN"}]
    assert [(one["name"], one["runner"]) for one in found["proofs"]] == [
        ("tap", "macos-latest"), ("tap", "ubuntu-latest"), ("ghcr", "ubuntu-latest"),
    ]  # fmt: skip
    assert found["check"] is True  # kekkai's wheel
    assert listed(tmp_path, "false") == found | {"proofs": [], "check": False}


def test_scripts_take_variables_as_a_task_does(tmp_path: Path) -> None:
    """Invoke's own reading ends at a fraction in the place of a whole number."""
    settings = yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(settings | {"http": {"timeout": 5}}), "utf-8")
    done = script("list_channels", "false", folder=tmp_path, INVOKE_HTTP_TIMEOUT="2.5")
    assert (done.returncode, done.stderr) == (0, "")


NOT_THIS = "is no channel that this receiver is for"
ENDS = {
    "no image": ("look_up_image scoop v0.0.1 r.json", 2, NOT_THIS, "it is for: docker."),
    "no such image": ("look_up_image honk v0.0.1 r.json", 2, NOT_THIS, "it is for: docker."),
    "half a report": ("look_up_image docker v0.0.1 r.json", 1, "could not be read", "run it again"),
    "no package": ("look_up_package docker 0.0.1", 2, NOT_THIS, "it is for: choco."),
    "no such package": ("look_up_package honk 0.0.1", 2, NOT_THIS, "it is for: choco."),
    "no version of a package": ("look_up_package choco 0.0.1+1", 2, "cannot express", "without build metadata"),
}


@pytest.mark.parametrize(("line", "code", "wrong", "fix"), ENDS.values(), ids=ENDS)
def test_a_receiver_s_script_ends_with_two_lines(tmp_path: Path, line: str, code: int, wrong: str, fix: str) -> None:
    (tmp_path / "invoke.yaml").write_bytes((PROJECT / "invoke.yaml").read_bytes())
    (tmp_path / "r.json").write_text('{"channels": [', "utf-8")
    done = script(*line.split(), folder=tmp_path)
    said = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(said)) == (code, "", 2), done.stderr
    assert (wrong in said[0], fix in said[1]) == (True, True), said


@pytest.mark.parametrize("line", ["list_channels true", "look_up_image docker v1 r.json", "look_up_package choco 1"],
                         ids=["channels", "image", "package"])  # fmt: skip
def test_a_script_says_what_is_wrong_with_the_configuration(tmp_path: Path, line: str) -> None:
    done = script(*line.split(), folder=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2), done.stderr
    assert "No invoke.yaml was found here" in done.stderr


def test_more_jobs_than_github_runs_are_refused(tmp_path: Path) -> None:
    settings = yaml.safe_load((PROJECT / "invoke.yaml").read_text("utf-8"))
    homebrew = settings["channels"]["homebrew"]
    settings["channels"] = {f"tap-{n}": homebrew | {"target": f"acme/homebrew-{n}"} for n in range(100)}
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    done = script("list_channels", "true", folder=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
    assert "300 jobs" in done.stderr
    assert script("list_channels", "false", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("report", "serves"),
    [
        pytest.param('{"channels": [{"state": "served", "version": "1.0.0"}]}', "true", id="served"),
        pytest.param('{"channels": [{"state": "skipped", "version": "1", "serves": {"version": "1"}}]}', "true",
                     id="it served before"),
        pytest.param('{"channels": [{"state": "skipped", "version": "1", "serves": {"version": "2"}}]}', "false",
                     id="it serves a newer one"),
        pytest.param('{"channels": [{"state": "skipped", "version": "1", "serves": null}]}', "false", id="left out"),
        pytest.param('{"channels": [{"state": "pending", "version": "1.0.0"}]}', "false", id="in review"),
        pytest.param('{"channels": []}', "false", id="nothing"),
        pytest.param('{"channels": [', "false", id="half a file"),
        pytest.param("[" * 100_000, "false", id="nested"),
        pytest.param(None, "false", id="no report"),
    ],
)  # fmt: skip
def test_only_what_is_served_is_proved(tmp_path: Path, report: str | None, serves: str) -> None:
    if report is not None:
        (tmp_path / "dist.scoop.json").write_text(report, "utf-8")
    done = script("may_prove", "dist.scoop.json", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"serves={serves}\n"), done.stderr


def test_the_caller_s_python_stays_its_own() -> None:
    """And the action knows nothing that only github.com has."""
    (python,) = [step for step in ACTION["runs"]["steps"] if "uses" in step]
    assert python["with"]["update-environment"] is False
    assert "job.workflow" not in (PROJECT / "action.yml").read_text("utf-8")
    assert "token" not in str(ACTION["inputs"]).lower().replace("github_token is its token", "")
