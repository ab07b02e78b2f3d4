"""After sending: wait until every channel serves the version, or until it is known which one does not and why."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from release.dispatch.follow import LAST_SECONDS, Follow, Stage
from release.http.workers import Workers
from release.records import ONLY_ITS_RUN, Outcome, Release, State
from release.session import Session

if TYPE_CHECKING:
    from concurrent.futures import Future

OPEN = frozenset({State.SENT, State.RUNNING, State.UNCONFIRMED})  # the last may have been told
GROWTH, LONGEST = 1.5, 30.0  # of the pause, in intervals
EACH_FIRST, EACH_LONGEST = 0.2, 2.0  # intervals for each channel on the same token, of the first and longest pause
GRACE_SECONDS = 2.0  # after Ctrl-C, for answers that are on their way


def ignore(_outcome: Outcome) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Pace:
    """How long to wait between two looks: ``interval`` seconds at first, with ``sharing`` channels on one token."""

    interval: float
    sharing: int = 1

    def pauses(self, longest: float = LONGEST) -> Iterator[float]:
        """Seconds, each half as long again as the one before, up to a longest one."""
        longest = max(longest, EACH_LONGEST * self.sharing)
        pause = max(1.0, EACH_FIRST * self.sharing)
        while True:
            yield pause * self.interval
            pause = min(pause * GROWTH, longest)


@dataclass
class _Board:
    """The newest outcome of each channel, and who hears of a change."""

    on_change: Callable[[Outcome], None]
    at_once: threading.Semaphore
    now: dict[str, Outcome] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, outcome: Outcome) -> None:
        with self.lock:
            before = self.now.get(outcome.channel)
            self.now[outcome.channel] = outcome
            if before is None or _shown(before) != _shown(outcome):
                self.on_change(outcome)


def _shown(outcome: Outcome) -> tuple[State, str | None, str | None]:
    return outcome.state, outcome.reason, outcome.run_url


def confirm(
    session: Session,
    release: Release,
    outcomes: Sequence[Outcome],
    deadline: float,
    on_change: Callable[[Outcome], None] = ignore,
    *,
    interval: float = 1.0,
    grace: float = LAST_SECONDS + GRACE_SECONDS,
    allow_downgrade: bool = False,
) -> list[Outcome]:
    """Follow every channel that was told, all at the same time, until it serves the version or the time is up.

    A thread for each channel, nearly always asleep; ``http.concurrency`` limits how many ask at once. Pauses grow
    from ``interval`` to thirty times that, and with the number of channels that share a token.

    Args:
        session: collaborators.
        release: what was sent.
        outcomes: of the dispatch; those that are not ``sent``, ``running`` or ``unconfirmed`` stay as they are, and so
            does one whose run has succeeded and of which nothing else says anything.
        deadline: seconds of the transport's clock.
        on_change: takes an outcome whenever its state, reason or run changed; never two at once.
        interval: seconds between the first two looks.
        grace: seconds that a request on its way gets beyond the deadline.
        allow_downgrade: whether a newer version may have to give way to this one.

    Returns:
        An outcome for each, in the same order. ``Stopped`` is never raised: an interrupt ends with what was known
        and ``session.stop`` set.
    """
    told = [outcome for outcome in outcomes if outcome.state in OPEN and outcome.reason != ONLY_ITS_RUN]
    board = _Board(on_change, threading.Semaphore(session.settings.http.concurrency))
    board.now = {outcome.channel: outcome for outcome in outcomes}
    sharing = Counter(session.settings.channels[outcome.channel].token for outcome in told)
    with Workers(max(1, len(told))) as workers:
        followed = {}
        for outcome in told:
            channel = session.settings.channels[outcome.channel]
            follow = Follow(session, release, channel, outcome, allow_downgrade=allow_downgrade)
            pace = Pace(interval, sharing[channel.token])
            followed[outcome.channel] = workers.submit(_until, follow, board, deadline, pace)
        try:
            left = deadline - session.transport.clock()
            wait(followed.values(), timeout=max(0.0, left) + grace)
        except KeyboardInterrupt:
            session.stop.set()
            wait(followed.values(), timeout=GRACE_SECONDS)
    return [_final(session, release, board, outcome, followed.get(outcome.channel)) for outcome in outcomes]


def _final(
    session: Session, release: Release, board: _Board, told: Outcome, future: "Future[Outcome] | None"
) -> Outcome:
    """How it ended; where it did not, what is known, and that it was not seen in time."""
    if future is None:
        return told
    error = future.exception() if future.done() else None
    if future.done() and error is None:
        return future.result()
    with board.lock:
        now = board.now[told.channel]
    if session.stop.is_set():
        return now
    reason = (now.reason or "a request still hangs").removeprefix("not yet: ")
    if error is not None:
        reason = f"it could not be followed: {type(error).__name__}: {error}"
    look = f"invoke status.{now.channel} --version {release.version}"
    return replace(now, state=State.UNCONFIRMED, reason=f"not in time: {reason}", next=look)


def _until(follow: Follow, board: _Board, deadline: float, pace: Pace) -> Outcome:
    """Look at one channel again and again until nothing can change any more, or the time is up."""
    transport, stage = follow.session.transport, follow.stage
    pauses = pace.pauses()
    if stage is Stage.FIND:
        transport.sleep(max(0.0, min(pace.interval, deadline - transport.clock())))
    while not follow.done:
        with board.at_once:
            board.note(follow.look())
        left = deadline - transport.clock()
        if follow.done or left <= 0:
            break
        if follow.stage is not stage:
            stage = follow.stage
            pauses = pace.pauses(follow.kind.longest_pause if stage is Stage.READ else LONGEST)
        transport.sleep(min(next(pauses), left))
    board.note(follow.give_up())
    return follow.outcome
