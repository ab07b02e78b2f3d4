"""``status.*``: which version does each channel serve, and is every checksum right?"""

from collections.abc import Sequence
from dataclasses import replace

from release.channels import kind_of
from release.channels.reading import hash_unknown, judge_reading, newest_stable, read_channel
from release.channels.verdict import Verdict
from release.commands.opening import require_repositories
from release.commands.options import Options, choose, look_up, needed
from release.dispatch.last_run import look_for_run
from release.dispatch.message import checksum_for
from release.errors import ServiceError
from release.http.workers import Workers
from release.metadata.artifacts import Found
from release.records import Outcome, Release, Served, State
from release.report.report import Report
from release.session import Session
from release.settings import Channel

WRONG = frozenset({State.BEHIND, State.MISMATCH, State.UNKNOWN})
"""The states that make ``status`` end with 1."""


def status(session: Session, release: Release, channels: Sequence[Channel]) -> list[Outcome]:
    """What every channel serves, one round trip for each source, all of them at the same time.

    Args:
        session: collaborators.
        release: the version that they should serve, with the checksums that are known.
        channels: which ones.

    Returns:
        An outcome for each, in the same order: ``served``, ``pending``, ``behind``, ``mismatch``, ``unknown``, or
        ``skipped`` where a pre-release is not meant for the channel.

    Raises:
        Stopped: the user interrupted.
    """
    with Workers(session.settings.http.concurrency) as workers:
        follows = any(kind_of(channel.kind).follows_latest for channel in channels)
        asked = workers.submit(newest_stable, session, release) if follows else None
        begun = [
            workers.submit(read_channel, session, c, release.version, timeout=None, sha256=checksum_for(c, release))
            for c in channels
        ]
        readings = [future.result() for future in begun]
        newest = asked.result() if asked else None
    more = hash_unknown(session, readings, release, None)
    judged = [judge_reading(c, r, release, newest=newest, more=more) for c, r in zip(channels, readings, strict=True)]
    outcomes = [outcome(release, channel, verdict) for channel, verdict in zip(channels, judged, strict=True)]
    return [_by_run(session, *pair) for pair in zip(channels, outcomes, strict=True)]


def _by_run(session: Session, channel: Channel, told: Outcome) -> Outcome:
    """Where nothing says what a channel serves, its newest run does."""
    if kind_of(channel.kind).readable(channel):
        return told
    try:
        return look_for_run(session, channel, told)
    except ServiceError as error:
        return replace(told, reason=f"{told.reason}; its runs cannot be read: {error.wrong}")


def outcome(release: Release, channel: Channel, seen: Verdict) -> Outcome:
    """The row of a channel. Pure."""
    state, reason = seen.state, seen.reason or _detail(seen.served)
    if release.prerelease and channel.prereleases == "skip" and state is State.BEHIND:
        state, reason = State.SKIPPED, f"pre-releases are not published here; {reason}"
    return Outcome(
        channel.name,
        state,
        channel.target,
        release.version,
        checksum_for(channel, release),
        reason,
        seen.served,
        next=_next(release, channel, state, newer=seen.newer),
    )


def _detail(served: Served | None) -> str | None:
    """What is worth knowing where all is well: an image's digest and ``latest``, the feed's own words."""
    if served is None or not served.digest:
        return served.note if served else None
    same = {True: "the same", False: "another", None: "an unknown"}[served.latest]
    return f"{served.digest}, `latest` is {same} image"


def _next(release: Release, channel: Channel, state: State, *, newer: bool) -> str | None:
    command = f"invoke dist.{channel.name} --version {release.version}"
    if state is State.BEHIND and not newer:
        return command
    return f"{command} --force" if state is State.MISMATCH else None


def ask_status(session: Session, options: Options) -> Report:
    """``status.*``: what each channel serves, held against the release."""
    channels = choose(session, options)
    require_repositories(session.settings)
    found = look_up(session, options, needed(session, channels, {}))
    notes = [f"Not known: {problem.wrong}. {problem.fix}" for problem in found.problems]
    outcomes = status(session, found.release, channels)
    if found.problems:
        outcomes = [_unsure(outcome, found) for outcome in outcomes]
    return Report(options.task, found.release, outcomes, notes=notes, heading=found.heading)


def _unsure(outcome: Outcome, found: Found) -> Outcome:
    """Nothing is held against a release that could not be read in full, nor behind one that is not there."""
    if outcome.state is not State.SERVED and (found.release.published or outcome.state is not State.BEHIND):
        return outcome
    seen = f"{outcome.reason}; " if outcome.state is State.BEHIND else ""
    reason = f"{seen}what it should serve is not known: {found.problems[0].wrong}"
    return replace(outcome, state=State.UNKNOWN, reason=reason, next=None)
