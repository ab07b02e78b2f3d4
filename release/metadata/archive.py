"""The files in an archive of a release, read within bounds: no bomb, no long list costs more than a moment.

``.tar.gz``, ``.tgz`` and ``.zip`` (and ``.whl``) are read; other kinds are not known here.
"""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from release.errors import InputError

MOST_BYTES = 256 * 1024 * 1024  # unpacked, of what has to be read to get to a file
MOST_MEMBERS = 10_000
MOST_AT_ONCE = 64 * 1024  # bytes in one piece; a header that wants more is none of an honest archive
HEAD = 8192  # bytes of each file that are looked at
TARS, ZIPS = (".tar.gz", ".tgz"), (".zip", ".whl")
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True)
class Member:
    """A plain file of an archive: its path with ``/``, and its first bytes."""

    path: str
    head: bytes

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class TooMuch(Exception):  # noqa: N818 - says what happened
    """The archive is larger than what is read of one; the rest of it is not known."""


def is_archive(file_name: str) -> bool:
    """Whether a file of this name is read here."""
    return file_name.endswith((*TARS, *ZIPS))


def members(file: BinaryIO, file_name: str) -> Iterator[Member]:
    """The plain files of the archive in ``file``, in its order.

    Raises:
        InputError: it is damaged.
        TooMuch: a bound was reached.
    """
    try:
        yield from _tar(file) if file_name.endswith(TARS) else _zip(file)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError) as error:  # fmt: skip
        why = str(error) or type(error).__name__
        fix = "Build it anew and attach it to the release."
        raise InputError(f"{file_name} is no archive that can be read: {why}", fix) from None


class _Bounded(gzip.GzipFile):
    """Unpacks no more than ``MOST_BYTES``, and gives no more than ``MOST_AT_ONCE`` in one piece."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MOST_AT_ONCE:
            raise TooMuch("a header is too long")
        self._check(self.tell() + size)
        return super().read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._check(offset)
        return super().seek(offset, whence)

    def _check(self, place: int) -> None:
        if place > MOST_BYTES:
            raise TooMuch(f"it has more than {MOST_BYTES} bytes")


def _tar(file: BinaryIO) -> Iterator[Member]:
    with _Bounded(fileobj=file, mode="rb") as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as tar:
        for count, entry in enumerate(tar):
            if count == MOST_MEMBERS:
                raise TooMuch(f"it has more than {MOST_MEMBERS} files")
            content = tar.extractfile(entry) if entry.isreg() and not entry.issparse() else None
            if content is not None:
                yield Member(entry.name, content.read(HEAD))


def _zip(file: BinaryIO) -> Iterator[Member]:
    with zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
        for entry in entries[:MOST_MEMBERS]:
            link = stat.S_ISLNK(entry.external_attr >> 16)
            if not entry.is_dir() and not link and entry.compress_type in PACKED:
                with packed.open(entry) as content:
                    yield Member(entry.filename, content.read(HEAD))
    if len(entries) > MOST_MEMBERS:
        raise TooMuch(f"it has more than {MOST_MEMBERS} files")
