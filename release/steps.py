"""The steps behind the tasks: each takes a session and what the user asked for, and gives a report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from release.checksums import parse_checksums
from release.config import Channel
from release.crew import Crew
from release.dispatch import Ahead, Order, dispatch, look_ahead
from release.errors import InputError, ReleaseError
from release.messages import message_for, render_message
from release.metadata import Found, NotYet, Progress, find, no_progress, resolve, version_known, wait_for
from release.recorded import read_record
from release.records import Outcome, Release, State
from release.report import Report, render_release
from release.session import Session, require_repositories
from release.validate import Question, check_tokens, validate, warnings
from release.versions import parse_version, wanted_version

UNCONFIRMED = "sent, not confirmed"
MAIN = "source"  # the artifact that a bare --sha256 means where several channels are meant


@dataclass(frozen=True)
class Options:
    """What the user asked for, as the flags of section "Commands" of the README say it.

    Attributes:
        task: for the report.
        channel: the one of a ``dist.CHANNEL`` task; ``None`` for the tasks on all.
        wait: minutes; 0 for not at all.
        progress: of downloads.
    """

    task: str
    version: str = ""
    sha256: Sequence[str] = ()
    record: str = ""
    channel: str | None = None
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    dry_run: bool = False
    wait: float = 0.0
    force: bool = False
    allow_downgrade: bool = False
    tokens: bool = True
    progress: Progress = no_progress


def choose(session: Session, options: Options) -> list[Channel]:
    """The channels asked for, in the configured order.

    Raises:
        InputError: a name is unknown, or none is left.
    """
    known = session.settings.channels
    for name in (*options.only, *options.skip, *([options.channel] if options.channel else [])):
        if name not in known:
            raise InputError(f"Unknown channel {name!r}", f"Known channels: {', '.join(known)}.")
    only = [options.channel] if options.channel else options.only or list(known)
    chosen = [channel for name, channel in known.items() if name in only and name not in options.skip]
    if not chosen:
        raise InputError("No channel is left", "Leave out --skip, or name another channel with --only.")
    return chosen


def given_checksums(options: Options, channels: Sequence[Channel]) -> dict[str, str]:
    """The ``--sha256`` values by artifact; a bare one means the artifact of the one channel, else the source."""
    main = channels[0].artifact if options.channel and channels[0].artifact else MAIN
    return parse_checksums(options.sha256, main)


def needed(session: Session, channels: Iterable[Channel], given: Mapping[str, str]) -> list[str]:
    """The artifacts that have to be looked at."""
    names = [channel.artifact for channel in channels if channel.artifact]
    return [name for name in session.settings.artifacts if name in names or name in given]


@dataclass(frozen=True)
class Looked:
    """A release that was looked up, and what its channels were being read as meanwhile."""

    found: Found
    ahead: Ahead | None = None


def look(session: Session, options: Options, names: Sequence[str], channels: Sequence[Channel] = ()) -> Looked:
    """Find the release, and begin to read ``channels`` beside it.

    Raises:
        ReleaseError: it cannot be told which version is meant.
    """
    crew = Crew(session.settings.http.concurrency)
    if options.record:
        found = replace_names(read_record(options.record), names)
        check_same_version(options, found.release)
        ahead = look_ahead(session, crew, channels, found.release.version) if channels else None
        return Looked(replace(found, heard="the record"), ahead)
    wanted = wanted_version(options.version, session.environment, session.settings.project)
    known = resolve(session, wanted)
    version = version_known(session, known)
    ahead = look_ahead(session, crew, channels, version) if channels else None
    until = session.transport.clock() + options.wait * 60
    found = find(session, known, names, options.progress)
    if found.missing and options.wait:
        found = wait_for(session, lambda: find(session, version, names, options.progress), until)
    return Looked(replace(found, heard=wanted.source), ahead)


def replace_names(found: Found, names: Sequence[str]) -> Found:
    """The record with the needed artifacts only.

    Raises:
        InputError: it lacks one.
    """
    if lacking := [name for name in names if name not in found.release.artifacts]:
        raise InputError(f"The record has no artifact {lacking[0]!r}", "Write it anew: invoke release.extract --json")
    artifacts = {name: found.release.artifacts[name] for name in names}
    return replace(found, release=replace(found.release, artifacts=artifacts))


def check_same_version(options: Options, release: Release) -> None:
    """Refuse a record of another version than ``--version``."""
    if options.version and parse_version(options.version) != release.version:
        wrong = f"The record is of {release.version}, --version asks for {options.version}"
        raise InputError(wrong, "Leave one of the two out.")


def extract(session: Session, options: Options) -> Report:
    """``release.extract``: the record of a release, or why there is none."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    require_repositories(session.settings)
    found = look(session, options, needed(session, channels, given)).found
    problems, notes = _excused(options, found, validate_release(session, found, given))
    return Report(
        options.task,
        found.release,
        errors=problems,
        notes=[*notes, render_release(found.release)],
        heading=found.heading,
    )


