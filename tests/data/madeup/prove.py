"""How users get it: they clone the repository, and read the file."""

from collections.abc import Mapping

from release.channels.proof import Command, Facts, Proof, Prover, Step, Subject

from .settings import PkgChannel


def questions(channel: PkgChannel, _subject: Subject, facts: Facts) -> Mapping[str, Command]:
    """Whether the repository is there."""
    return {"there": ("git", "ls-remote", f"{facts.server}/{channel.target}.git")}


def proof(channel: PkgChannel, subject: Subject, facts: Facts) -> Proof:
    """The file of the head of the default branch shows the version."""
    place = f"{facts.folder}/clone"
    get = Step(("git", "clone", "--quiet", f"{facts.server}/{channel.target}.git", place))
    return Proof((get, Step(("git", "-C", place, "show", f"HEAD:{channel.file}"), prints=subject.version)))


PROVER = Prover(("git",), "git is not on this machine", questions, proof)
