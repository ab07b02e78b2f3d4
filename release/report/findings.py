"""What ``doctor`` found, as plain text."""

from collections import Counter
from collections.abc import Sequence

from release.report.report import Finding
from release.text import one_line

LEVELS = ("ok", "warning", "failed")


def render_findings(findings: Sequence[Finding]) -> list[str]:
    """A line each, the fix below it, and how many of each level there are; nothing for no findings."""
    shown: list[str] = []
    for one in findings:
        shown.append(f"{one.level.upper():<8} {one.channel:<10} {one.check:<13} {one_line(one.text)}")
        shown += [f"{'':<8} {'':<10} {'':<13} -> {one_line(one.fix)}"] if one.fix else []
    return [*shown, count(findings)] if findings else []


def count(findings: Sequence[Finding]) -> str:
    """``12 ok, 1 warning, 0 failed``."""
    found = Counter(str(one.level) for one in findings)
    named = {level: f"{level}s" if level == "warning" and found[level] != 1 else level for level in LEVELS}
    return ", ".join(f"{found[level]} {named[level]}" for level in LEVELS)
