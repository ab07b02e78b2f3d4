"""The records that every step hands to the next. All frozen; all JSON shapes are made in ``report``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What became of a channel; the value is the printed word."""

    PLANNED = "planned"
    SKIPPED = "skipped"
    SENT = "sent"
    RUNNING = "running"
    SERVED = "served"
    INSTALLED = "installed"
    PENDING = "pending"
    MANUAL = "manual"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    BEHIND = "behind"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


ONLY_ITS_RUN = "its run succeeded; nothing says what it serves"
"""How the reason of a channel begins that is ``sent`` and stays so: no file and no page tells what users get there."""


@dataclass(frozen=True)
class Artifact:
    """One file of a release.

    Attributes:
        name: its name in the configuration, such as ``source`` or ``wheel``.
        url: where users download it.
        sha256: 64 lower-case hex digits, ``None`` while unknown.
        size: bytes, ``None`` while unknown.
    """

    name: str
    url: str
    sha256: str | None = None
    size: int | None = None

    @property
    def file_name(self) -> str:
        """The last part of the URL's path: ``v0.0.1.tar.gz``."""
        return self.url.split("?")[0].split("#")[0].rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Asset:
    """A file attached to a release, as GitHub states it.

    Attributes:
        name: the file's name.
        url: where users download it.
        size: bytes, ``None`` where it is not stated.
        sha256: 64 lower-case hex digits, ``None`` where GitHub states none.
    """

    name: str
    url: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Release:
    """A version and its artifacts, as GitHub has them.

    Attributes:
        version: SemVer 2.0.0 without a leading ``v``.
        tag: the git tag.
        prerelease: whether GitHub or SemVer calls it one.
        artifacts: by name in the configuration.
        published: whether GitHub knows a published release of this tag.
        assets: every file attached to it.
        commit: that the tag points to, 40 hex digits, ``None`` while unknown.
    """

    version: str
    tag: str
    prerelease: bool
    artifacts: Mapping[str, Artifact]
    published: bool = True
    assets: tuple[Asset, ...] = ()
    commit: str | None = None


@dataclass(frozen=True)
class Download:
    """A file of the release that a channel's files make users download.

    Attributes:
        url: as the channel's tool fetches it: variables filled in, no fragment.
        sha256: stated beside it, 64 lower-case hex digits; ``None`` where none is stated, or of another algorithm.
        version: that the files give it, as the channel writes it; ``None`` where that cannot be told.
        line: where the URL stands, counted from 1; 0 where that is not known.
        expected: the checksum that it should have, once that is known.
    """

    url: str
    sha256: str | None = None
    version: str | None = None
    line: int = 0
    expected: str | None = None


@dataclass(frozen=True)
class Served:
    """What a channel was seen to serve; ``None`` where the source has no such thing.

    Attributes:
        version: as SemVer where it can be told, else as the channel writes it.
        sha256: of the artifact that users download there.
        url: what users download there.
        latest: whether what moves with the newest version is at this one, such as the tag ``latest`` of an image.
        pending: the version is in the channel's own review.
        digest: of an image's manifest.
        note: one line that a report should add.
        downloads: every file of the release that users may get, the main one included.
        review: what the channel's own review says of the version, one word; ``None`` where it has no review.
        unread: what could not be read beside all this, and why.
        brings: name and version of each package of the product that one without downloads brings, so that
            versions are all that can be compared; ``None`` where it has downloads, or that is not known.
        text: what was read of a source whose format is not known; not reported.
    """

    version: str | None
    sha256: str | None = None
    url: str | None = None
    latest: bool | None = None
    pending: bool = False
    digest: str | None = None
    note: str | None = None
    downloads: tuple[Download, ...] = ()
    review: str | None = None
    unread: str | None = None
    brings: tuple[tuple[str, str], ...] | None = None
    text: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one channel: a row of the table, an entry of the JSON report.

    Attributes:
        channel: its name in the configuration.
        state: see ``State``.
        target: ``owner/name`` of the receiving repository.
        version: the version asked for.
        sha256: of the artifact that this channel downloads.
        reason: one line, why it is in this state.
        serves: what it was seen to serve, where that was read.
        run_url: the receiver's run, where known.
        attempts: requests sent to tell it.
        seconds: from the first to the last of them.
        next: the exact command or step for a person, where one is needed.
        diff: what was or would be edited, not part of the JSON report's rows.
        run_id: of the receiver's run, where known; not reported.
        since: when the channel was first told, seconds since the epoch by the server's clock; not reported.
        system: of an installation that was tried: ``linux``, ``macos`` or ``windows``.
    """

    channel: str
    state: State
    target: str
    version: str | None = None
    sha256: str | None = None
    reason: str | None = None
    serves: Served | None = None
    run_url: str | None = None
    attempts: int = 0
    seconds: float = 0.0
    next: str | None = None
    diff: str | None = None
    run_id: int | None = None
    since: float | None = None
    system: str | None = None
