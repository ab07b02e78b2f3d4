"""How ``dist.all --wait`` has to report each way of misbehaving."""

from dataclasses import dataclass

from release.channels import kind_of
from release.rehearsal.servers.faults import KINDS
from release.settings import Channel


@dataclass(frozen=True)
class Expected:
    """The exit code, and the states of which the channel must be in one."""

    code: int
    states: tuple[str, ...]


_SERVED = Expected(0, ("served",))
_FAILED = Expected(1, ("failed",))
_UNCONFIRMED = Expected(1, ("unconfirmed",))
_UNUSUAL = {
    "lost": _SERVED,
    "rate-limit": _SERVED,
    "slow": _SERVED,
    "server-error": _UNCONFIRMED,
    "no-receiver": Expected(
        1, ("unconfirmed", "failed")
    ),  # a server that starts a workflow says so, of an event none does
    "needs-approval": Expected(3, ("manual",)),
    "stuck": _UNCONFIRMED,
    "stale": Expected(1, ("unconfirmed", "failed")),
    "wrong-checksum": Expected(1, ("failed", "mismatch")),
}
EXPECTED = {kind: _UNUSUAL.get(kind, _FAILED) for kind in KINDS}


def expected_of(channel: Channel, kind: str) -> Expected:
    """How a channel that misbehaves so has to be reported."""
    own = kind_of(channel.kind).rehearsed.misbehaviours.get(kind)
    return Expected(own.code, own.states) if own else EXPECTED[kind]
