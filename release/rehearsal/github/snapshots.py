"""What a repository holds at one commit: read from git once, or of files that git does not have yet."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Self

from release.git.blobs import read_contents
from release.rehearsal.github.isolated import run_git

Entry = tuple[str, str]
"""Its type, ``blob`` or ``tree``, and git's name of it."""
MODES = {"blob": "100644", "tree": "40000"}


class Snapshot(NamedTuple):
    """All files and directories of a commit.

    Attributes:
        entries: path -> entry, in git's order.
        contents: path -> bytes, of files.
    """

    entries: Mapping[str, Entry]
    contents: Mapping[str, bytes]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Of plain files, path -> bytes."""
        entries = {path: ("blob", _name("blob", content)) for path, content in files.items()}
        inside = defaultdict[PurePosixPath, dict[str, Entry]](dict)
        for path in map(PurePosixPath, files):
            inside[path.parent][path.name] = entries[str(path)]
            inside.update({folder: inside[folder] for folder in path.parents})
        for folder in sorted(inside, key=lambda folder: -len(folder.parts))[:-1]:
            entries[str(folder)] = inside[folder.parent][folder.name] = ("tree", _name("tree", _tree(inside[folder])))
        return cls(dict(sorted(entries.items(), key=_place)), files)

    def inside(self, folder: str = "") -> list[tuple[str, str, str]]:
        """``(type, object id, path)`` of what is right in a directory, of all by default; empty where it is none."""
        child = re.compile(f"{re.escape(folder)}/[^/]+" if folder else "[^/]+")
        return [(*entry, path) for path, entry in self.entries.items() if child.fullmatch(path)]


NOTHING = Snapshot({}, {})


@lru_cache(maxsize=32)
def read_snapshot(path: Path, commit: str) -> Snapshot:
    """The snapshot of a commit of the repository at ``path``."""
    listed = run_git("ls-tree", "-r", "-t", "-z", commit, cwd=path).decode("utf-8", "surrogateescape").split("\0")
    lines = (line.partition("\t") for line in listed[:-1])
    entries = {name: (about.split()[1], about.split()[2]) for about, _, name in lines}
    blobs = {name: sha for name, (kind, sha) in entries.items() if kind == "blob"}
    contents = read_contents(lambda *how, data: run_git("cat-file", *how, cwd=path, stdin=data), blobs.values())
    return Snapshot(entries, {name: contents[sha] for name, sha in blobs.items()})


def _place(item: tuple[str, Entry]) -> str:
    path, (kind, _) = item
    return path + "/" * (kind == "tree")


def _tree(inside: Mapping[str, Entry]) -> bytes:
    """A directory as git writes it: of each entry its mode, its name and the object's."""
    return b"".join(
        f"{MODES[kind]} {name}\0".encode() + bytes.fromhex(sha)
        for name, (kind, sha) in sorted(inside.items(), key=_place)
    )


def _name(kind: str, content: bytes) -> str:
    return hashlib.sha1(b"%b %d\0%b" % (kind.encode(), len(content), content), usedforsecurity=False).hexdigest()
