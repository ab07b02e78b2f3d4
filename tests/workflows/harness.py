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

Payload = Mapping[str, Any]
PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "tests" / "data"
WORKFLOWS = PROJECT / ".github" / "workflows"
PUBLISHED = "kademoslabs/release-distributions/.github/workflows/"
REPOSITORY = "kademoslabs/kekkai"
RECORDED = ("invoke", "choco", "docker", "record")
SECRETS = {
    name: f"{name.lower()}-value"
    for name in ("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN", "SLACK_WEBHOOK",
                 "DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN", "CHOCO_API_KEY")
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call of a recorded program: `files` are those around it, `results` the reports that it finds."""

    program: str
    argv: list[str]
    env: dict[str, str]
    files: list[str]
    results: dict[str, str]

    @property
    def line(self) -> str:
        return " ".join([self.program, *self.argv])

    @property
    def job(self) -> str:
        return self.env["GITHUB_JOB"]

    @property
    def secrets(self) -> set[str]:
        """The names of all variables of the environment that hold a secret, whatever they are called."""
        return {name for name, value in self.env.items() if any(secret in value for secret in SECRETS.values())}


@dataclass(frozen=True)
class Run:
    """What a run of a workflow did; `code` is 0 if every job succeeded."""

    code: int
    log: str
    calls: list[Call]

    def of(self, program: str, command: str = "") -> list[Call]:
        return [c for c in self.calls if c.program == program and (not command or c.argv[:1] == [command])]

    @property
    def tasks(self) -> list[str]:
        """The tasks that were invoked, in order."""
        return [call.argv[0] for call in self.of("invoke")]


class Actions:
    """A runner on this machine; all that it stands on is below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("calls", "artifacts", "bin", "home", "trees"):
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

        `answers`: how a command line begins -> what its recorder answers (`exit`, `stdout`, `outputs`).
        """
        (self.root / "event.json").write_text(json.dumps(payload), "utf-8")
        (self.root / "answers.json").write_text(json.dumps(answers or {}), "utf-8")
        done = subprocess.run(
            self._command(event, workflow), cwd=self.root / "trees" / "automation", env=self._environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        calls = (json.loads(path.read_text("utf-8")) for path in sorted((self.root / "calls").iterdir()))
        return Run(done.returncode, done.stdout + done.stderr, [Call(**call) for call in calls])

    def use_real_tasks(self, environment: Mapping[str, str]) -> None:
        """`invoke` notes its call and runs the real tasks in `environment`; its secrets come by the workflow only."""
        secrets = {name: value for name, value in environment.items() if name in SECRETS}
        self.know_secrets(secrets)
        for name in ("tasks.py", "release"):
            source, target = PROJECT / name, self.root / "trees" / "automation" / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        program = self.root / "bin" / "invoke"
        program.rename(program.with_name("record-invoke"))
        given = [f"export {name}={shlex.quote(environment[name])}" for name in environment if name not in secrets]
        run = f'exec "{sys.executable}" -m invoke "$@"'
        self._write_program("invoke", "\n".join(['record-invoke "$@"', *given, run]))

    def know_secrets(self, secrets: Mapping[str, str]) -> None:
        """The secrets of the repository that runs the workflow; `GITHUB_TOKEN` becomes the token of its jobs."""
        (self.root / "secrets").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()), "utf-8")

    def _command(self, event: str, workflow: Path) -> list[str]:
        act = str(Path(sys.executable).with_name("act"))
        local = (f"--local-repository={used}={directory}" for used, directory in _stand_ins().items())
        runners = (f"-P={system}=-self-hosted" for system in ("ubuntu-latest", "windows-latest"))
        return [act, event, "-W", str(workflow), "-e", str(self.root / "event.json"),
                "--secret-file", str(self.root / "secrets"), "--no-cache-server", "--action-offline-mode",
                "--no-skip-checkout", *runners, *local]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        home = str(self.root / "home")
        path = os.pathsep.join([str(self.root / "bin"), os.environ["PATH"]])
        return {"PATH": path, "HOME": home, "XDG_CACHE_HOME": home, "STAND_INS": str(self.root), "LANG": "C.UTF-8"}

    def _write_trees(self) -> None:
        automation = self.root / "trees" / "automation"
        shutil.copytree(PROJECT / ".github", automation / ".github")
        (automation / "requirements.txt").write_text("# nothing is installed here\n", "utf-8")
        shutil.copy(PROJECT / "invoke.yaml", automation)
        shutil.copytree(automation, self.root / "trees" / "product")
        for name in ("packages", "source"):
            (self.root / "trees" / name).mkdir()
            (self.root / "trees" / name / f"{name}.txt").write_text(name, "utf-8")
        identity = ["-c", "user.name=tests", "-c", "user.email=tests@localhost", "-c", "commit.gpgsign=false"]
        origin = ["remote", "add", "origin", f"https://github.com/{REPOSITORY}.git"]  # act reads the name there
        for arguments in (["init", "-q", "-b", "main"], origin, ["add", "."], [*identity, "commit", "-qm", "tree"]):
            subprocess.run(["git", *arguments], cwd=automation, check=True, env=self._environment())

    def _write_programs(self) -> None:
        recorder = f'exec "{sys.executable}" "{DATA / "bin" / "recorder.py"}" "{self.root}"'
        programs = {name: f'{recorder} {name} "$@"' for name in RECORDED}
        programs["python"] = f'[ "$2" = pip ] && {recorder} pip "$@"\nexec "{sys.executable}" "$@"'
        for name, text in programs.items():
            self._write_program(name, text)

    def _write_program(self, name: str, text: str) -> None:
        file = self.root / "bin" / name
        file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        file.chmod(0o755)


def _stand_ins() -> dict[str, Path]:
    """`owner/name@commit` of every action that the workflows use -> the local action in its place."""
    files = [*WORKFLOWS.glob("*.yml"), *WORKFLOWS.parent.glob("actions/*/action.yml")]
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


def add_caller(runner: Actions, name: str) -> Path:
    """Puts a caller into the repository; it calls the workflow of this checkout in place of the published one."""
    text = (DATA / "callers" / f"{name}.yml").read_text("utf-8")
    own = text.replace(PUBLISHED, "./.github/workflows/").replace("@COMMIT", "")
    return runner.add(f".github/workflows/call-{name}.yml", own)


def load(path: Path) -> dict[str, Any]:
    """A workflow's text as data; `on` is its own word for the key that YAML 1.1 reads as true."""
    data: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in data.items()}
