"""Contents of files at any commit, by ``git cat-file``: looked up first, so that nothing large is ever unpacked."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, Protocol

from release.errors import EditRefused

LARGEST = 1024 * 1024  # bytes of a channel's file
AT_ONCE = 512  # files looked up in one run of git
UNPACKED = 8 * LARGEST  # bytes unpacked in one run of git


class CatFile(Protocol):
    """Runs ``git cat-file HOW`` with ``data`` on its standard input."""

    def __call__(self, *how: str, data: bytes) -> bytes: ...  # noqa: D102 - see above


class _Blob(NamedTuple):
    name: str | None
    size: int


def read_blobs(cat_file: CatFile, url: str, wanted: Iterable[tuple[str, str]]) -> Iterator[bytes | None]:
    """The content of each (commit, path), ``None`` where there is none; read as it is asked for, some at a time.

    Args:
        cat_file: runs git in the repository.
        url: of the repository, for messages.
        wanted: commits and paths.

    Raises:
        EditRefused: one is larger than any file of a channel.
    """
    pairs = iter(wanted)
    while some := list(islice(pairs, AT_ONCE)):
        known = _look_up(cat_file, url, some)
        while known:
            count = _how_many(known)
            names = [blob.name for blob in known[:count]]
            contents = read_contents(cat_file, filter(None, names))
            yield from (contents[name] if name else None for name in names)
            del known[:count]


def _look_up(cat_file: CatFile, url: str, pairs: list[tuple[str, str]]) -> list[_Blob]:
    how = "--batch-check=%(objecttype) %(objectname) %(objectsize)"
    lines = cat_file(how, data="".join(f"{commit}:{path}\n" for commit, path in pairs).encode()).splitlines()
    return [_blob(url, *pair, line) for pair, line in zip(pairs, lines, strict=True)]


def _blob(url: str, commit: str, path: str, line: bytes) -> _Blob:
    if not line.startswith(b"blob "):
        return _Blob(None, 0)
    _, name, size = line.decode().split()
    if int(size) > LARGEST:
        raise EditRefused(
            f"{path} of {url} has {size} bytes in {commit[:12]}", f"A channel's file has {LARGEST} at most."
        )
    return _Blob(name, int(size))


def _how_many(known: list[_Blob]) -> int:
    """As many as may be unpacked together, at least one."""
    size = 0
    for count, blob in enumerate(known):
        size += blob.size
        if size > UNPACKED and count:
            return count
    return len(known)


def read_contents(cat_file: CatFile, names: Iterable[str]) -> dict[str, bytes]:
    """Git's name of a blob -> its content; one that stands there often is unpacked once."""
    once = list(dict.fromkeys(names))
    out, at = cat_file("--batch", data="".join(f"{name}\n" for name in once).encode()) if once else b"", 0
    bodies = dict[str, bytes]()
    for name in once:
        start = out.index(b"\n", at) + 1
        at = start + int(out[at:start].split()[-1])
        bodies[name] = out[start:at]
        at += 1  # git ends each with a line end
    return bodies
