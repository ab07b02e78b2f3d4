"""Runs the workflows of this repository with `act`: their own `run:` steps, with stand-ins for actions and programs.

Nothing leaves the machine: every action is a local one of `tests/data/actions`, every program that would
talk to somebody is a recorder on PATH.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.forks import Forks
from tests.workflows.recorded import LOOK_UP, SCRIPT, SECRETS, TASK, Call, answer, forward, read_call

Payload = Mapping[str, Any]
PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "tests" / "data"
WORKFLOWS = PROJECT / ".github" / "workflows"
PUBLISHED = "kademoslabs/release-distributions/.github/workflows/"
REPOSITORY, REF, COMMIT = "kademoslabs/kekkai", "refs/heads/main", "1" * 40
RECORDED = ("choco", "docker", "pwsh", "record", "sleep")


@dataclass(frozen=True)
class Run:
    """What a run of a workflow did; `code` is 0 if every job succeeded."""

    code: int
    log: str
    calls: list[Call]

    def of(self, program: str, command: str = "") -> list[Call]:
        return [c for c in self.calls if c.program == program and (not command or c.argv[:1] == [command])]

    @property
    def failed(self) -> set[str]:
        """The jobs of which a step failed, without the number that act gives those of a matrix."""
        return set(re.findall(r"^\[[^/\]]*/([^\]]*?)(?:-\d+)? *\] +❌ +Failure - Main", self.log, re.MULTILINE))

    @property
    def tasks(self) -> list[str]:
        """The tasks that were invoked, in order."""
        return [call.argv[0] for call in self.of(TASK)]


class Actions:
    """A runner on this machine; all that it stands on is below `root`."""

    def __init__(self, root: Path, forks: Forks) -> None:
        self.root, self.forks = root, forks
        self._forwarded = [self._forward(SCRIPT)]
        for name in ("calls", "scripts", "artifacts", "bin", "home", "trees"):
            (root / name).mkdir(parents=True)
        self.know_secrets(SECRETS)
        self._write_trees()
        self._write_programs()

    def add(self, path: str, text: str) -> Path:
        """Writes a file of the repository that runs the workflow; its path there."""
        file = self.root / "trees" / "automation" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return Path(path)

    def run(self, event: str, workflow: Path, payload: Payload, answers: Payload | None = None) -> Run:
        """Runs `workflow` as `event` with `payload` would.

        `answers`: how a command line begins -> what its recorder answers (`exit`, `stdout`, `outputs`); a list of
        texts is answered one after the other, the last one again and again.
        """
        (self.root / "event.json").write_text(json.dumps(payload), "utf-8")
        return self._recorded(self._command(event, workflow), self._environment(), "automation", answers)

    def run_step(self, workflow: str, name: str, values: Mapping[str, str], answers: Payload | None = None) -> Run:
        """Runs the script of one step alone, in the folder `trees/source`, as `bash` does on GitHub.

        `values`: expression -> what it is, for each expression in the step's `env`.
        """
        (job,) = load(WORKFLOWS / f"{workflow}.yml")["jobs"].values()
        (step,) = [step for step in job["steps"] if step.get("name") == name]
        env = {key: filled(text, values) for key, text in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        return self._recorded(command, self._environment() | env, "source", answers)

    def _recorded(self, command: list[str], env: Mapping[str, str], tree: str, answers: Payload | None) -> Run:
        lines = [answer(begin, given) for begin, given in (answers or {}).items()]
        (self.root / "answers.sh").write_text("".join([*lines, *self._forwarded]), "utf-8")
        done = subprocess.run(command, cwd=self.root / "trees" / tree, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
        calls = [read_call(path) for path in sorted((self.root / "calls").iterdir())]
        return Run(done.returncode, done.stdout + done.stderr, calls)

    def run_tasks(self, environment: Mapping[str, str]) -> None:
        """From now on a task is noted and run in `environment`, and so are look-ups; secrets come by the workflow only.

        A proof is noted only: nothing is installed on this machine.
        """
        secrets = {name: value for name, value in environment.items() if name in SECRETS}
        self.know_secrets(secrets)
        self.forks.environment = {name: value for name, value in environment.items() if name not in secrets}
        self._forwarded = [answer(f"{TASK} prove.", {"stdout": "{}\n"}), *map(self._forward, (TASK, LOOK_UP, SCRIPT))]
        self._write_python(LOOK_UP)

    def know_secrets(self, secrets: Mapping[str, str]) -> None:
        """The secrets of the repository that runs the workflow; `GITHUB_TOKEN` becomes the token of its jobs."""
        (self.root / "secrets").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()), "utf-8")

    def _command(self, event: str, workflow: Path) -> list[str]:
        act = str(Path(sys.executable).with_name("act"))
        local = (f"--local-repository={used}={directory}" for used, directory in _stand_ins().items())
        runners = (f"-P={system}-latest=-self-hosted" for system in ("ubuntu", "windows", "macos"))
        told = [f"--env=GITHUB_REPOSITORY={REPOSITORY}", f"--env=SHA_REF={COMMIT}"]  # or act asks git ever again
        told += [f"--env=GITHUB_REF={REF}"] if event != "release" else []  # that event names its own
        return [act, event, "-W", str(workflow), "-e", str(self.root / "event.json"),
                "--secret-file", str(self.root / "secrets"), "--no-cache-server", "--action-offline-mode",
                "--no-skip-checkout", *told, *runners, *local]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        home = str(self.root / "home")
        path = os.pathsep.join([str(self.root / "bin"), os.environ["PATH"]])
        return {"PATH": path, "HOME": home, "XDG_CACHE_HOME": home, "STAND_INS": str(self.root), "LANG": "C.UTF-8"}

    def _write_trees(self) -> None:
        """What is checked out where; the repository that runs the workflow is this project's own."""
        trees, automation = self.root / "trees", self.root / "trees" / "automation"
        shutil.copytree(PROJECT / ".github", automation / ".github")
        shutil.copy(PROJECT / "action.yml", automation)
        for name in ("distributions", "product", "packages", "source", "scoop"):
            (trees / name).mkdir()
            (trees / name / f"{name}.txt").write_text(name, "utf-8")
        shutil.copytree(automation, trees / "distributions", dirs_exist_ok=True)
        shutil.copy(PROJECT / "invoke.yaml", trees / "distributions")
        shutil.copy(PROJECT / "invoke.yaml", trees / "product")
        identity = ["-c", "user.name=tests", "-c", "user.email=tests@localhost", "-c", "commit.gpgsign=false"]
        for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-qm", "tree"]):
            subprocess.run(["git", *arguments], cwd=trees / "source", check=True, env=self._environment())

    def _write_programs(self) -> None:
        for name in RECORDED:
            self._write_program(name, f'exec {self._recorder} {name} "$@"')
        self._write_program("node", 'echo "$0"')  # no action is JavaScript, but act asks before each one where node is
        self._write_python()

    @property
    def _recorder(self) -> str:
        return f'bash "{DATA / "bin" / "recorder.sh"}" "{self.root}"'

    def _forward(self, program: str) -> str:
        return forward(program, self.forks.port, self.forks.said)

    def _write_python(self, look_up: str = "") -> None:
        """The Python of the action: set-up and tasks are recorded, and so are look-ups that have no name here."""
        run, record = f"NOTES=scripts exec {self._recorder}", f"exec {self._recorder}"
        looked = f"{run} {look_up}" if look_up else f'name=$(basename "$1" .py); shift; {record} "$name"'
        lines = [
            f"export PYTHONPATH={shlex.quote(str(PROJECT))} PYTHONDONTWRITEBYTECODE=1",
            'case "$*" in',
            f'  *set_up.py*) {self._recorder} pip; echo "python=$0" ;;',
            f'  "-I -m release.commands.program "*) shift 3; {record} {TASK} "$@" ;;',
            f'  *look_up_*) {looked} "$@" ;;',
            f'  *.py*) {run} {SCRIPT} "$@" ;;',
            f'  *) exec "{sys.executable}" "$@" ;;',
            "esac",
        ]
        self._write_program("python", "\n".join(lines))

    def _write_program(self, name: str, text: str) -> None:
        file = self.root / "bin" / name
        file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        file.chmod(0o755)


