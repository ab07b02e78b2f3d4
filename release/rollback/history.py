"""Which version a channel's files held at each commit, and who changed them. Pure but for ``read_history``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from release.channels.base import Kind
from release.channels.verdict import same_version
from release.errors import ReleaseError
from release.git.clone import Clone
from release.records import Served
from release.settings import Channel


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


def read_history(target: Clone, channel: Channel, kind: Kind[Any], *, main_only: bool = False) -> list[Held]:
    """Every commit up to ``target.head`` that touched the channel's files, newest first, through merges.

    ``main_only`` gives what users were served in turn: a merge counts, the commits that it brought do not.
    """
    paths = [*kind.paths(channel), *kind.extra_paths(channel)]
    commits = target.commits(paths, main_only=main_only)
    bodies = iter(target.blobs((commit, path) for commit in commits for path in paths))
    history = []
    for commit in commits:
        files = {path: body for path, body in zip(paths, bodies, strict=False) if body is not None}
        history.append(Held(commit, _served(channel, kind, files), files))
    return history


def _served(channel: Channel, kind: Kind[Any], files: Mapping[str, bytes]) -> Served | None:
    try:
        return kind.served(channel, files)
    except ReleaseError:
        return None


def version_before(history: Sequence[Held], bad: str) -> str | None:
    """The version that the files held directly before the first commit that held ``bad``; ``None``: there is none."""
    held = [place for place, one in enumerate(history) if one.is_of(bad)]
    older = history[held[-1] + 1 :] if held else ()
    return next((one.serves.version for one in older if one.serves and one.serves.version), None)


def last_of(history: Sequence[Held], version: str) -> Held | None:
    """The newest commit after which the files held ``version``."""
    return next((one for one in history if one.is_of(version)), None)


def foreign_edit(history: Sequence[Held], good: Held) -> str | None:
    """The commit since ``good`` that changed the files and was no bump; ``None`` where nothing would be lost.

    A bump changes the version, or the checksum of the same version alone. An edit that was undone while the files
    held the same version is none.
    """
    since = [one for one in history[: history.index(good)] if one.serves]
    for _, run in groupby(since, lambda one: one.serves and one.serves.version):
        held = list(run)
        if _content(held[0]) != _content(held[-1]):
            return next(newer.commit for newer, older in pairwise(held) if _content(newer) != _content(older))
    return None


def _content(held: Held) -> dict[str, bytes]:
    """The files without the checksum of what users download."""
    if held.serves is None or not held.serves.sha256:
        return dict(held.files)
    checksum = re.compile(re.escape(held.serves.sha256.encode()), re.IGNORECASE)
    return {path: checksum.sub(b"", body) for path, body in held.files.items()}
