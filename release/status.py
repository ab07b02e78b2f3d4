"""Which version does each channel serve?"""

from collections.abc import Sequence

from release.config import Channel
from release.crew import Crew
from release.messages import checksum_for
from release.records import Outcome, Release, Served, State
from release.seen import Seen, judge_latest
from release.serves import newest_stable, read_served
from release.session import Session

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
    with Crew(session.settings.http.concurrency) as crew:
        images = any(channel.kind == "docker" for channel in channels)
        newest = crew.submit(newest_stable, session, release) if images else None
        begun = [
            crew.submit(read_served, session, channel, release.version, checksum_for(channel, release),
                        newest_stable=None, timeout=None)
            for channel in channels
        ]  # fmt: skip
        seen = [future.result() for future in begun]
        latest = newest.result() if newest else None
    return [outcome(release, c, judge_latest(s, newest=latest)) for c, s in zip(channels, seen, strict=True)]


def outcome(release: Release, channel: Channel, seen: Seen) -> Outcome:
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
