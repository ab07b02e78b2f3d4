"""A report in a workflow of GitHub Actions: lines of its log, and the step summary."""

from collections.abc import Iterable, Sequence

from release.errors import one_line
from release.records import Outcome
from release.report.findings import count
from release.report.report import FAILED, Report
from release.report.table import COLUMNS, cells, steps
from release.report.text import markdown, no_commands

LONGEST = 900_000  # bytes of a summary; GitHub takes 1 MiB a step, and nothing at all of a longer one
CUT = "\n\nThe rest is left out: the summary is too long.\n"


def annotations(report: Report) -> Iterable[str]:
    """``::error`` and ``::warning`` lines for the log of a workflow: errors, channels that failed, warnings."""
    for error in report.errors:
        yield _command("error", report.task, f"{error.wrong}. {error.fix}")
    for outcome in report.outcomes:
        if outcome.state in FAILED:
            words = (f"{outcome.state}:", outcome.reason, outcome.run_url, outcome.next)
            yield _command("error", outcome.channel, " ".join(filter(None, words)))
    for warning in report.warnings:
        yield _command("warning", report.task, warning.removeprefix("Warning: "))


def _command(name: str, title: str, text: str) -> str:
    """Source: GitHub's workflow commands, escaped data and properties."""
    head = one_line(title).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{name} title={no_commands(head)}::{no_commands(one_line(text)).replace('%', '%25')}"


def render_summary(report: Report, server_url: str = "https://github.com") -> str:
    """The report as Markdown for the step summary; every text from outside is words, links lead to GitHub alone."""

    def shown(text: str) -> str:
        return markdown(text, server_url)

    title = f"### {shown(report.task)}" + (f" {shown(report.release.version)}" if report.release else "")
    lines = [title, "", *(_table(report.outcomes, server_url) if report.outcomes else ())]
    lines += ["", *(f"- {shown(step)}" for step in steps(report.outcomes))]
    lines += [f"- **{shown(error.wrong)}** {shown(error.fix)}" for error in report.errors]
    lines += [f"- {shown(warning)}" for warning in report.warnings]
    lines += [f"- {one.level}: {shown(f'{one.channel}: {one.check}: {one.text} {one.fix}')}"
              for one in report.findings if one.level != "ok"]  # fmt: skip
    lines += [count(report.findings)] if report.findings else []
    return _fit("\n".join(lines) + "\n\n")


def _table(outcomes: Sequence[Outcome], server_url: str) -> list[str]:
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    return head + ["| " + " | ".join(markdown(cell, server_url) for cell in cells(one)) + " |" for one in outcomes]


def _fit(text: str) -> str:
    whole = text.encode()
    return text if len(whole) <= LONGEST else whole[:LONGEST].decode(errors="ignore").rpartition("\n")[0] + CUT
