"""The words of the failure issue: pure text in GitHub's Markdown. Whatever comes from outside is escaped here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from release.channels import kind_of
from release.errors import InputError, one_line
from release.metadata.version import parse_version, version_of_tag
from release.notify.result import WHOLE, Result, worst
from release.report.text import shorten
from release.settings import Channel, Project

BREAK = "\N{ZERO WIDTH SPACE}"
WORKFLOW = "trigger-distributions.yml"
LONGEST = 400  # characters of one text from outside


@dataclass(frozen=True)
class Subject:
    """What an issue is about.

    Attributes:
        project: the product.
        label: ``v0.0.1``, or the cleaned tag where there is no valid version.
        version: SemVer, ``None`` where there is no valid one: then no command can be given.
        run_url: the run that reports, where there is one.
        server_url: GitHub's pages; links lead nowhere else.
        workflow: the file name of the release workflow.
        home: the repository that holds it.
    """

    project: Project
    label: str
    version: str | None
    run_url: str | None = None
    server_url: str = "https://github.com"
    workflow: str = WORKFLOW
    home: str = ""

    @property
    def title(self) -> str:
        """The issue's title."""
        return f"Distribution update failed for {self.label}"


def name_of(texts: Iterable[str | None], template: str) -> tuple[str, str | None]:
    """How a version is called in a title, and the version itself if there is a valid one.

    Args:
        texts: versions or tags from outside, the most trusted first; the first valid one counts.
        template: of the project's tags, with ``{version}``.
    """
    given = [text.strip() for text in texts if text and text.strip()]
    for text in given:
        for parse in (parse_version, lambda tag: version_of_tag(tag, template)):
            with suppress(InputError):
                version = parse(text)
                return f"v{version}", version
    return clean_tag(given[0] if given else ""), None


def clean_tag(tag: str) -> str:
    """A tag without control characters, Markdown, mentions and excess length."""
    bare = re.sub(r"[^\w.+/-]+", "-", one_line(tag)).strip("-_/")
    return bare[:60] or "an unknown version"


def escape(text: str) -> str:
    """``text`` as plain words of one line: no markup, no table cell's end, no mention, reference or link."""
    line = shorten(one_line(text), LONGEST)
    line = re.sub(r"([\\`*_\[\]|~!$])", r"\\\1", line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([@#])", rf"\1{BREAK}", line)
    line = re.sub(r"(?i)\b(GH|www)([-.])", rf"\1{BREAK}\2", line)
    return line.replace("://", r"\://")


def code(text: str) -> str:
    """``text`` as code in a sentence, whatever backticks it holds; not for a table, where a pipe ends the cell."""
    line = shorten(one_line(text), LONGEST)
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{line}{space}{fence}"


def link(text: str, url: str | None, server_url: str) -> str:
    """A link to GitHub; any other address becomes words."""
    if url is None:
        return ""
    inside = url.startswith(f"{server_url}/") and re.fullmatch(r"[\w:/.?=&#%~+-]+", url, re.ASCII)
    return f"[{text}]({url})" if inside else escape(url)


def render_table(results: Iterable[Result], server_url: str) -> str:
    """Channels and what became of them: one row for each, with its worst result."""
    rows = [
        f"| {escape(one.channel)} | {escape(one.state)} | {escape(one.reason or '')} "
        f"| {link('run', one.run_url, server_url)} |"
        for one in worst(results)
    ]
    return "\n".join(["| channel | state | reason | run |", "|---|---|---|---|", *rows])


def recovery(result: Result, channel: Channel | None, version: str) -> list[str]:
    """The commands that bring one failing channel to ``version``, with real values.

    Args:
        result: of the channel.
        channel: as configured; ``None`` where the failure is no channel's.
        version: a valid one.
    """
    if channel is None:
        return [f"invoke release.validate --version {version}", f"invoke dist.all --version {version}"]
    if result.system:
        return [f"invoke prove.{channel.name} --version {version}"]
    commands = [f"invoke dist.{channel.name} --version {version}"]
    if kind_of(channel.kind).edits_files:
        checksum = f" --sha256 {result.sha256}" if result.sha256 else ""
        commands.append(f"invoke update.{channel.name} --version {version}{checksum}")
    return commands


def again(subject: Subject) -> str:
    """The command that runs the release workflow again; what is served already is skipped there."""
    where = f"--repo {subject.home or subject.project.repository}"
    return f"gh workflow run {subject.workflow} {where} --field version={subject.version} --field dry_run=false"


def render_recovery(subject: Subject, results: Sequence[Result], channels: Mapping[str, Channel]) -> str:
    """What to do, channel by channel."""
    if subject.version is None:
        return "The version is not valid. Publish a release with a tag of the form " + code(subject.project.tag) + "."
    lines: list[str] = []
    for one in results:
        known = channels.get(one.channel)
        if known is None and one.channel != WHOLE:
            continue
        where = f", installed on {escape(one.system)}" if one.system else ""
        lines += [f"**{escape(one.channel)}**{where}", "```sh", *recovery(one, known, subject.version), "```"]
        lines += [f"Then: {code(one.next)}"] if one.next else []
    return "\n".join([*lines, "All that is missing, by the workflow:", "```sh", again(subject), "```"])


def render_facts(subject: Subject, results: Sequence[Result], channels: Mapping[str, Channel]) -> str:
    """Run, version, table and recovery: what an issue's body and its comments have in common."""
    run = link(subject.run_url or "", subject.run_url, subject.server_url) if subject.run_url else "not known"
    head = f"Run: {run}\nVersion: {code(subject.version or subject.label)}"
    failing = [one for one in results if one.failing]
    steps = render_recovery(subject, failing, channels)
    return f"{head}\n\n{render_table(results, subject.server_url)}\n\n### Recovery\n\n{steps}"
