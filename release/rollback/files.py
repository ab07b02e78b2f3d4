"""A rollback of one channel whose files are in git, and what became of it."""

from dataclasses import replace

from release.channels import kind_of
from release.channels.reading import Reading, judge_downloads, read_channel
from release.channels.wish import Wish
from release.errors import ReleaseError, ServiceError, Stopped
from release.git.clone import Clone
from release.git.diff import unified
from release.metadata.artifacts import published
from release.records import Outcome, Served, State
from release.repository.clone import cloned
from release.repository.history import DEPTH, holds
from release.repository.push import AGAIN, Edit, Pushed, push_edit
from release.rollback.restore import Restoration
from release.rollback.under_way import unless_under_way
from release.session import Session
from release.settings import Channel

TRIES = 3
READS = 3  # GitHub's contents API can lag behind a push


class FilesRollback:
    """The rollback of one channel.

    Args:
        session: collaborators.
        channel: one whose kind edits files.
        wish: what is asked for.
    """

    def __init__(self, session: Session, channel: Channel, wish: Wish) -> None:
        self.session, self.channel, self.wish, self.kind = session, channel, wish, kind_of(channel.kind)
        self._files, self.pushing = Restoration(channel, self.kind, wish), False

    @property
    def good(self) -> str | None:
        """The version to go to, once it is known."""
        return self._files.good

    def run(self) -> Outcome:
        """Do it, or in a dry run show it; a failure is an outcome too."""
        started = self.session.transport.clock()
        try:
            outcome = unless_under_way(self.session, self.channel, self.wish.bad, self._run())
        except Stopped:
            raise
        except ReleaseError as error:
            outcome = replace(self._outcome(State.FAILED, error.wrong), next=error.fix)
        return replace(outcome, seconds=round(self.session.transport.clock() - started, 3))

    def interrupted(self) -> Outcome:
        """What is true if nothing more is heard of it."""
        if not self.pushing:
            return replace(self._outcome(State.FAILED, "interrupted before it was rolled back"), next=AGAIN)
        reason = f"interrupted: the way back to {self.good} may have been pushed"
        return replace(self._outcome(State.UNCONFIRMED, reason), next=AGAIN)

    def _decide(self, target: Clone) -> Edit | None:
        """What the head needs; from here on it may be pushed at any moment."""
        edit = self._files.decide(target)
        if self.session.stop.is_set():
            raise Stopped("Interrupted.", AGAIN)
        self.pushing = edit is not None
        return edit

    def _run(self) -> Outcome:
        writes = not self.wish.dry_run
        with cloned(
            self.session, self.channel, depth=DEPTH, writes=writes, protocols=self.wish.protocols
        ) as target:  # fmt: skip
            if not writes:
                return self._planned(self._files.decide(target))
            pushed = push_edit(self.session, self.channel, target, self._decide, TRIES)
        return self._arrived(pushed) if pushed else self._already()

    def _planned(self, edit: Edit | None) -> Outcome:
        if edit is None:
            return self._already()
        serves = self.kind.served(self.channel, edit.before)
        outcome = self._outcome(State.PLANNED, f"serves {serves.version}, would serve {self.good}")
        return replace(outcome, serves=serves, next=self._advice(), diff=unified(edit.before, edit.files))

    def _already(self) -> Outcome:
        """Nothing to restore; where more than files is served, users may still get the bad version."""
        serves, _unseen = self._read()
        outcome = replace(self._outcome(State.SKIPPED, f"already rolled back to {self.good}"), serves=serves)
        return self._judged(self._left_to_people(outcome, moved=False), serves)

    def _judged(self, outcome: Outcome, serves: Served | None) -> Outcome:
        """The version is the good one; every download of it must have the right checksum too."""
        try:
            release = published(self.session, self.good or "")
        except ServiceError as error:
            reason = _and(outcome.reason, f"its checksums were not compared: {error.wrong}")
            return replace(outcome, state=State.UNCONFIRMED, reason=reason)
        if serves is None or release is None:
            return outcome if release else replace(outcome, reason=_and(outcome.reason, UNCOMPARED.format(self.good)))
        verdict = judge_downloads(self.session, self.channel, serves, release)
        outcome = replace(outcome, serves=verdict.served or serves)
        if verdict.state is State.MISMATCH:
            return replace(outcome, state=State.FAILED, reason=_and(outcome.reason, verdict.reason))
        if verdict.state is State.UNKNOWN:
            return replace(outcome, state=State.UNCONFIRMED, reason=_and(outcome.reason, verdict.reason))
        return outcome

    def _left_to_people(self, outcome: Outcome, *, moved: bool) -> Outcome:
        """``manual`` with the steps, where the files alone are not the whole way back."""
        wish = replace(self.wish, good=self.good)
        if reason := self.kind.left_to_people(self.session, self.channel, wish, moved=moved):
            return replace(outcome, state=State.MANUAL, reason=reason, next=self._advice())
        return outcome

    def _arrived(self, pushed: Pushed) -> Outcome:
        """What became of a push, by what the channel serves now."""
        outcome, diff = self._settled(pushed), unified(pushed.edit.before, pushed.edit.files)
        outcome = replace(outcome, attempts=pushed.attempts, diff=diff)
        return outcome if outcome.serves else replace(outcome, serves=self._read()[0])

    def _settled(self, pushed: Pushed) -> Outcome:
        if pushed.unseen:
            return replace(self._outcome(State.UNCONFIRMED, pushed.unseen), next=AGAIN)
        if pushed.pull:
            outcome = self._outcome(State.PENDING, "the branch is protected: a pull request waits")
            return replace(outcome, run_url=pushed.pull, next=f"Merge {pushed.pull}; then: {self._advice()}")
        serves, unseen = self._read()
        if unseen:
            outcome = self._outcome(State.UNCONFIRMED, f"pushed, not seen yet: {unseen}")
            return replace(outcome, serves=serves, next=self._advice())
        outcome = replace(self._outcome(State.SERVED, None), serves=serves, next=self._advice())
        return self._judged(self._left_to_people(outcome, moved=True), serves)

    def _read(self) -> tuple[Served | None, str | None]:
        """What the channel is seen to serve, and why that is not the good version (``None``: it is)."""
        good = self.good or ""
        for left in reversed(range(READS)):
            seen = read_channel(self.session, self.channel, good, timeout=None)
            if seen.served and holds(seen.served, good):
                return seen.served, None
            if not left or seen.served is None:
                break
            self.session.transport.sleep(min(1, self.session.settings.retry.max_wait))
        return seen.served, _unseen(seen)

    def _advice(self) -> str:
        return self.kind.advise(self.channel, self.session.settings.project, self.wish.bad, self.good or "")

    def _outcome(self, state: State, reason: str | None) -> Outcome:
        version = self.good or self.wish.bad
        return Outcome(self.channel.name, state, self.channel.target, version=version, reason=reason)


UNCOMPARED = "its checksums were not compared: GitHub has no release of {}"


def _and(*reasons: str | None) -> str:
    return "; ".join(filter(None, reasons))


def _unseen(reading: Reading) -> str:
    served = reading.served
    if served is None:
        return reading.reason or "it cannot be read"
    return f"serves {served.version}" if served.version else "it does not say which version it serves"
