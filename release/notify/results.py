"""What became of each channel and of each installation that was tried, as the reports say it. Pure."""

import re
from collections.abc import Mapping, Sequence

from release.notify.reports import NAME, Document, names, proof_named
from release.notify.result import ANY_SYSTEM, WHOLE, Result
from release.records import ONLY_ITS_RUN, State
from release.report.text import shorten

NO_RESULT = "no result: its job ended before it could report"
HEX = re.compile(r"[0-9a-f]{64}")
LONGEST = 2000  # characters of one text from a report


def results_of(
    documents: Sequence[Document], version: str | None, expected: Sequence[str], problems: Sequence[str] = ()
) -> list[Result]:
    """The results of the reports, the worse of two on the same; a failed one for each expected channel without any.

    Args:
        documents: from ``load_results``.
        version: the one that was released; reports on another one count as missing. ``None`` takes all.
        expected: channels that must have reported.
        problems: from ``load_results``; one that names a channel becomes its reason.
    """
    found: dict[str, Result] = {}
    for one in (result for document in documents for result in _of(document, version)):
        if one.key not in found or one.failing:
            found[one.key] = one
    told = _said(documents)
    for name in expected:
        broken = next((f"no result: {line}" for line in problems if names(line, name)), None)
        if name not in found or (broken and not found[name].failing):
            found[name] = Result(name, State.FAILED, broken or told or NO_RESULT)
    for line in problems:
        if proof := proof_named(line):
            lost = Result(proof[0], State.FAILED, shorten(f"no result: {line}", LONGEST), system=proof[1])
            found.setdefault(lost.key, lost)
    loose = [line for line in problems if not (proof_named(line) or any(names(line, name) for name in expected))]
    whole = told or "; ".join(loose)
    if whole and not any(result.failing for result in found.values()):
        found[WHOLE] = Result(WHOLE, State.FAILED, shorten(whole, LONGEST))
    return list(found.values())


def stated_checksums(documents: Sequence[Document]) -> dict[str, str]:
    """Artifact -> sha256 as the reports' releases state them, for channels whose own report does not."""
    found: dict[str, str] = {}
    for document in documents:
        release = document.get("release")
        artifacts = release.get("artifacts") if isinstance(release, Mapping) else None
        for name, value in artifacts.items() if isinstance(artifacts, Mapping) else ():
            if sha256 := _checksum(value) if isinstance(value, Mapping) else None:
                found[str(name)] = sha256
    return found


def _of(document: Document, version: str | None) -> list[Result]:
    """What one report says; that of an installation which has no row has failed as its errors say."""
    rows = document.get("channels")
    rows = [row for row in rows if _is_of(row, version)] if isinstance(rows, list) else []
    channel = _proved(document)
    if channel and not rows and document.get("ok") is False:
        return [Result(channel, State.FAILED, _errors(document), system=ANY_SYSTEM)]
    proof = str(document.get("task")).startswith("prove.")
    return [_result(row, version, _system(row) if proof else None) for row in rows]


def _is_of(row: object, version: str | None) -> bool:
    if not isinstance(row, Mapping) or not isinstance(row.get("state"), str):
        return False
    named = isinstance(row.get("channel"), str) and NAME.fullmatch(row["channel"])
    return bool(named) and (version is None or row.get("version") is None or row["version"] == version)


def _result(row: Document, version: str | None, system: str | None) -> Result:
    sha256, reason = _checksum(row), _text(row, "reason")
    serves = _serves(row.get("serves"), version or row.get("version"), sha256)
    return Result(
        channel=row["channel"], state=shorten(row["state"], 40), reason=reason, run_url=_text(row, "run_url"),
        sha256=sha256, next=_text(row, "next"), serves=serves,
        unread=row.get("serves") is None and (reason or "").startswith(ONLY_ITS_RUN), system=system,
    )  # fmt: skip


def _system(row: Document) -> str:
    system = row.get("system")
    return system if isinstance(system, str) and re.fullmatch(r"[a-z0-9]{1,20}", system) else ANY_SYSTEM


def _serves(served: object, version: object, sha256: str | None) -> bool:
    """Whether what was seen is this version; a checksum that both sides state must agree."""
    if not isinstance(served, Mapping) or not isinstance(version, str) or served.get("version") != version:
        return False
    return sha256 is None or not served.get("sha256") or _checksum(served) == sha256


def _checksum(table: Document) -> str | None:
    value = table.get("sha256")
    return value.lower() if isinstance(value, str) and HEX.fullmatch(value.lower()) else None


def _text(row: Document, key: str) -> str | None:
    value = row.get(key)
    return shorten(value, LONGEST) if isinstance(value, str) and value.strip() else None


def _proved(document: Document) -> str | None:
    """The channel that a report of ``prove.CHANNEL`` is about."""
    group, _, channel = str(_text(document, "task")).partition(".")
    return channel if group == "prove" and channel != "all" and NAME.fullmatch(channel) else None


def _said(documents: Sequence[Document]) -> str | None:
    """What a report says that is about the whole release: it has errors, or is not ok and has no rows.

    A report that is not ok for a row (``failed``, ``manual``) says so there.
    """
    for document in documents:
        bare = document.get("errors") or not document.get("channels")
        if document.get("ok") is False and bare and not _proved(document):
            return f"{_text(document, 'task') or 'a task'} failed: {_errors(document)}"
    return None


def _errors(document: Document) -> str:
    errors = document.get("errors")
    said = [_wrong(error) for error in (errors if isinstance(errors, list) else [errors])[:20]]
    return shorten("; ".join(said), LONGEST)


def _wrong(error: object) -> str:
    said = error.get("wrong") if isinstance(error, Mapping) else error
    return said if isinstance(said, str) and said else "it says no more"
