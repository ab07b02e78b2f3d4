"""A report as plain text: for a pipe, a file, a log."""

import re
from collections.abc import Iterable

from release.errors import one_line
from release.records import Outcome, Release
from release.report.findings import render_findings
from release.report.report import Report
from release.report.text import lines
from release.report.units import size

COLUMNS = ("CHANNEL", "STATE", "VERSION", "SHA256", "TARGET", "DETAIL")


def short(text: str) -> str:
    """``text`` with the first twelve digits of each checksum in it, which are enough to tell them apart by eye."""
    return re.sub(r"(?<![0-9A-Za-z])([0-9a-fA-F]{12})[0-9a-fA-F]{52}(?![0-9A-Za-z])", r"\1…", text)


def cells(outcome: Outcome) -> list[str]:
    """The row of a channel, a text for each of ``COLUMNS``."""
    detail = outcome.reason or ""
    if outcome.run_url and outcome.run_url not in detail:
        detail = f"{detail} {outcome.run_url}"
    row = (outcome.channel, outcome.state, outcome.version or "", short(outcome.sha256 or ""), outcome.target, detail)
    return [one_line(text) for text in row]


def render_text(report: Report) -> str:
    """The report as plain text: a table with a line per channel, next steps, notes."""
    shown = [one_line(report.heading)] if report.heading else []
    if report.outcomes:
        rows = [list(COLUMNS), *(cells(outcome) for outcome in report.outcomes)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS) - 1)]
        shown += ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows]
    return "\n".join([*shown, *render_findings(report.findings), *after(report)])


def after(report: Report) -> list[str]:
    """What follows the table: diffs, the plan, next steps, notes."""
    diffs = [f"\n{outcome.channel}:\n{outcome.diff.rstrip()}" for outcome in report.outcomes if outcome.diff]
    return list(map(lines, [*diffs, *report.plan, *steps(report.outcomes), *report.notes]))


def steps(outcomes: Iterable[Outcome]) -> list[str]:
    """What a person has to do next, each step once, with the channels that it is for."""
    wanted: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.next:
            wanted.setdefault(one_line(outcome.next), []).append(outcome.channel)
    return [f"{', '.join(channels)}: next: {step}" for step, channels in wanted.items()]


def render_release(release: Release, names: Iterable[str] = ()) -> str:
    """A release for a person: version, tag, and a line per artifact; ``names`` that it lacks are unknown."""
    kind = "pre-release" if release.prerelease else "stable"
    state = kind if release.published else f"{kind}, not published"
    rows = [f"  {a.name:<8} {a.sha256 or 'unknown'}  {size(a.size)}  {a.url}" for a in release.artifacts.values()]
    rows += [f"  {name:<8} unknown" for name in names if name not in release.artifacts]
    shown = [f"Release {release.version} (tag {release.tag}, {state})", *rows]
    return "\n".join(lines(line.replace("\n", " ")) for line in shown)
