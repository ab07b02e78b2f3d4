"""A task's JSON report in a few lines for the account of a rehearsal."""

import json
from collections.abc import Iterator, Mapping

from release.rehearsal.records import Json

WIDTH = 160


def parse_report(text: str) -> Json:
    """The report, empty where the text is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def render_report(report: Json) -> Iterator[str]:
    """A line per artifact where there are no channels, a line per channel, and what the other tasks say or found."""
    rows = report.get("channels", [])
    if not rows:
        yield from _artifacts((report.get("release") or {}).get("artifacts", {}))
    for row in rows:
        yield render_row(row)
    said = report.get("lines", [])
    yield from (line[:WIDTH] for line in said if isinstance(line, str))
    lines = [line for line in said if isinstance(line, dict)]
    if lines:
        levels = [line["level"] for line in lines]
        yield ", ".join(f"{levels.count(level)} {level}" for level in dict.fromkeys(levels))
    yield from (
        f"{line['channel']} {line['check']}: {line['text']}"[:WIDTH] for line in lines if line["level"] == "failed"
    )


def _artifacts(found: Mapping[str, Json]) -> Iterator[str]:
    for name, artifact in found.items():
        yield f"{name:<9} {artifact.get('size')} bytes  sha256 {artifact.get('sha256') or 'unknown'}"[:WIDTH]


def render_row(row: Mapping[str, object]) -> str:
    """One channel of a report in a line."""
    reason = f"  {row['reason']}" if row.get("reason") else ""
    return f"{row.get('channel', '')!s:<9} {row.get('state', '')!s:<11} {row.get('version') or ''}{reason}"[:WIDTH]
