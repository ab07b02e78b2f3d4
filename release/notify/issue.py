"""The words of the failure issue: pure text in GitHub's Markdown. Whatever comes from outside is escaped here."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from release.channels import kind_of
from release.errors import InputError, one_line
from release.metadata.version import parse_version, version_of_tag
from release.notify.results import WHOLE, Result
from release.settings import Channel, Project

BREAK = "\N{ZERO WIDTH SPACE}"
MARKER = re.compile(r"<!-- release-distributions: (\{.*\}) -->")
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


@dataclass(frozen=True)
class Marker:
    """What an issue keeps hidden: the product's name, the version (or cleaned tag), the channels that are failing."""

    project: str
    version: str
    failing: tuple[str, ...]


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
    line = one_line(text)
    line = line if len(line) <= LONGEST else line[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
    line = re.sub(r"([\\`*_\[\]|~!$])", r"\\\1", line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([@#])", rf"\1{BREAK}", line)
    line = re.sub(r"(?i)\b(GH|www)([-.])", rf"\1{BREAK}\2", line)
    return line.replace("://", r"\://")


def code(text: str) -> str:
    """``text`` as code in a sentence, whatever backticks it holds; not for a table, where a pipe ends the cell."""
    line = one_line(text)[:LONGEST]
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{line}{space}{fence}"


def link(text: str, url: str | None, server_url: str) -> str:
    """A link to GitHub; any other address becomes words."""
    if url is None:
        return ""
    inside = url.startswith(f"{server_url}/") and re.fullmatch(r"[\w:/.?=&#%~+-]+", url, re.ASCII)
    return f"[{text}]({url})" if inside else escape(url)


def render_marker(marker: Marker) -> str:
    """The hidden line; nothing in it can end the comment."""
    value = {"project": marker.project, "version": marker.version, "failing": list(marker.failing)}
    return f"<!-- release-distributions: {json.dumps(value).replace('>', chr(92) + 'u003e')} -->"


def parse_marker(body: object) -> Marker | None:
    """The marker in an issue's body, ``None`` where there is none or it is damaged."""
    found = MARKER.search(body) if isinstance(body, str) else None
    try:
        value = json.loads(found[1]) if found else None
    except ValueError:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("failing"), list):
        return None
    return Marker(str(value.get("project")), str(value.get("version")), tuple(map(str, value["failing"])))


def with_marker(body: str, marker: Marker) -> str:
    """``body`` with its marker replaced; what people wrote beside it stays."""
    return MARKER.sub(lambda _found: render_marker(marker), body, count=1)


def render_table(results: Iterable[Result], server_url: str) -> str:
    """Channels and what became of them."""
    rows = [
        f"| {escape(one.channel)} | {escape(one.state)} | {escape(one.reason or '')} "
        f"| {link('run', one.run_url, server_url)} |"
        for one in results
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
        lines += [f"**{escape(one.channel)}**", "```sh", *recovery(one, known, subject.version), "```"]
        lines += [f"Then: {code(one.next)}"] if one.next else []
    return "\n".join([*lines, "All that is missing, by the workflow:", "```sh", again(subject), "```"])


def render_facts(subject: Subject, results: Sequence[Result], channels: Mapping[str, Channel]) -> str:
    """Run, version, table and recovery: what an issue's body and its comments have in common."""
    run = link(subject.run_url or "", subject.run_url, subject.server_url) if subject.run_url else "not known"
    head = f"Run: {run}\nVersion: {code(subject.version or subject.label)}"
    failing = [one for one in results if one.failing]
    steps = render_recovery(subject, failing, channels)
    return f"{head}\n\n{render_table(results, subject.server_url)}\n\n### Recovery\n\n{steps}"
