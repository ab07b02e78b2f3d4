"""What is there, and writing what is not: everything is looked at before the first byte is written."""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from release.errors import InputError, ReleaseError

LARGEST = 1 << 20  # bytes of a file that is compared


def read_present(folder: Path, paths: Mapping[str, str]) -> dict[str, bytes]:
    """The files of ``paths`` that are there, with their bytes.

    Args:
        folder: where they are, or would be.
        paths: path below the folder -> its text.

    Raises:
        InputError: a path leaves the folder, leads through a link, or is no file; with every such path.
    """
    wrong = [problem for path in paths if (problem := _problem(folder, path))]
    if wrong:
        raise InputError("; ".join(wrong), "Nothing was written. Move what is in the way, or run it in another folder.")
    return {path: (folder / path).read_bytes() for path in paths if (folder / path).exists()}


def _problem(folder: Path, path: str) -> str | None:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or ".git" in pure.parts:
        return f"{path} leaves the folder"
    for part in (*reversed(pure.parents), pure):
        if part == PurePosixPath():
            continue
        try:
            found = (folder / part).lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"{part} cannot be read: {error.strerror}"
        if stat.S_ISLNK(found.st_mode):
            return f"{part} is a link"
        if not (stat.S_ISREG if part == pure else stat.S_ISDIR)(found.st_mode):
            return f"{part} is no {'file' if part == pure else 'folder'}"
    return f"{path} is larger than {LARGEST} bytes" if found.st_size > LARGEST else None


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each file whole or not at all.

    Raises:
        ReleaseError: one cannot be written; it names those that are.
    """
    done: list[str] = []
    for path, text in files.items():
        try:
            _write(folder / path, text.encode())
        except OSError as error:
            wrong = f"{path} could not be written: {error.strerror}; written before it: {', '.join(done) or 'none'}"
            raise ReleaseError(
                wrong, "Mend that and run the same command again: what is there already is kept."
            ) from None
        done.append(path)


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=place.parent, prefix=".init-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
