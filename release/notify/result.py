"""What became of one channel, or of one installation of it that was tried. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from release.records import State

# From the worst to the best; any other word is worse than all of them.
ORDER = (State.MANUAL, State.PENDING, State.RUNNING, State.PLANNED, State.SENT, State.SKIPPED, State.SERVED,
         State.INSTALLED)  # fmt: skip
GOOD = frozenset(ORDER)
WHOLE = "release"  # stands for the release where a failure is no single channel's; `release` tasks report so
ANY_SYSTEM = "unknown"


@dataclass(frozen=True)
class Result:
    """What became of one channel, as a report says; every text is from outside and unescaped.

    Attributes:
        channel: its name, ``release`` for a failure of the whole release.
        state: the report's word, one of ``records.State`` or something odd.
        reason: why it is in this state.
        run_url: the receiver's run.
        sha256: of the channel's artifact, 64 lower-case hex digits, ``None`` where it states none.
        next: the command or step for a person.
        serves: whether the channel was seen to serve this very version and checksum.
        unread: whether nothing says what this channel serves, and its run succeeded.
        system: where an installation was tried; ``None`` for what is about the channel itself.
    """

    channel: str
    state: str
    reason: str | None = None
    run_url: str | None = None
    sha256: str | None = None
    next: str | None = None
    serves: bool = False
    unread: bool = False
    system: str | None = None

    @property
    def key(self) -> str:
        """What the marker calls it: ``scoop``, or ``scoop/prove/windows``."""
        return f"{self.channel}/prove/{self.system}" if self.system else self.channel

    @property
    def failing(self) -> bool:
        """Whether the state is no good one; an unknown word is none."""
        return self.state not in GOOD

    @property
    def healed(self) -> frozenset[str]:
        """The keys that this result heals: the channel's where users get the version there, an installation's own.

        ``sent`` heals no channel of which something could say what it serves.
        """
        if self.system:
            return frozenset({self.key, f"{self.channel}/prove/{ANY_SYSTEM}"} if self.state == State.INSTALLED else ())
        seen = self.state in {State.SERVED, State.INSTALLED} or (self.state == State.SKIPPED and self.serves)
        return frozenset({self.key} if seen or (self.state == State.SENT and self.unread) else ())


def worst(results: Iterable[Result]) -> list[Result]:
    """One result for each channel, its worst; an installation that was not tried says nothing beside another."""
    found: dict[str, Result] = {}
    for one in results:
        known = found.get(one.channel)
        found[one.channel] = one if known is None or _rank(one) < _rank(known) else known
    return [replace(one, reason=_where(one)) for one in found.values()]


def _rank(one: Result) -> int:
    untried = one.system is not None and one.state == State.SKIPPED
    return len(ORDER) if untried else -1 if one.failing else list(ORDER).index(State(one.state))


def _where(one: Result) -> str | None:
    return f"installation on {one.system}: {one.reason or one.state}" if one.system else one.reason
