"""A rollback of one channel whose files are in git, and what became of it."""

from dataclasses import replace

from release.channels import kind_of
from release.channels.reading import Reading, read_channel
from release.channels.wish import Wish
from release.errors import ReleaseError
from release.git.clone import Clone
from release.git.diff import unified
from release.records import Outcome, Served, State
from release.rollback.history import holds
from release.rollback.restore import Restoration
from release.rollback.under_way import unless_under_way
from release.session import Session
from release.settings import Channel
from release.update.target import Edit, Pushed, cloned, push_edit

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
        self._files = Restoration(channel, self.kind, wish)

    @property
    def good(self) -> str | None:
        """The version to go to, once it is known."""
        return self._files.good

    def run(self) -> Outcome:
        """Do it, or in a dry run show it; a failure is an outcome too."""
        started = self.session.transport.clock()
        try:
            outcome = unless_under_way(self.session, self.channel, self.wish.bad, self._run())
        except ReleaseError as error:
            outcome = replace(self._outcome(State.FAILED, error.wrong), next=error.fix)
        return replace(outcome, seconds=round(self.session.transport.clock() - started, 3))

    def _run(self) -> Outcome:
        writes = not self.wish.dry_run
        with cloned(
            self.session, self.channel, history=True, writes=writes, protocols=self.wish.protocols
        ) as target:  # fmt: skip
            if not writes:
                return self._planned(target, self._files.decide(target))
            pushed = push_edit(self.session, self.channel, target, self._files.decide, TRIES)
        return self._arrived(pushed) if pushed else self._already()

    def _planned(self, target: Clone, edit: Edit | None) -> Outcome:
        if edit is None:
            return self._already()
        serves = self.kind.served(self.channel, target.files(self.kind.paths(self.channel)))
        outcome = self._outcome(State.PLANNED, f"serves {serves.version}, would serve {self.good}")
        return replace(outcome, serves=serves, next=self._advice(), diff=unified(edit.before, edit.files))

    def _already(self) -> Outcome:
        """Nothing to restore; users of Chocolatey may still get the bad version."""
        serves, _unseen = self._read()
        outcome = replace(self._outcome(State.SKIPPED, f"already rolled back to {self.good}"), serves=serves)
        return self._left_to_people(outcome, moved=False)

    def _left_to_people(self, outcome: Outcome, *, moved: bool) -> Outcome:
        """``manual`` with the steps, where the files alone are not the whole way back."""
        wish = replace(self.wish, good=self.good)
        if reason := self.kind.left_to_people(self.session, self.channel, wish, moved=moved):
            return replace(outcome, state=State.MANUAL, reason=reason, next=self._advice())
        return outcome

    def _arrived(self, pushed: Pushed) -> Outcome:
        """What became of a push, by what the channel serves now."""
        serves, unseen = (None, None) if pushed.pull else self._read()
        if pushed.pull:
            outcome = self._outcome(State.PENDING, "the branch is protected: a pull request waits")
            outcome = replace(outcome, run_url=pushed.pull, next=f"Merge {pushed.pull}; then: {self._advice()}")
        elif unseen:
            outcome = replace(self._outcome(State.UNCONFIRMED, f"pushed, not seen yet: {unseen}"), next=self._advice())
        else:
            outcome = replace(self._outcome(State.SERVED, None), next=self._advice())
            outcome = self._left_to_people(outcome, moved=True)
        diff = unified(pushed.edit.before, pushed.edit.files)
        return replace(outcome, serves=serves or self._read()[0], attempts=pushed.attempts, diff=diff)

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


def _unseen(reading: Reading) -> str:
    served = reading.served
    if served is None:
        return reading.reason or "it cannot be read"
    return f"serves {served.version}" if served.version else "it does not say which version it serves"
