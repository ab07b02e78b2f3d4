"""A rollback of one channel whose files are in git, and what became of it."""

from dataclasses import replace

from release.channels import kind_of
from release.channels.advice import advice, package_of
from release.channels.choco.feed import Review, read_feed
from release.channels.reading import read_served
from release.errors import InputError, ReleaseError, ServiceError
from release.git.clone import Clone
from release.git.diff import unified
from release.records import Outcome, Served, State
from release.rollback.history import holds
from release.rollback.restore import Restoration, Wish
from release.rollback.under_way import unless_on_its_way
from release.session import Session
from release.settings import Channel
from release.update.target import Edit, Pushed, cloned, push_edit

TRIES = 3
READS = 3  # GitHub's contents API can lag behind a push
LISTED = {Review.APPROVED, Review.PENDING}


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
            outcome = unless_on_its_way(self.session, self.channel, self.wish.bad, self._run())
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
        if self.channel.kind == "choco" and (listed := self._listed()):
            return replace(outcome, state=State.MANUAL, reason=listed, next=self._advice())
        return outcome

    def _arrived(self, pushed: Pushed) -> Outcome:
        """What became of a push, by what the channel serves now."""
        serves, unseen = (None, None) if pushed.pull else self._read()
        if pushed.pull:
            outcome = self._outcome(State.PENDING, "the branch is protected: a pull request waits")
            outcome = replace(outcome, run_url=pushed.pull, next=f"Merge {pushed.pull}; then: {self._advice()}")
        elif unseen:
            outcome = replace(self._outcome(State.UNCONFIRMED, f"pushed, not seen yet: {unseen}"), next=self._advice())
        elif self.channel.kind == "choco":
            reason = f"the repository holds {self.good} again; the gallery needs its owner"
            outcome = replace(self._outcome(State.MANUAL, reason), next=self._advice())
        else:
            outcome = replace(self._outcome(State.SERVED, None), next=self._advice())
        diff = unified(pushed.edit.before, pushed.edit.files)
        return replace(outcome, serves=serves or self._read()[0], attempts=pushed.attempts, diff=diff)

    def _read(self) -> tuple[Served | None, str | None]:
        """What the channel is seen to serve, and why that is not the good version (``None``: it is)."""
        good = self.good or ""
        for left in reversed(range(READS)):
            seen = read_served(self.session, self.channel, good, None, newest_stable=None, timeout=None)
            if seen.served and holds(seen.served, good):
                return seen.served, None
            if not left or seen.state is State.UNKNOWN:
                break
            self.session.transport.sleep(min(1, self.session.settings.retry.max_wait))
        return seen.served, seen.reason or "it cannot be read"

    def _listed(self) -> str | None:
        """Why users of Chocolatey can still get the bad version; ``None`` where they cannot."""
        if not self.channel.feed:
            return None
        try:
            native = self.kind.native_version(self.wish.bad)
        except InputError:  # what Chocolatey cannot express was never there
            return None
        try:
            entry = read_feed(self.session.transport, self.channel.feed, package_of(self.channel), native)
        except ServiceError as error:
            return f"the repository holds {self.good}; whether {native} is listed could not be read: {error.wrong}"
        return (
            f"the repository holds {self.good}; {native} is still listed" if entry and entry.review in LISTED else None
        )

    def _advice(self) -> str:
        return advice(self.channel, self.session.settings.project, self.wish.bad, self.good or "")

    def _outcome(self, state: State, reason: str | None) -> Outcome:
        version = self.good or self.wish.bad
        return Outcome(self.channel.name, state, self.channel.target, version=version, reason=reason)
