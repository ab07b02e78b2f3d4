"""What would be run to prove a channel on this machine; reads and asks, and changes nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.channels import kind_of
from release.channels.proof import Before, Facts, NoProof, Proof, Prover, Subject, check_of
from release.channels.reading import judge_reading, read_channel
from release.channels.verdict import Verdict
from release.errors import ReleaseError, Stopped
from release.metadata.version import tag_of
from release.prove.before import version_before
from release.prove.machine import clean_environment, find_program, find_tools, folders_of, search_path, start_of
from release.prove.process import run
from release.records import Outcome, Release, Served, State
from release.session import Session
from release.settings import Channel

QUESTION_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """The proof of one channel.

    Attributes:
        channel: which.
        version: SemVer.
        serves: what it was seen to serve.
        proof: ``None`` where there is nothing to run.
        outcome: what became of it already, ``None`` where it can be run.
        tools: name -> path.
        environment: of every program that is run.
        note: why no upgrade is tried, where that could not be found out.
    """

    channel: Channel
    version: str
    serves: Served | None = None
    proof: Proof | None = None
    outcome: Outcome | None = None
    tools: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    note: str | None = None

    @property
    def there(self) -> str | None:
        """What of the product is on this machine already."""
        return self.proof.there if self.proof else None


def plan_proof(session: Session, channel: Channel, version: str, folder: Path) -> Plan:
    """What would be run for a channel, or why it cannot be.

    Args:
        session: collaborators.
        channel: which.
        version: SemVer.
        folder: of the proof's own, empty.

    Raises:
        Stopped: the user interrupted.
    """
    prover = kind_of(channel.kind).prover
    if prover is None:
        return _ended(channel, version, State.SKIPPED, f"a channel of kind {channel.kind} has no proof")
    tools = find_tools(prover.tools, search_path(session.environment.variables), prover.folders)
    if not tools:
        return _ended(channel, version, State.SKIPPED, prover.missing)
    seen = _read(session, channel, version)
    if seen.state is State.BEHIND:
        kept_out = channel.prereleases == "skip" and "-" in version.partition("+")[0]
        why = "pre-releases are not published here" if kept_out else seen.reason
        state = State.SKIPPED if kept_out else State.FAILED
        return _ended(channel, version, state, f"nothing to prove: {why}", seen)
    return _asked(session, channel, version, prover, tools, folder, seen)


def _read(session: Session, channel: Channel, version: str) -> Verdict:
    """What the channel serves, by its version alone: the installation shows whether the checksums are right."""
    reading = read_channel(session, channel, version, timeout=None)
    release = Release(version, tag_of(version, session.settings.project), prerelease=False, artifacts={})
    return judge_reading(channel, reading, release, newest=False)


def _asked(
    session: Session,
    channel: Channel,
    version: str,
    prover: Prover[Any],
    tools: dict[str, str],
    folder: Path,
    seen: Verdict,
) -> Plan:
    """Ask the machine, and see what its answers make of the proof."""
    before, note = _before(session, channel, version)
    check = check_of(session.settings.project, channel)
    subject = Subject(version, check, before, seen.served.digest if seen.served else None)
    environment = environment_of(session, prover, tools)
    facts = Facts(tools, {}, session.environment.server_url, str(folder))
    facts = Facts(tools, _answers(prover, channel, subject, facts, environment), facts.server, facts.folder)
    proof = prover.proof(channel, subject, facts)
    if isinstance(proof, NoProof):
        return _ended(channel, version, State.SKIPPED, proof.reason, seen)
    return Plan(
        channel, version, seen.served, _with_program(proof, check[0], environment), None, tools, environment, note
    )


def environment_of(session: Session, prover: Prover[Any], tools: dict[str, str]) -> dict[str, str]:
    """What the tools may see: nothing secret."""
    names = [channel.token for channel in session.settings.channels.values()]
    secrets = session.environment.secrets(names).values()
    variables, folders = session.environment.variables, folders_of(tools)
    return clean_environment(variables, secrets, folders, sees=prover.sees, sets=prover.sets)


def _before(session: Session, channel: Channel, version: str) -> tuple[Before | None, str | None]:
    try:
        return version_before(session, channel, version), None
    except Stopped:
        raise
    except ReleaseError as error:
        return None, f"the version before could not be read: {error.wrong}"


def _answers(
    prover: Prover[Any], channel: Channel, subject: Subject, facts: Facts, environment: dict[str, str]
) -> dict[str, str | None]:
    answers: dict[str, str | None] = {}
    for name, (tool, *arguments) in prover.questions(channel, subject, facts).items():
        argv = start_of(facts.tools.get(tool, tool), arguments)
        asked = run(argv, environment=environment, folder=Path(facts.folder), seconds=QUESTION_SECONDS, errors=False)
        answers[name] = asked.output if asked.code == 0 else None
    return answers


def _with_program(proof: Proof, program: str, environment: dict[str, str]) -> Proof:
    """The product's program may be here by another way than the channel's."""
    if proof.there or not any(step.prints and step.argv[0] == program for step in proof.steps):
        return proof
    found = find_program(program, places_of(proof, environment))
    return Proof(**{**vars(proof), "there": found})


def places_of(proof: Proof, environment: dict[str, str]) -> list[str]:
    """Where the product's program is looked for."""
    return [*proof.folders, *([] if proof.strict else [search_path(environment)])]


def _ended(channel: Channel, version: str, state: State, reason: str, seen: Verdict | None = None) -> Plan:
    serves = seen.served if seen else None
    outcome = Outcome(channel.name, state, channel.target, version, reason=reason, serves=serves)
    return Plan(channel, version, serves, outcome=outcome)
