"""How an installation is proved, as data: what is asked of the machine, what is run then, what takes it back. Pure."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic

from release.settings import Channel, ChannelT, Project

Command = tuple[str, ...]
"""A program and its arguments; no shell ever reads it."""

SECONDS = 600.0
INSTALL_SECONDS = 1800.0  # a formula may be built from source
GITHUB = "https://github.com"


@dataclass(frozen=True)
class Before:
    """What the channel gave before.

    Attributes:
        version: as the channel's files held it.
        commit: of the target, the newest that held it before the version that is proved.
        newer: whether it is above the version that is proved, as after a rollback.
    """

    version: str
    commit: str
    newer: bool = False


@dataclass(frozen=True)
class Subject:
    """What is to be proved.

    Attributes:
        version: SemVer.
        check: the program and its arguments that print the version.
        before: ``None`` where nothing is known of it.
        digest: of the image, ``sha256:`` and 64 hex digits, where the channel has images.
    """

    version: str
    check: Command
    before: Before | None = None
    digest: str | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of the machine before anything is installed.

    Attributes:
        tools: name of each of the kind's tools that is there -> its path.
        answers: name of each question -> what the command printed; ``None`` where it failed.
        server: GitHub's pages and git remotes, without a trailing slash.
        folder: an empty folder that is removed afterwards.
    """

    tools: Mapping[str, str]
    answers: Mapping[str, str | None] = field(default_factory=dict)
    server: str = GITHUB
    folder: str = ""

    def answer(self, question: str) -> str:
        """What the command printed, nothing where it failed or was not asked."""
        return self.answers.get(question) or ""


@dataclass(frozen=True)
class Step:
    """One command of a proof.

    Attributes:
        argv: as users type it.
        undo: the command that takes it back; run at the end, also where this one failed.
        prints: the version that its output must show.
        success: the exit codes that mean success.
        seconds: the longest time that it may take.
        tries: how often it is run while it succeeds without the version, for a tool that may lose what was printed.
    """

    argv: Command
    undo: Command = ()
    prints: str | None = None
    success: frozenset[int] = frozenset({0})
    seconds: float = SECONDS
    tries: int = 1


@dataclass(frozen=True)
class Proof:
    """What a kind runs to prove an installation.

    Attributes:
        steps: install and run; the first that fails ends the proof.
        prepare: put the version before in its place; where that fails the upgrade is not tried.
        upgrade: go from there to the version that is proved; the first that fails ends the proof.
        there: what is on this machine already, ``None`` where nothing of the product is.
        folders: where the product's programs are looked for, before those of ``PATH``.
        strict: they are looked for there only.
    """

    steps: tuple[Step, ...]
    prepare: tuple[Step, ...] = ()
    upgrade: tuple[Step, ...] = ()
    there: str | None = None
    folders: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True)
class NoProof:
    """Why this cannot be proved on this machine."""

    reason: str


@dataclass(frozen=True)
class Prover(Generic[ChannelT]):
    """How a kind is proved.

    Attributes:
        tools: any of these programs has to be there; each may have the names of ``names_of``.
        missing: the reason where none is.
        folders: where they are looked for after ``PATH``.
        questions: name -> a command that changes nothing.
        proof: what is run, by the answers.
        sees: beginnings of the names of the environment variables that the tools may see.
        sets: variable -> value, set for the tools.
    """

    tools: tuple[str, ...]
    missing: str
    questions: Callable[[ChannelT, Subject, Facts], Mapping[str, Command]]
    proof: Callable[[ChannelT, Subject, Facts], Proof | NoProof]
    folders: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)


def check_of(project: Project, channel: Channel | None = None) -> Command:
    """The command that proves an installation: the channel's own, the project's, else ``NAME --version``."""
    own = channel.check if channel else ()
    return own or project.check or (project.name, "--version")


def folder_of(path: str) -> str:
    """The folder of a program's path, in the form of any system; nothing where it names none."""
    return path[: max(path.rfind("/"), path.rfind("\\"), 0)]


def shown(commands: Iterable[Command]) -> str:
    """Commands as one line that a person can paste."""
    return " && ".join(shlex.join(command) for command in commands)
