"""A channel's files in a checkout on this machine: read without leaving it, written whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from release.errors import EditRefused, InputError
from release.git.blobs import LARGEST
from release.settings import Channel

Siblings = Callable[[Channel, Iterable[str]], list[str]]
"""A channel and the names beside its first file -> those of them that an edit has to know."""


def read_folder(folder: Path, channel: Channel, paths: Iterable[str], siblings: Siblings) -> dict[str, bytes]:
    """Path -> content of those ``paths`` and ``siblings`` that exist in ``folder``.

    Raises:
        InputError: ``folder`` is no folder, or a file cannot be read.
        EditRefused: one is no plain file, lies outside of ``folder``, or is larger than a channel's file may be.
    """
    if not folder.is_dir():
        raise InputError(f"--path {folder} is no folder", "Give the folder of a checkout of the target.")
    main = (folder / channel.paths[0]).parent
    names = [entry.relative_to(folder).as_posix() for entry in main.iterdir()] if main.is_dir() else []
    wanted = dict.fromkeys([*paths, *siblings(channel, names)])
    try:
        return {path: _content(folder, path) for path in wanted if os.path.lexists(folder / path)}
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}", "Check the checkout.") from None


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file beside its place first, then put them all in place.

    Raises:
        InputError: a file cannot be written.
        EditRefused: as ``read_folder``.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, body in files.items():
            place = _inside(folder, path)
            ready.append((_beside(place, body), place))
        for temporary, place in ready:
            temporary.replace(place)
    except OSError as error:
        raise InputError(f"{error.filename} cannot be written: {error.strerror}", "Check the checkout.") from None
    finally:
        for temporary, _place in ready:
            temporary.unlink(missing_ok=True)


def _content(folder: Path, path: str) -> bytes:
    """The whole file; what may have no end, such as a pipe, is not even opened."""
    place = _inside(folder, path)
    if not place.is_file():
        raise EditRefused(f"{path} in {folder} is no file", "Put a plain file there.")
    if (size := place.stat().st_size) > LARGEST:
        raise EditRefused(f"{path} in {folder} has {size} bytes", f"A channel's file has {LARGEST} at most.")
    return place.read_bytes()


def _inside(folder: Path, path: str) -> Path:
    place = folder / path
    if place.is_symlink() or not place.resolve().is_relative_to(folder.resolve()):
        raise EditRefused(f"{path} leads out of {folder} or is a symbolic link", "Put a plain file there.")
    return place


def _beside(place: Path, body: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        temporary.chmod(place.stat().st_mode & 0o777 if place.exists() else 0o644)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
