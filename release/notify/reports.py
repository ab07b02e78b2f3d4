"""The reports that other jobs left behind, read with suspicion: a job that died leaves none, or half of one."""

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from release.errors import one_line
from release.records import State
from release.report.text import shorten

Document = Mapping[str, Any]
LARGEST = 4 << 20  # bytes of one report; the row of a channel has about one thousand
MOST = 1000  # files, and rows of one report: more than a workflow has jobs
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
PROOF = re.compile(r"prove\.([a-z][a-z0-9-]{0,39})\.([a-z0-9]{1,20})\.json")
DAMAGED = "its row of the report is damaged"
OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to would be waited for


class _NoReport(Exception):  # noqa: N818 - what a file is, in one line for a person
    """Why a file is no report."""


def load_results(paths: str | Path | Iterable[str | Path]) -> tuple[list[Document], list[str]]:
    """The reports in ``paths``, and a line for each file that is none, or not wholly one.

    Args:
        paths: files, or directories that are searched for ``*.json`` at any depth; links in them are not followed.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    files = list(islice((file for one in given for file in _files(Path(one))), MOST + 1))
    documents: list[Document] = []
    problems = [f"{MOST} files were read, the others not"] if len(files) > MOST else []
    for name, path in files[:MOST]:
        try:
            found, dropped = _report(_parsed(_content(path)))
        except _NoReport as error:
            problems.append(f"{name}: {error}")
            continue
        documents.append(found)
        problems += [f"{name}: {dropped} of its rows name no channel"] if dropped else []
    return documents, problems


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """The path itself, also where there is nothing, so that this is said; a directory's files in order."""
    if not path.is_dir():
        yield _shown(path.name), path.resolve()
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for file in (Path(folder, name) for name in sorted(names) if name.endswith(".json")):
            yield _shown(file.relative_to(path).as_posix()), file


def _shown(name: str) -> str:
    return shorten(one_line(name), 200)


def _content(path: Path) -> bytes:
    try:
        if path.is_symlink():
            raise _NoReport("is a link, which is not followed")
        with os.fdopen(os.open(path, OPENING), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _NoReport("is no regular file")
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _NoReport(f"cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})") from None
    if len(content) > LARGEST:
        raise _NoReport(f"is larger than {LARGEST >> 20} MiB")
    return content


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise _NoReport("is not JSON: it may have been cut off") from None


def _report(value: object) -> tuple[Document, int]:
    """A report with rows that all have a channel and a state, and how many rows had to be left out."""
    if not isinstance(value, dict):
        raise _NoReport("is JSON, but no report")
    rows = value.get("channels", [])
    if not isinstance(rows, list) or (rows and not any(_is_row(row) for row in rows)):
        raise _NoReport("has channels of another shape than a report's")
    named = [row for row in rows[:MOST] if _channel(row)]
    kept = [row if _is_row(row) else {"channel": row["channel"], "state": State.FAILED, "reason": DAMAGED}
            for row in named]  # fmt: skip
    return {**value, "channels": kept}, len(rows) - len(named)


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and _channel(row) is not None and isinstance(row.get("state"), str)


def _channel(row: object) -> str | None:
    """The channel that a row names; any other name than a channel can have could forge a line of output."""
    name = row.get("channel") if isinstance(row, dict) else None
    return name if isinstance(name, str) and NAME.fullmatch(name) else None


def proof_named(problem: str) -> tuple[str, str] | None:
    """Channel and system, where the file that a problem is about is a proof's: ``prove.scoop.windows.json``."""
    found = PROOF.fullmatch(problem.split(": ", maxsplit=1)[0].lower().rpartition("/")[2])
    return (found[1], found[2]) if found else None


def names(problem: str, channel: str) -> bool:
    """Whether the file that a problem is about is the channel's: ``scoop.json``, ``dist.scoop.json``, ``scoop/x.json``.

    No name of a channel holds a dot, so that ``release.extract.json`` is never one's.
    """
    parts = problem.split(": ", maxsplit=1)[0].lower().removesuffix(".json").split("/")
    return any(part in {channel, f"dist.{channel}", f"result-{channel}"} for part in parts)