def _stand_ins() -> dict[str, Path]:
    """`owner/name@commit` of every action that the workflows use -> the local action in its place."""
    files = [*WORKFLOWS.glob("*.yml"), PROJECT / "action.yml"]
    used = {name for file in files for name in re.findall(r"uses: ([\w-]+/[\w-]+@\S+)", file.read_text("utf-8"))}
    return {name: _stand_in(name.split("@")[0].split("/")[1]) for name in used}


def _stand_in(action: str) -> Path:
    own = DATA / "actions" / action
    return own if own.exists() else DATA / "actions" / "recorded"


def receive(runner: Actions, channel: str, payload: Any, answers: Payload | None = None) -> Run:  # noqa: ANN401 - whatever a sender may send
    """Runs the caller as README.md has it, with the receiver of this checkout in place of the published one."""
    caller = add_caller(runner, channel)
    if channel == "docker-publish":
        return runner.run("workflow_dispatch", caller, {"inputs": payload}, answers)
    return runner.run("repository_dispatch", caller, {"action": "kekkai-release", "client_payload": payload}, answers)


def add_caller(runner: Actions, name: str, more: str = "") -> Path:
    """Puts a caller into the repository; it calls the workflow of this checkout in place of the published one.

    `more`: added to what it gives, such as `, prove: false`.
    """
    text = (DATA / "callers" / f"{name}.yml").read_text("utf-8").replace("}\n    secrets:", f"{more}}}\n    secrets:")
    return runner.add(f".github/workflows/call-{name}.yml", own(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text of a workflow with a value in place of each expression; one without a value fails the test."""
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text)


def own(caller: str) -> str:
    """A caller's text with the workflow of this checkout in place of the published one."""
    return caller.replace(PUBLISHED, "./.github/workflows/").replace("@COMMIT", "")


def load(path: Path) -> dict[str, Any]:
    """A workflow's text as data; `on` is its own word for the key that YAML 1.1 reads as true."""
    data: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in data.items()}
