"""Which version a channel's files held at each commit, and who changed them. Pure but for ``History``."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, groupby, islice, pairwise
from typing import Any, TypeVar

from release.channels.base import Kind
from release.channels.verdict import same_version
from release.errors import ReleaseError
from release.git.clone import Clone
from release.records import Served
from release.settings import Channel

DEPTH = 100  # commits at first; more are fetched where what is looked for is not among them
Found = TypeVar("Found")


@dataclass(frozen=True)
class Held:
    """What the files held after one commit.

    Attributes:
        commit: its id.
        serves: ``None`` where the files were not there, or not of the channel's shape.
        files: path -> content, of those that were there.
    """

    commit: str
    serves: Served | None
    files: Mapping[str, bytes] = field(repr=False)

    def is_of(self, version: str) -> bool:
        """Whether the files held this version."""
        return self.serves is not None and holds(self.serves, version)


def holds(serves: Served, version: str) -> bool:
    """Whether ``serves`` is of ``version`` (SemVer), in whatever form the channel writes it."""
    return serves.version is not None and same_version(serves.version, version)


class History:
    """What the files held in turn, newest first, as far back as it was asked for.

    Attributes:
        all: every commit up to ``target.head`` that touched the files, through merges.
        main: what users were served: a merge counts, the commits that it brought do not.
    """

    def __init__(self, target: Clone, channel: Channel, kind: Kind[Any]) -> None:
        self._target, self._channel, self._kind = target, channel, kind
        self._held = dict[str, Held]()
        self._read()

    def find(self, look: Callable[["History"], Found | None]) -> Found | None:
        """What ``look`` finds, further and further back until it does; ``None``: not in the whole history.

        What is here never changes with what is fetched: ``look`` must not find something else where there is more.
        """
        while (found := look(self)) is None and self._target.deepen():
            self._read()
        return found

    def _read(self) -> None:
        paths = [*self._kind.paths(self._channel), *self._kind.extra_paths(self._channel)]
        every, main = (self._target.commits(paths, main_only=only) for only in (False, True))
        new = [commit for commit in every if commit not in self._held]
        bodies = self._target.blobs((commit, path) for commit in new for path in paths)
        for commit in new:
            found = zip(paths, islice(bodies, len(paths)), strict=True)
            files = {path: body for path, body in found if body is not None}
            self._held[commit] = Held(commit, _served(self._channel, self._kind, files), files)
        self.all, self.main = ([self._held[commit] for commit in line] for line in (every, main))


def _served(channel: Channel, kind: Kind[Any], files: Mapping[str, bytes]) -> Served | None:
    try:
        return kind.served(channel, files)
    except ReleaseError:
        return None


def version_before(history: Sequence[Held], bad: str) -> str | None:
    """The version that was held before the newest unbroken stretch of ``bad``; ``None``: there is none.

    Commits after which the files were not there, or of no version, break no stretch.
    """
    held = (one for one in history if one.serves and one.serves.version)
    since = dropwhile(lambda one: not one.is_of(bad), held)
    return next((one.serves.version for one in since if one.serves and not one.is_of(bad)), None)


def last_of(history: Sequence[Held], version: str) -> Held | None:
    """The newest commit after which the files held ``version``."""
    return next((one for one in history if one.is_of(version)), None)


def foreign_edit(history: Sequence[Held], good: Held) -> str | None:
    """The commit since ``good`` that changed the files and was no bump; ``None`` where nothing would be lost.

    A bump changes the version, or checksums of the same version alone. An edit that was undone while the files
    held the same version is none.
    """
    if good not in history:
        return None
    since = [one for one in history[: history.index(good)] if one.serves]
    for _, run in groupby(since, lambda one: one.serves and one.serves.version):
        held = list(run)
        if _content(held[0]) != _content(held[-1]):
            return next(newer.commit for newer, older in pairwise(held) if _content(newer) != _content(older))
    return None


def _content(held: Held) -> dict[str, bytes]:
    """The files without the checksums of what users download."""
    serves = held.serves or Served(None)
    digits = filter(None, [serves.sha256, *(one.sha256 for one in serves.downloads)])
    checksum = re.compile("|".join(sorted(map(re.escape, digits))).encode() or b"(?!)", re.IGNORECASE)
    return {path: checksum.sub(b"", body) for path, body in held.files.items()}
