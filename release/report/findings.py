"""What ``doctor`` found, as plain text."""

from collections import Counter
from collections.abc import Sequence

from release.errors import one_line
from release.findings import Level, Line


def render_findings(findings: Sequence[Line]) -> list[str]:
    """A line each, the fix below it, and how many of each level there are; nothing for no findings."""
    shown: list[str] = []
    for one in findings:
        shown.append(f"{one.level.upper():<8} {one.channel:<10} {one.check:<13} {one_line(one.text)}")
        shown += [f"{'':<8} {'':<10} {'':<13} -> {one_line(one.fix)}"] if one.fix else []
    return [*shown, count(findings)] if findings else []


def count(findings: Sequence[Line]) -> str:
    """``12 ok, 1 warning, 0 failed``."""
    found = Counter(one.level for one in findings)
    warnings = "warning" if found[Level.WARNING] == 1 else "warnings"
    return f"{found[Level.OK]} ok, {found[Level.WARNING]} {warnings}, {found[Level.FAILED]} failed"
