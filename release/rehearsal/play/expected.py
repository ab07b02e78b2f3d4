"""How ``dist.all --wait`` has to report each way of misbehaving."""

from collections.abc import Mapping
from dataclasses import dataclass

from release.channels import kind_of
from release.channels.rehearsed import WRONG_CHECKSUM
from release.rehearsal.servers.faults import KINDS
from release.settings import Channel


@dataclass(frozen=True)
class Expected:
    """The exit code, and the states of which the channel must be in one."""

    code: int
    states: tuple[str, ...]

    @property
    def arrives(self) -> bool:
        """Whether the channel gets the release."""
        return "served" in self.states


SERVED = Expected(0, ("served",))
UNREAD = Expected(0, ("sent", "served"))  # nothing says what is served: that its run succeeded is all
_FAILED = Expected(1, ("failed",))
_UNCONFIRMED = Expected(1, ("unconfirmed",))
_UNUSUAL = {
    "lost": SERVED,
    "rate-limit": SERVED,
    "slow": SERVED,
    "server-error": _UNCONFIRMED,
    "no-receiver": Expected(
        1, ("unconfirmed", "failed")
    ),  # a server that starts a workflow says so, of an event none does
    "needs-approval": Expected(3, ("manual",)),
    "stuck": _UNCONFIRMED,
    "stale": Expected(1, ("unconfirmed", "failed")),
    WRONG_CHECKSUM: Expected(1, ("failed", "unconfirmed")),  # a text that lacks the right one may still get it
}
EXPECTED = {kind: _UNUSUAL.get(kind, _FAILED) for kind in KINDS}
UNNOTICED = ("stale", WRONG_CHECKSUM)  # where nothing says what is served


def arrival(channel: Channel) -> Expected:
    """How a channel that gets the release has to be reported."""
    return SERVED if kind_of(channel.kind).readable(channel) else UNREAD


def faults_of(channel: Channel) -> dict[str, Expected]:
    """Each fault that can be noticed of this channel, and how it has to be reported then."""
    kind = kind_of(channel.kind)
    own = {name: Expected(one.code, one.states) for name, one in kind.rehearsed.misbehaviours.items()}
    hidden = () if kind.readable(channel) else UNNOTICED
    return {
        fault: arrival(channel) if expected.arrives else expected
        for fault, expected in {**EXPECTED, **own}.items()
        if fault not in hidden and kind.rehearsed.notices(channel, fault)
    }


def exit_code(expected: Mapping[str, Expected]) -> int:
    """Of a release whose channels are expected to be reported so: 0 only where everything arrives."""
    codes = {one.code for one in expected.values()}
    return 1 if 1 in codes else max(codes, default=0)
