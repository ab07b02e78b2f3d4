"""A rollback of the channels whose files are in git: the files as at the last good commit, on the newest head."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from release.advice import advice, package_of
from release.channels import kind_of
from release.channels.versions import is_older
from release.config import Channel
from release.diff import unified
from release.errors import EditRefused, ReleaseError, ServiceError
from release.feed import Review, read_feed
from release.git import Clone
from release.gitcommand import PROTOCOLS
from release.history import Held, foreign_edit, holds, last_of, read_history, version_before
from release.on_its_way import OURS, on_its_way
from release.pushing import Edit, Pushed, cloned, push_edit
from release.records import Outcome, State
from release.serves import read_served
from release.session import Session

TRIES = 3
READS = 3  # GitHub's contents API can lag behind a push
LISTED = {Review.APPROVED, Review.PENDING}


@dataclass(frozen=True)
class Wish:
    """What a rollback is asked for.

    Attributes:
        bad: the version to leave, SemVer.
        good: the version to go to; ``None``: what each channel held before.
        reason: a sentence for the commit.
        dry_run: show, write nothing.
        protocols: what git may speak, ``:`` between them.
    """

    bad: str
    good: str | None = None
    reason: str = ""
    dry_run: bool = False
    protocols: str = PROTOCOLS


class Restoration:
    """The rollback of one channel.

    Attributes:
        good: the version to go to, once it is known.
    """

    def __init__(self, session: Session, channel: Channel, wish: Wish) -> None:
        self.session, self.channel, self.wish, self.good = session, channel, wish, wish.good
        self.kind = kind_of(channel.kind)

    def run(self) -> Outcome:
        """Do it, or in a dry run show it; a failure is an outcome too."""
        started = self.session.transport.clock()
        try:
            outcome = self._run()
        except ReleaseError as error:
            outcome = self._outcome(State.FAILED, error.wrong, next=error.fix)
        return replace(outcome, seconds=round(self.session.transport.clock() - started, 3))

    def _run(self) -> Outcome:
        dry = self.wish.dry_run
        options = {"history": True, "writes": not dry}
        with cloned(self.session, self.channel, protocols=self.wish.protocols, **options) as target:
            if dry:
                return self._planned(target, self._decide(target))
            pushed = push_edit(self.session, self.channel, target, self._decide, TRIES)
        return self._arrived(pushed) if pushed else self._already()

    def _decide(self, target: Clone) -> Edit | None:
        """What this head needs; ``None`` where it serves the good version.

        Raises:
            ReleaseError: it serves a third version, never served the bad one, or was edited by hand since.
        """
        bad, paths = self.wish.bad, [*self.kind.paths(self.channel), *self.kind.extra_paths(self.channel)]
        before = target.files(paths)
        serves = self.kind.served(self.channel, before)
        history = read_history(target, self.channel, self.kind)
        good = self.good = self._good_of(history, serves.version)
        if holds(serves, good):
            return None
        if not holds(serves, bad):
            raise ReleaseError(
                f"{self.channel.target} serves {serves.version}, which is neither {bad} nor {good}",
                f"Name what it serves with --version if {serves.version} is the bad one.",
            )
        old = self._restorable(history, good)
        files = {path: body for path, body in old.files.items() if before.get(path) != body}
        return Edit(files, before, self._message(old, good), f"{OURS}{self._project}-{bad}-to-{good}")

    def _good_of(self, history: Sequence[Held], serves: str | None) -> str:
        bad, target = self.wish.bad, self.channel.target
        if self.wish.good:
            return self.wish.good
        if not any(one.is_of(bad) for one in history):
            raise ReleaseError(
                f"{target} never served {bad}; it serves {serves}", f"Leave it out: --skip {self.channel.name}."
            )
        good = version_before(history, bad)
        if good is None:
            raise ReleaseError(f"{target} held no version before {bad}", "Name the good one with --to.")
        if is_older(good, bad) is not True:
            raise ReleaseError(
                f"{target} held {good} before {bad}, which is no older version",
                f"Bring it back with: invoke dist.{self.channel.name} --version {good}",
            )
        return good

    def _restorable(self, history: Sequence[Held], good: str) -> Held:
        old = last_of(history, good)
        if old is None:
            raise ReleaseError(
                f"The history of {self.channel.target} has no commit that held {good}", "Name another one with --to."
            )
        if commit := foreign_edit(history, old):
            raise EditRefused(
                f"Commit {commit} of {self.channel.target} changed the files since {good}, and is no bump",
                "Undo that commit or restore the files by hand: a rollback would lose it.",
            )
        return old

    def _message(self, old: Held, good: str) -> str:
        why = f"Reason: {self.wish.reason}\n\n" if self.wish.reason else ""
        files = ", ".join(self.kind.paths(self.channel))
        return f"{self._project}: roll back {self.wish.bad} to {good}\n\n{why}Restores {files} as at {old.commit}."

    def _planned(self, target: Clone, edit: Edit | None) -> Outcome:
        serves = self.kind.served(self.channel, target.files(self.kind.paths(self.channel)))
        if edit is None:
            return replace(self._already(), serves=serves)
        reason = f"serves {serves.version}, would serve {self.good}"
        return replace(self._outcome(State.PLANNED, reason, next=self._advice()), serves=serves,
                       diff=unified(edit.before, edit.files))  # fmt: skip

    def _already(self) -> Outcome:
        """Nothing to restore: done, unless the bad version is listed still or on its way back."""
        outcome = replace(self._outcome(State.SKIPPED, f"already rolled back to {self.good}"), serves=self._read()[0])
        if self.channel.kind == "choco" and (listed := self._listed()):
            outcome = replace(outcome, state=State.MANUAL, reason=listed, next=self._advice())
        return self._unless_on_its_way(outcome)

    def _arrived(self, pushed: Pushed) -> Outcome:
        diff = unified(pushed.edit.before, pushed.edit.files)
        if pushed.pull:
            outcome = self._outcome(State.PENDING, "the branch is protected: a pull request waits")
            outcome = replace(outcome, run_url=pushed.pull, next=f"Merge {pushed.pull}; then {self._advice()}")
        elif self.channel.kind == "choco":
            outcome = self._outcome(State.MANUAL, f"repository restored to {self.good}; the feed needs its owner")
            outcome = replace(outcome, next=self._advice())
        else:
            outcome = self._outcome(State.SERVED, None, next=self._advice())
        serves, unseen = self._read()
        if unseen and outcome.state is State.SERVED:
            outcome = replace(outcome, state=State.UNCONFIRMED, reason=f"pushed, but not seen yet: {unseen}")
        outcome = replace(outcome, serves=serves, attempts=pushed.attempts, diff=diff)
        return self._unless_on_its_way(outcome)

    def _read(self):
        """What the channel is seen to serve, and why that is not the good version (``None``: it is)."""
        for left in reversed(range(READS)):
            seen = read_served(self.session, self.channel, self.good or "", None, newest_stable=None, timeout=None)
            if (seen.served and holds(seen.served, self.good or "")) or not left:
                break
            self.session.transport.sleep(1)
        there = seen.served is not None and holds(seen.served, self.good or "")
        return seen.served, None if there else seen.reason or "unknown"

    def _listed(self) -> str | None:
        """Why users of Chocolatey can still get the bad version; ``None`` where they cannot."""
        if not self.channel.feed:
            return None
        native = self.kind.native_version(self.wish.bad)
        try:
            entry = read_feed(self.session.transport, self.channel.feed, package_of(self.channel), native)
        except ServiceError as error:
            return f"repository restored; whether {native} is listed could not be read: {error.wrong}"
        return f"repository restored; {native} is still listed" if entry and entry.review in LISTED else None

    def _unless_on_its_way(self, outcome: Outcome) -> Outcome:
        return unless_on_its_way(self.session, self.channel, self.wish.bad, outcome)

    @property
    def _project(self) -> str:
        return self.session.settings.project.name

    def _advice(self) -> str:
        return advice(self.channel, self.session.settings.project, self.wish.bad, self.good or "")

    def _outcome(self, state: State, reason: str | None, next: str | None = None) -> Outcome:
        return Outcome(
            self.channel.name, state, self.channel.target, version=self.good or self.wish.bad, reason=reason, next=next
        )
