"""What was read of a channel, held against what it should serve. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from release.channels.text.versions import is_older
from release.records import Download, Served, State


@dataclass(frozen=True)
class Verdict:
    """What a channel was seen to serve.

    Attributes:
        state: ``SERVED``, ``BEHIND``, ``MISMATCH``, ``PENDING`` or ``UNKNOWN``.
        served: as read; ``None`` where it could not be.
        reason: one line, ``None`` where all is well.
        newer: it serves a version above the expected one.
        refused: the channel's own review turned the version down.
        uncompared: ``UNKNOWN`` for one reason only: who asked knows no checksum to look for.
    """

    state: State
    served: Served | None = None
    reason: str | None = None
    newer: bool = False
    refused: bool = False
    uncompared: bool = False


@dataclass(frozen=True)
class Expected:
    """What a channel should serve.

    Attributes:
        version: as the channel writes it.
        sha256: of the channel's artifact, where it is to be compared.
        newest: whether the version is the newest stable release; ``None`` where that is not known.
        checksums: URL of a file of the release -> its sha256; ``None`` where nothing but the version is compared.
    """

    version: str
    sha256: str | None = None
    newest: bool | None = None
    checksums: Mapping[str, str] | None = None


def judge(served: Served, expected: Expected) -> Verdict:
    """A version and its checksums that were read, against those expected."""
    held = served.version
    if held is None:
        return Verdict(State.UNKNOWN, served, "it does not say which version it serves")
    if not same_version(held, expected.version):
        newer = is_older(expected.version, held) is True
        return Verdict(State.BEHIND, served, f"serves {held}" + (", which is newer" if newer else ""), newer)
    if served.downloads and expected.checksums is not None:
        return _judge_downloads(served, held, expected.checksums)
    if expected.sha256 is None or served.sha256 == expected.sha256.lower():
        return Verdict(State.SERVED, served)
    if served.sha256 is None:
        return Verdict(State.UNKNOWN, served, f"serves {held} without a sha256 that could be compared")
    wrong = f"SHA256 mismatch: serves {held} with {served.sha256}, the release has {expected.sha256.lower()}"
    return Verdict(State.MISMATCH, served, wrong)


def _judge_downloads(served: Served, held: str, checksums: Mapping[str, str]) -> Verdict:
    """Every file by its URL: the first that is wrong, else the first that cannot be judged, is named."""
    downloads = tuple(replace(one, expected=checksums.get(one.url)) for one in served.downloads)
    served = replace(served, downloads=downloads)
    if wrong := [reason for one in downloads if (reason := _wrong(one, held))]:
        return Verdict(State.MISMATCH, served, wrong[0])
    if unsure := [one for one in downloads if (one.sha256 is None or one.expected is None) and not _by_git(one)]:
        what = "its sha256 is not stated" if unsure[0].sha256 is None else "what it should be is not known"
        return Verdict(State.UNKNOWN, served, f"serves {held}; {unsure[0].url} cannot be compared: {what}")
    return Verdict(State.SERVED, served)


def _by_git(one: Download) -> bool:
    """Whether it is a checkout, whose commit is its checksum: its version alone can be compared."""
    return one.sha256 is None and one.version is not None and one.url.endswith(".git")


def _wrong(one: Download, held: str) -> str | None:
    if one.version is not None and not same_version(one.version, held):
        return f"serves {held}, but {one.url} is of version {one.version}"
    if one.sha256 is None or one.expected is None or one.sha256 == one.expected.lower():
        return None
    return f"SHA256 mismatch: serves {held}, {one.url} with {one.sha256}, the release has {one.expected.lower()}"


def same_version(one: str, other: str) -> bool:
    """Whether two versions are the same, also where one leaves out numbers or dots; build metadata counts."""
    if one == other:
        return True
    return "+" not in one + other and is_older(one, other) is False and is_older(other, one) is False
