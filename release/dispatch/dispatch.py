"""Tell many channels about a release at the same time, each exactly once, and only where it is needed."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace

from release.channels import kind_of
from release.channels.verdict import Verdict
from release.dispatch.ahead import Ahead, Seen
from release.dispatch.last_run import judge_run
from release.dispatch.message import checksum_for, message_for
from release.dispatch.tell import Prior, tell
from release.errors import ReleaseError, Stopped
from release.github.runs import OVER, Run, names_version, run_url
from release.http.workers import Workers
from release.records import Outcome, Release, Served, State
from release.repository.listeners import may_hear
from release.session import Session
from release.settings import Channel

GRACE_SECONDS = 2.0  # after Ctrl-C, for answers that are on their way
MINUTE = 60


@dataclass(frozen=True)
class Order:
    """How to send.

    Attributes:
        force: whatever the channel serves.
        allow_downgrade: also over a newer version.
        dry_run: not at all: what would be sent is ``planned``.
    """

    force: bool = False
    allow_downgrade: bool = False
    dry_run: bool = False


def dispatch(
    session: Session, release: Release, channels: Sequence[Channel], ahead: Ahead | None, order: Order
) -> list[Outcome]:
    """Tell every channel that needs it; one that fails does not stop another.

    Args:
        session: collaborators.
        release: validated.
        channels: whom to tell.
        ahead: from ``look_ahead``; ``None`` sends without looking.
        order: what to send over.

    Returns:
        An outcome per channel, in the same order.

    Raises:
        Stopped: never; an interrupt ends with the outcomes so far and ``session.stop`` set.
    """
    work = _Dispatch(session, release, ahead, order)
    _announce_pace(session, channels)
    with Workers(session.settings.http.concurrency) as workers:
        futures: dict[str, Future[Outcome]] = {}
        try:
            for channel in channels:
                futures[channel.name] = workers.submit(work.one, channel)
            wait(futures.values())
            return work.outcomes(channels, futures)
        except KeyboardInterrupt:
            session.stop.set()
            wait(futures.values(), timeout=GRACE_SECONDS)
            return work.outcomes(channels, futures)


def _announce_pace(session: Session, channels: Sequence[Channel]) -> None:
    app = session.app
    tokens = [session.environment.get(one.token) or (app.account(one.target) if app else None) for one in channels]
    minted = {one.target for one in channels if app and not session.environment.get(one.token)}
    if (seconds := session.transport.gate.foretell([*tokens, *(app.name for _ in minted if app)])) > 0:
        session.say(
            f"{len(channels)} dispatches keep within GitHub's limits: this takes at least {seconds / MINUTE:.0f} min."
        )


class _Dispatch:
    """What the threads share: the release, the reads, and a board of what is true if we are interrupted now."""

    def __init__(self, session: Session, release: Release, ahead: Ahead | None, order: Order) -> None:
        self.session, self.release, self.ahead, self.order = session, release, ahead, order
        self.board: dict[str, Outcome] = {}
        self.lock = threading.Lock()

    def note(self, outcome: Outcome) -> None:
        with self.lock:
            self.board[outcome.channel] = outcome

    def one(self, channel: Channel) -> Outcome:
        """Skip, join or tell one channel."""
        seen = self.ahead.verdict(self.session, channel, self.release) if self.ahead else None
        target = self.ahead.runs_of(channel) if self.ahead else Seen()
        named = [r for r in target.runs if names_version(r, self.session.settings.project.name, self.release.version)]
        if (outcome := self._needless(channel, seen, may_hear(channel, named, target.listens))) is not None:
            return outcome
        if self.order.dry_run:
            unknown = "checksum unknown" if channel.artifact and not checksum_for(channel, self.release) else None
            return self.outcome_of(channel, State.PLANNED, unknown or _kept(seen), seen.served if seen else None)
        if self.session.stop.is_set():
            raise Stopped("Interrupted.", "Run the same command again.")
        message = message_for(
            channel, self.release, self.session.settings.project, allow_downgrade=self.order.allow_downgrade
        )
        known = Prior(frozenset(int(run["id"]) for run in target.runs if isinstance(run.get("id"), int)))
        told = tell(self.session, message, self.release.version, known, self.note)
        return replace(told, serves=seen.served if seen else None)

    def _needless(self, channel: Channel, seen: Verdict | None, own: Sequence[Run]) -> Outcome | None:
        """The outcome of a channel that is not to be told, ``None`` where it is; ``own``: its runs of the version."""
        version = self.release.version
        if self.release.prerelease and channel.prereleases == "skip":
            return self.outcome_of(channel, State.SKIPPED, "pre-releases are not published here")
        if self.order.force or self.ahead is None:
            return None
        if seen and seen.state is State.SERVED:
            return self.outcome_of(channel, State.SKIPPED, f"already serves {version}", seen.served)
        if seen and seen.state is State.PENDING:
            return self.outcome_of(channel, State.PENDING, seen.reason, seen.served)
        if seen and seen.newer and kind_of(channel.kind).replaces and not self.order.allow_downgrade:
            serves = seen.served.version if seen.served else "a newer version"
            return self.outcome_of(channel, State.SKIPPED, f"serves {serves}, which is newer", seen.served)
        if run := next((run for run in own if run.get("status") != OVER), None):
            outcome = self.outcome_of(
                channel, State.RUNNING, "joined a run that is under way", seen.served if seen else None
            )
            run_id = run.get("id")
            return replace(outcome, run_url=run_url(run), run_id=run_id if isinstance(run_id, int) else None)
        return None if kind_of(channel.kind).readable(channel) else self._told_before(channel, own)

    def _told_before(self, channel: Channel, own: Sequence[Run]) -> Outcome | None:
        """Nothing says what it serves: a run for this version that succeeded is all that can be had."""
        outcome = judge_run(self.outcome_of(channel, State.UNKNOWN, None), next(iter(own), None))
        return outcome if outcome.state is State.SENT else None

    def outcome_of(self, channel: Channel, state: State, reason: str | None, serves: Served | None = None) -> Outcome:
        sha256 = checksum_for(channel, self.release)
        return Outcome(channel.name, state, channel.target, self.release.version, sha256, reason, serves)

    def outcomes(self, channels: Sequence[Channel], futures: "Mapping[str, Future[Outcome]]") -> list[Outcome]:
        """How each ended; where one did not end, what is true now."""
        return [self.outcome(channel, futures.get(channel.name)) for channel in channels]

    def outcome(self, channel: Channel, future: "Future[Outcome] | None") -> Outcome:
        """How it ended; an error says nothing against a request that is on the board as sent."""
        error = future.exception() if future and future.done() else Stopped("interrupted", "Run it again.")
        if future and error is None:
            return future.result()
        with self.lock:
            noted = self.board.get(channel.name)
        if error is None or isinstance(error, Stopped):
            return noted or self.outcome_of(channel, State.FAILED, "interrupted before it was told")
        wrong = error.wrong if isinstance(error, ReleaseError) else f"unexpected {type(error).__name__}: {error}"
        if noted and noted.state is State.UNCONFIRMED:
            return replace(noted, reason=f"may have been told: {wrong}")
        failed = noted or self.outcome_of(channel, State.FAILED, None)
        return replace(failed, reason=f"not told: {wrong}", next=getattr(error, "fix", "Run the same command again."))


def _kept(seen: Verdict | None) -> str | None:
    """What a dry run says about a channel that would be told."""
    return f"serves {seen.served.version}" if seen and seen.served and seen.served.version else None
