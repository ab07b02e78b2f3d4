"""What was read of a channel, held against what it should serve. Pure."""

from dataclasses import dataclass, replace

from release.channels.choco.feed import Entry, Review
from release.channels.text.versions import is_older
from release.records import Served, State


@dataclass(frozen=True)
class Verdict:
    """What a channel was seen to serve.

    Attributes:
        state: ``SERVED``, ``BEHIND``, ``MISMATCH``, ``PENDING`` or ``UNKNOWN``.
        served: as read; ``None`` where it could not be.
        reason: one line, ``None`` where all is well.
        newer: it serves a version above the expected one.
        refused: the channel's own review turned the version down.
    """

    state: State
    served: Served | None = None
    reason: str | None = None
    newer: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Expected:
    """``version`` as the channel writes it; ``sha256`` where it is to be compared; ``newest`` stable or not."""

    version: str
    sha256: str | None
    newest: bool | None


def judge(served: Served, expected: Expected) -> Verdict:
    """A version and a checksum that were read, against those expected. Pure."""
    held = served.version
    if held is None:
        return Verdict(State.UNKNOWN, served, "it does not say which version it serves")
    if not same_version(held, expected.version):
        newer = is_older(expected.version, held) is True
        return Verdict(State.BEHIND, served, f"serves {held}" + (", which is newer" if newer else ""), newer)
    if expected.sha256 is None or served.sha256 == expected.sha256.lower():
        return Verdict(State.SERVED, served)
    if served.sha256 is None:
        return Verdict(State.UNKNOWN, served, f"serves {held} without a sha256 that could be compared")
    wrong = f"SHA256 mismatch: serves {held} with {served.sha256}, the release has {expected.sha256.lower()}"
    return Verdict(State.MISMATCH, served, wrong)


def judge_review(seen: Verdict, entry: Entry | None) -> Verdict:
    """What the package's repository holds, seen together with the feed's entry of the expected version. Pure."""
    served = seen.served and replace(
        seen.served,
        pending=entry is not None and entry.review is Review.PENDING,
        note=f"community feed: {entry.note}" if entry else "not in the community feed",
    )
    seen = replace(seen, served=served)
    if seen.state is not State.SERVED:
        return seen
    if entry is None:
        return replace(seen, state=State.BEHIND, reason="the repository has it, the community feed does not (yet)")
    if entry.review is Review.APPROVED:
        return seen
    if entry.review is Review.PENDING:
        return replace(seen, state=State.PENDING, reason=f"in moderation ({entry.note})")
    said = f"the community feed has it as {entry.review.value}"
    return replace(seen, state=State.BEHIND, reason=said, refused=entry.review is Review.REJECTED)


def judge_image(digest: str | None, latest: str | None, expected: Expected) -> Verdict:
    """Digests of the version's tag and of ``latest``; ``None`` where there is no such tag. Pure."""
    if digest is None:
        return Verdict(State.BEHIND, None, f"there is no tag {expected.version}")
    served = Served(expected.version, latest=digest == latest, digest=digest)
    if expected.newest and not served.latest:
        return Verdict(State.BEHIND, served, f"`latest` is another image ({latest or 'no such tag'})")
    return Verdict(State.SERVED, served)


def judge_latest(seen: Verdict, *, newest: bool | None) -> Verdict:
    """An image that was read without ``newest``; where that cannot be had, nothing is claimed. Pure."""
    served = seen.served
    if seen.state is not State.SERVED or served is None or not served.digest or served.latest or newest is False:
        return seen
    if served.latest is None:
        return replace(seen, state=State.UNKNOWN)
    if newest is None:
        reason = "`latest` is another image; whether it should be this one could not be read from GitHub"
        return replace(seen, state=State.UNKNOWN, reason=reason)
    return replace(seen, state=State.BEHIND, reason="`latest` is another image")


def same_version(one: str, other: str) -> bool:
    """Whether two versions are the same, also where one leaves out numbers or dots; build metadata counts."""
    if one == other:
        return True
    return "+" not in one + other and is_older(one, other) is False and is_older(other, one) is False
