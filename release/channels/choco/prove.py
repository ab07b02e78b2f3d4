"""How users of a Chocolatey package install, run, upgrade and remove it. Pure. Source: Chocolatey's documentation."""

from collections.abc import Mapping

from release.channels.choco.gallery import COMMUNITY, package_of
from release.channels.choco.nuspec import native_version
from release.channels.choco.settings import ChocoChannel
from release.channels.proof import (
    INSTALL_SECONDS,
    Before,
    Command,
    Facts,
    Proof,
    Prover,
    Step,
    Subject,
    folder_of,
)
from release.errors import InputError

SUCCESS = frozenset({0, 1641, 3010})  # done; done, a restart has begun; done, a restart is needed
GONE = SUCCESS | {1605, 1614}  # of an uninstallation: it was not there


def install(channel: ChocoChannel, version: str) -> Command:
    """That version, named so that it is found in moderation too."""
    return _choco("install", channel, version)


def questions(channel: ChocoChannel, _subject: Subject, _facts: Facts) -> Mapping[str, Command]:
    """Whether the package is there."""
    return {"installed": ("choco", "list", "--limit-output", "--exact", package_of(channel))}


def proof(channel: ChocoChannel, subject: Subject, facts: Facts) -> Proof:
    """Install that version, run; then the version before, and from there to the version again."""
    name, before = package_of(channel), subject.before
    listed = facts.answer("installed").splitlines()
    there = next((line for line in listed if line.lower().startswith(f"{name.lower()}|")), None)
    remove = Step(("choco", "uninstall", name, "--yes"), success=GONE)
    first = _step(install(channel, subject.version), () if there else remove.argv)
    steps = (first, Step(subject.check, prints=subject.version))
    prepare, upgrade = _upgrade(channel, subject, before, remove) if before and not there else ((), ())
    return Proof(steps, prepare, upgrade, there, (folder_of(facts.tools["choco"]),))


def _upgrade(
    channel: ChocoChannel, subject: Subject, before: Before, remove: Step
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    try:
        old = install(channel, before.version)
    except InputError:  # the package had a version that is none of the product's
        return (), ()
    prepare = (remove, _step(old), Step(subject.check, prints=before.version))
    back = (*install(channel, subject.version), "--allow-downgrade")
    move = back if before.newer else _choco("upgrade", channel, subject.version)
    return prepare, (_step(move), Step(subject.check, prints=subject.version))


def _choco(verb: str, channel: ChocoChannel, version: str) -> Command:
    native = native_version(version)
    more = ("--prerelease",) if "-" in native else ()
    source = (channel.feed or COMMUNITY).rstrip("/") + "/"
    return ("choco", verb, package_of(channel), "--version", native, *more, "--source", source, "--yes",
            "--no-progress")  # fmt: skip


def _step(argv: Command, undo: Command = ()) -> Step:
    return Step(argv, undo, success=SUCCESS, seconds=INSTALL_SECONDS)


PROVER = Prover(("choco",), "Chocolatey is not on this machine (it is for Windows)", questions, proof,
                sees=("CHOCOLATEY",))  # fmt: skip
