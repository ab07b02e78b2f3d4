"""The reports that other jobs left behind, read with suspicion: a job that died leaves none, or half of one."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.records import State

Document = Mapping[str, Any]
GOOD = frozenset({State.PLANNED, State.SKIPPED, State.SENT, State.RUNNING, State.SERVED, State.PENDING, State.MANUAL})
NO_RESULT = "no result: its job ended before it could report"
HEX = r"[0-9a-f]{64}"
WHOLE = "release"  # stands for the release where a failure is no single channel's; `release` tasks report so


@dataclass(frozen=True)
class Result:
    """What became of one channel, as its report says; every text is from outside and unescaped.

    Attributes:
        channel: its name, ``release`` for a failure of the whole release.
        state: the report's word, one of ``records.State`` or something odd.
        reason: why it is in this state.
        run_url: the receiver's run.
        sha256: of the channel's artifact, 64 lower-case hex digits, ``None`` where it states none.
        next: the command or step for a person.
        serves: whether the channel was seen to serve this very version and checksum.
    """

    channel: str
    state: str
    reason: str | None = None
    run_url: str | None = None
    sha256: str | None = None
    next: str | None = None
    serves: bool = False

    @property
    def failing(self) -> bool:
        """Whether the state is no good one; an unknown word is none."""
        return self.state not in GOOD

    @property
    def healed(self) -> bool:
        """Whether users get the version there: ``served``, or skipped because it is. ``sent`` is neither."""
        return self.state == State.SERVED or (self.state == State.SKIPPED and self.serves)


def load_results(paths: str | Path | Iterable[str | Path]) -> tuple[list[Document], list[str]]:
    """The reports in ``paths``, and a line for each file that is none.

    Args:
        paths: files, or directories that are searched for ``*.json`` at any depth.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    documents: list[Document] = []
    problems: list[str] = []
    for name, path in (file for one in given for file in _files(Path(one))):
        found = _document(path)
        if isinstance(found, str):
            problems.append(f"{name}: {found}")
        else:
            documents.append(found)
    return documents, problems


def _files(path: Path) -> list[tuple[str, Path]]:
    """The path itself, also where there is nothing, so that this is said; a directory's files in order."""
    if not path.is_dir():
        return [(path.name, path)]
    return [(file.relative_to(path).as_posix(), file) for file in sorted(path.rglob("*.json"))]


def _document(path: Path) -> Document | str:
    """The report in a file, or why it is none."""
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        return f"cannot be read ({error.strerror or type(error).__name__})"
    except (ValueError, RecursionError):
        return "is not JSON: it may have been cut off"
    if not isinstance(value, dict):
        return "is JSON, but no report"
    channels = value.get("channels", [])
    if not isinstance(channels, list) or not all(_is_row(row) for row in channels):
        return "has channels of another shape than a report's"
    return value


def _is_row(row: object) -> bool:
    """Whether it has a state and a channel's name; any other name could forge a line of output."""
    if not isinstance(row, dict) or not isinstance(row.get("channel"), str):
        return False
    return re.fullmatch(r"[a-z][a-z0-9_-]*", row["channel"]) is not None and isinstance(row.get("state"), str)


def results_of(
    documents: Sequence[Document], version: str | None, expected: Sequence[str], problems: Sequence[str] = ()
) -> list[Result]:
    """One result for each channel: those of the reports, and a failed one for each expected channel without any.

    Args:
        documents: from ``load_results``.
        version: the one that was released; reports on another one count as missing. ``None`` takes all.
        expected: channels that must have reported.
        problems: from ``load_results``; one that names a channel becomes its reason.
    """
    found: dict[str, Result] = {}
    for row in _rows(documents, version):
        result = _result(row, version)
        if result.channel not in found or result.failing:
            found[result.channel] = result
    told = _said(documents)
    for name in expected:
        broken = next((f"no result: {line}" for line in problems if names(line, name)), None)
        if broken or name not in found:
            found[name] = _worse(found.get(name), Result(name, State.FAILED, broken or told or NO_RESULT))
    loose = [line for line in problems if not any(names(line, name) for name in expected)]
    whole = told or "; ".join(loose)
    if whole and not any(result.failing for result in found.values()):
        found[WHOLE] = Result(WHOLE, State.FAILED, whole)
    return list(found.values())


def stated_checksums(documents: Sequence[Document]) -> dict[str, str]:
    """Artifact -> sha256 as the reports' releases state them, for channels whose own report does not."""
    found: dict[str, str] = {}
    for document in documents:
        release = document.get("release")
        artifacts = release.get("artifacts") if isinstance(release, Mapping) else None
        for name, value in artifacts.items() if isinstance(artifacts, Mapping) else ():
            sha256 = str(value.get("sha256") or "").lower() if isinstance(value, Mapping) else ""
            found |= {str(name): sha256} if re.fullmatch(HEX, sha256) else {}
    return found


def names(problem: str, channel: str) -> bool:
    """Whether the file that a problem is about carries the channel's name: ``scoop.json``, ``result-scoop/x.json``."""
    whole = rf"(?<![a-z0-9]){re.escape(channel)}(?![a-z0-9])"
    return re.search(whole, problem.split(": ", maxsplit=1)[0].lower()) is not None


def _worse(one: Result | None, other: Result) -> Result:
    return one if one is not None and one.failing else other


def _rows(documents: Sequence[Document], version: str | None) -> list[Document]:
    rows = [row for one in documents if isinstance(found := one.get("channels"), list) for row in found if _is_row(row)]
    return [row for row in rows if version is None or row.get("version") in {None, version}]


def _result(row: Document, version: str | None) -> Result:
    sha256 = str(row.get("sha256") or "").lower()
    known = re.fullmatch(HEX, sha256) is not None
    return Result(
        channel=row["channel"], state=row["state"], reason=_text(row, "reason"), run_url=_text(row, "run_url"),
        sha256=sha256 if known else None, next=_text(row, "next"),
        serves=_serves(row.get("serves"), version or row.get("version"), sha256 if known else None),
    )  # fmt: skip


def _serves(served: object, version: object, sha256: str | None) -> bool:
    """Whether what was seen is this version; a checksum that both sides state must agree."""
    if not isinstance(served, Mapping) or version is None or served.get("version") != version:
        return False
    seen = str(served.get("sha256") or "").lower()
    return not seen or sha256 is None or seen == sha256


def _text(row: Document, key: str) -> str | None:
    value = row.get(key)
    return value if isinstance(value, str) and value.strip() else None


def _said(documents: Sequence[Document]) -> str | None:
    """What a report says that is about the whole release: it has errors, or is not ok and has no rows.

    A report that is not ok for a row (``failed``, ``manual``) says so there.
    """
    for document in documents:
        errors = document.get("errors")
        if document.get("ok") is False and (errors or not document.get("channels")):
            lines = errors if isinstance(errors, list) else [errors]
            return f"{document.get('task') or 'a task'} failed: {'; '.join(map(_wrong, lines))}"
    return None


def _wrong(error: object) -> str:
    said = error.get("wrong") if isinstance(error, Mapping) else error
    return str(said or "it says no more")
