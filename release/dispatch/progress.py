"""What is said of one channel between being told and serving the version, and how it ends. Pure."""

from dataclasses import replace

from release.dispatch.tell import TOLD_TWICE
from release.records import Outcome, Release, State
from release.settings import Channel

BAD_ENDS = {
    "failure": "failed", "startup_failure": "could not start", "cancelled": "was cancelled",
    "timed_out": "timed out", "skipped": "was skipped by a condition in the workflow",
}  # fmt: skip


class Progress:
    """The outcome of one channel, as it grows.

    Args:
        channel: who was told.
        release: what was sent.
        told: the outcome of the dispatch.

    Attributes:
        outcome: what is known now.
        done: whether nothing can change it any more.
        approval: whether its run waits for somebody's approval.
        twice: why it may have been told twice; ``None`` where it was not.
    """

    def __init__(self, channel: Channel, release: Release, told: Outcome) -> None:
        self.channel, self.release, self.told, self.outcome = channel, release, told, told
        self.done, self.approval = False, False
        told_twice = TOLD_TWICE in (told.reason or "") and told.state is not State.UNCONFIRMED
        self.twice = told.reason if told_twice else None

    def note(self, reason: str) -> None:
        """It goes on."""
        self.outcome = replace(self.outcome, state=State.RUNNING, reason=reason)

    def end(self, state: State, reason: str | None, **more: str | None) -> None:
        """It is over; ``next`` is what a person can do."""
        after = {State.UNCONFIRMED: f"invoke status.{self.channel.name} --version {self.release.version}"}
        self.done = True
        if self.twice and self.twice != reason:
            reason = f"{reason}; {self.twice}" if reason else self.twice
        self.outcome = replace(self.outcome, state=state, reason=reason, next=more.get("next") or after.get(state))

    def end_badly(self, conclusion: str) -> None:
        """Its run ended with this conclusion, which is not ``success``."""
        how = BAD_ENDS.get(conclusion, f"ended as {conclusion}")
        self.end(State.FAILED, f"its run {how}", next=f"Read the run's log, then: {self.again()}")

    def end_late(self) -> None:
        """The time is up: ``unconfirmed`` or, where somebody has to approve, ``manual``."""
        if self.approval:
            self.end(State.MANUAL, self.outcome.reason, next=f"Approve the run: {self.outcome.run_url}")
            return
        reason = self.outcome.reason or "nothing was seen"
        unsure = f"{self.told.reason}; " if self.told.state is State.UNCONFIRMED else ""
        self.end(State.UNCONFIRMED, f"{unsure}not in time: {reason.removeprefix('not yet: ')}", next=self.told.next)

    def again(self, *, force: bool = False) -> str:
        """The command that tells it once more."""
        return f"invoke dist.{self.channel.name} --version {self.release.version}" + (" --force" if force else "")
