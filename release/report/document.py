"""The JSON document of a report. Its schema: ``.github/schemas/report.schema.json``."""

import json
from collections.abc import Sequence
from typing import Any

from release.errors import one_line
from release.findings import Level, Line
from release.records import Outcome, Release, Served
from release.report.report import SCHEMA, Report
from release.report.text import lines


def render_json(report: Report) -> str:
    """The JSON document of one task, version 1 of its schema; nothing in it commands a terminal or a log."""
    document: dict[str, Any] = {
        "schema": SCHEMA, "task": report.task, "ok": report.exit_code == 0,
        "release": release_json(report.release) if report.release else None,
        "channels": [outcome_json(outcome) for outcome in report.outcomes],
    }  # fmt: skip
    if report.errors:
        document["errors"] = [{"wrong": error.wrong, "fix": error.fix} for error in report.errors]
    shown = json.dumps({**document, **report.extra}, indent=2, ensure_ascii=False)
    return lines(shown).replace("##[", "#\\u0023[")


def findings_json(findings: Sequence[Line]) -> dict[str, Any]:
    """The document of ``doctor --json``; ``ok`` is false where a line failed."""
    shown = [
        {"channel": one.channel, "check": one.check, "level": str(one.level), "text": one.text, "fix": one.fix or None}
        for one in findings
    ]
    ok = all(one.level is not Level.FAILED for one in findings)
    return {"schema": SCHEMA, "task": "doctor", "ok": ok, "lines": shown}


def release_json(release: Release) -> dict[str, Any]:
    """A release as reports and records carry it."""
    artifacts = {a.name: {"url": a.url, "sha256": a.sha256, "size": a.size} for a in release.artifacts.values()}
    return {
        "version": release.version, "tag": release.tag, "prerelease": release.prerelease,
        "commit": release.commit, "artifacts": artifacts,
        "assets": [{"name": a.name, "url": a.url, "size": a.size, "sha256": a.sha256} for a in release.assets],
    }  # fmt: skip


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """One channel as reports carry it; ``system`` is there where an installation was tried."""
    row = {
        "channel": outcome.channel, "state": str(outcome.state), "reason": _line(outcome.reason),
        "target": outcome.target, "version": outcome.version, "sha256": outcome.sha256,
        "serves": served_json(outcome.serves) if outcome.serves else None, "run_url": _line(outcome.run_url),
        "attempts": outcome.attempts, "seconds": outcome.seconds, "next": _line(outcome.next),
    }  # fmt: skip
    return {**row, "system": outcome.system} if outcome.system else row


def served_json(served: Served) -> dict[str, Any]:
    """What a channel serves; an image has its digest, and whether ``latest`` is the same one."""
    downloads = [{"url": one.url, "sha256": one.sha256, "expected": one.expected} for one in served.downloads]
    shown = {"version": served.version, "sha256": served.sha256, "downloads": downloads}
    return shown if served.digest is None else {**shown, "digest": served.digest, "latest": served.latest}


def _line(text: str | None) -> str | None:
    return None if text is None else one_line(text)
