"""Folders with the real files of targets, ``DIR/OWNER/REPO``: read whole, within bounds, never through a link."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from release.errors import InputError

MOST_FILES, MOST_BYTES = 20_000, 64 << 20
SMALLER = "Copy the channel's own files alone to that place."


def read_checkout(folder: Path) -> dict[str, bytes]:
    """Path -> content of every file below ``folder``; git's own folder is left out.

    Raises:
        InputError: it is too much, cannot be read, or holds a link or a name that git cannot take from us.
    """
    found, size = dict[str, bytes](), 0
    try:
        for place in _walk(folder):
            size += place.stat().st_size
            if len(found) == MOST_FILES or size > MOST_BYTES:
                wrong = f"{folder} has more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB"
                raise InputError(wrong, SMALLER)
            found[place.relative_to(folder).as_posix()] = place.read_bytes()
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}", "Check the folder.") from None
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        mode = entry.stat(follow_symlinks=False).st_mode
        if not entry.name.isprintable() or entry.name.startswith('"'):
            raise InputError(f"{entry.path!r} is a name with odd characters", "Rename it, or leave it out.")
        if stat.S_ISDIR(mode):
            yield from _walk(Path(entry.path)) if entry.name != ".git" else ()
        elif stat.S_ISREG(mode):
            yield Path(entry.path)
        else:
            raise InputError(f"{entry.path} is a link or no file", "Put a plain file there, or leave it out.")