def validate_release(session: Session, found: Found, given: Mapping[str, str]) -> list[ReleaseError]:
    """The problems of the release alone, without tokens and channels."""
    return validate(session, found, Question((), given, tokens=False))


def check(session: Session, options: Options) -> Report:
    """``release.validate``: all problems at once, exit code 2 where there is one."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    found = look(session, options, needed(session, channels, given)).found
    problems = validate(session, found, Question(channels, given, options.tokens))
    problems, notes = _excused(options, found, problems)
    notes = [*notes, *warnings(channels, found.release)]
    if not problems:
        notes.append(f"Release {found.release.version} is valid for {', '.join(c.name for c in channels)}.")
    return Report(options.task, found.release, errors=problems, notes=notes, heading=found.heading)


def _excused(options: Options, found: Found, problems: Sequence[ReleaseError]) -> tuple[list[ReleaseError], list[str]]:
    """In a dry run of a version that is not published yet: what is not there is a warning, not a problem."""
    if not options.dry_run or found.release.published:
        return list(problems), []
    excused = [problem for problem in problems if isinstance(problem, NotYet)]
    rest = [problem for problem in problems if problem not in excused]
    return rest, [f"Warning: {problem.wrong}. A real run would refuse." for problem in excused]


def distribute(session: Session, options: Options) -> Report:
    """``dist.*``: look up, validate, tell, and with ``--wait`` follow until the channels serve the version."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    looked = look(session, options, needed(session, channels, given), [] if options.force else channels)
    release = looked.found.release
    tokens = not options.dry_run
    found = looked.found
    problems, notes = _excused(options, found, validate(session, found, Question(channels, given, tokens)))
    notes += warnings(channels, release)
    if problems:
        return Report(options.task, release, errors=problems, notes=notes, heading=found.heading)
    if options.dry_run:
        notes += [f"Warning: {error.wrong}." for error in check_tokens(session.environment, channels)]
    order = Order(options.force, options.allow_downgrade, options.dry_run)
    outcomes = dispatch(session, release, channels, looked.ahead, order)
    if options.wait and not options.dry_run and not session.stop.is_set():
        outcomes = _confirm(session, release, outcomes, options)
    return _distributed(session, options, found, outcomes, notes)


def _confirm(session: Session, release: Release, outcomes: list[Outcome], options: Options) -> list[Outcome]:
    from release.confirm import confirm  # noqa: PLC0415 - only where somebody waits

    def changed(outcome: Outcome) -> None:
        session.say(f"{outcome.channel}: {outcome.state} {outcome.reason or ''} {outcome.run_url or ''}".rstrip())

    return confirm(session, release, outcomes, session.transport.clock() + options.wait * 60, changed)


def _distributed(
    session: Session, options: Options, found: Found, outcomes: Sequence[Outcome], notes: list[str]
) -> Report:
    release = found.release
    planned = [message_for(session.settings.channels[o.channel], release, session.settings.project)
               for o in outcomes if o.state is State.PLANNED]  # fmt: skip
    extra: dict[str, Any] = {}
    if options.dry_run:
        notes.append("Dry run: nothing was sent.")
        extra["plan"] = [
            {"channel": m.channel.name, "target": m.channel.target, "path": m.path, "body": m.body} for m in planned
        ]
    interrupted = session.stop.is_set()
    if interrupted:
        told = [o.channel for o in outcomes if o.state in {State.SENT, State.SERVED, State.RUNNING}]
        notes.append(f"Interrupted. Told: {', '.join(told) or 'none'}. Run the same command again to go on.")
    elif any(o.state in {State.SENT, State.RUNNING} for o in outcomes) and not options.wait:
        notes.append(f"{UNCONFIRMED}: see `invoke status.all --version {release.version}`, or use --wait MINUTES")
    return Report(options.task, release, outcomes, notes=notes, plan=[render_message(m) for m in planned],
                  extra=extra, code=130 if interrupted else None, heading=found.heading)  # fmt: skip
