"""What recorders on PATH write down, and how they are told to answer."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TASK = "distribute"  # what a call of the program is recorded as
LOOK_UP, SCRIPT = "look-up", "script"  # of Python, which are run and not recorded
SECRETS = {
    name: f"{name.lower()}-value"
    for name in ("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN", "SLACK_WEBHOOK",
                 "DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN", "CHOCO_API_KEY")
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call of a recorded program: `files` are those around it, `results` the reports and settings that it finds."""

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


def read_call(note: Path) -> Call:
    """A call as the recorder notes it: four lists of texts, each after its length."""
    texts = iter(note.read_bytes().decode().split("\0"))
    (program, *argv), variables, files, results = ([next(texts) for _ in range(int(next(texts)))] for _ in range(4))
    env = dict(variable.split("=", 1) for variable in variables)
    return Call(program, argv, env, sorted(files), dict(zip(results[::2], results[1::2], strict=True)))


def answer(begin: str, given: Mapping[str, Any]) -> str:
    """The line of `answers.sh` for command lines that begin so."""
    said = given.get("stdout", [])
    texts = [begin, str(given.get("exit", 0)), given.get("outputs", ""), *([said] if isinstance(said, str) else said)]
    return f"answer {shlex.join(texts)}\n"


def forward(program: str, port: int, said: Path) -> str:
    """A line at the end of `answers.sh`, for a program whose calls are done by whoever listens there."""
    return f"forward {shlex.join([program, str(port), str(said)])}\n"
