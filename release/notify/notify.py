"""Tell people what became of a release: one failure issue per version, kept up and closed, and one Slack message.

A failing notification is a line of its own and never hides the result that it reports.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from release.errors import ReleaseError, Stopped, one_line
from release.github.issues import Issue, Issues, number_of
from release.notify.gather import gather
from release.notify.issue import WORKFLOW, Subject, escape, name_of, render_facts, render_table
from release.notify.marker import Marker, parse_marker, render_marker, with_marker
from release.notify.reports import Document
from release.notify.result import WHOLE, Result, worst
from release.notify.slack import render_failure, render_recovered, send
from release.records import State
from release.session import Session
from release.settings import WEBHOOK

STARTED = re.compile(r"([\w.-]+/[\w.-]+)/\.github/workflows/([\w.-]+\.ya?ml)@", re.ASCII)


@dataclass(frozen=True)
class Notified:
    """What was done, a line each, and whether all results are good: the caller's exit code."""

    lines: list[str] = field(default_factory=list)
    ok: bool = True


def notify(
    session: Session,
    documents: Sequence[Document],
    *,
    version: str | None,
    dry_run: bool,
    run_url: str | None,
    expected: Sequence[str] | None = None,
    problems: Sequence[str] = (),
) -> Notified:
    """Open, comment on, keep up or close the issue of this version, and tell Slack.

    Args:
        session: its ``GITHUB_TOKEN`` needs Issues: write on the product's repository.
        documents: the reports, from ``load_results``.
        version: as asked for or as the tag says it, valid or not; ``None``: as the reports say.
        dry_run: nothing is sent; so also where a report is that of a dry run.
        run_url: the run that reports.
        expected: channels that must have reported; ``None``: in Actions every configured one, unless a report is
            that of ``dist.all``, else those that did or whose file is broken. Without any result: every configured one.
        problems: from ``load_results``.
    """
    if any(_is_not_ours(one) for one in documents):
        return Notified(["The release is not one of this product: no issue and no Slack message."])
    subject = _subject(session, [version, _reported(documents)], run_url)
    results = gather(session, documents, subject.version, expected, problems)
    lines = [one_line(": ".join(filter(None, (one.channel, one.state, one.reason)))) for one in worst(results)]
    ok = not any(one.failing for one in results)
    if dry_run or any(one.state == State.PLANNED for one in results):
        return Notified([*lines, "Dry run: no issue and no Slack message."], ok)
    return Notified([*lines, *_Notification(session, subject, results).deliver()], ok)


def _is_not_ours(document: Document) -> bool:
    """Whether it is the extraction of an event of another product that releases from the same repository."""
    extracted = document.get("task") == "release.extract" and document.get("ok") is True
    return extracted and document.get("release", document) is None


def _reported(documents: Sequence[Document]) -> str | None:
    """The version of the first report that states one."""
    versions = [one["release"].get("version") for one in documents if isinstance(one.get("release"), Mapping)]
    return next((version for version in versions if isinstance(version, str) and version), None)


def _subject(session: Session, texts: Sequence[str | None], run_url: str | None) -> Subject:
    environment, project = session.environment, session.settings.project
    ref = environment.get("GITHUB_REF") or ""
    tag = ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else None
    label, version = name_of([*texts, tag], project.tag)
    started = STARTED.match(environment.get("GITHUB_WORKFLOW_REF") or "")
    home, workflow = started.groups() if started else (project.repository, WORKFLOW)
    return Subject(project, label, version, run_url, environment.server_url, workflow, home)


class _Notification:
    """One notification under way; ``lines`` grows with what was done and what could not be."""

    def __init__(self, session: Session, subject: Subject, results: Sequence[Result]) -> None:
        self.session, self.subject, self.results = session, subject, results
        self.lines: list[str] = []
        self.maybe = "Nothing more was sent."  # what is true if we are interrupted now
        self.failing = tuple(one.key for one in results if one.failing)
        self.key = (subject.project.name, subject.version or subject.label)

    def deliver(self) -> list[str]:
        """What was done, or not; after an interrupt with ``session.stop`` set."""
        try:
            self._deliver()
        except KeyboardInterrupt:
            self.session.stop.set()
            self.lines.append(f"Interrupted. {self.maybe} Run the same command again.")
        return self.lines

    def _deliver(self) -> None:
        """Issue first, then Slack, each whatever became of the other."""
        closed: Issue | None = None
        try:
            closed = self._issue()
        except Stopped:
            raise
        except ReleaseError as error:
            self.lines.append(f"The issue could not be kept up: {error.wrong}. {error.fix}")
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack is told and the result is not hidden
            kind = type(error).__name__
            self.lines.append(f"The issue could not be kept up: GitHub's answer has an odd shape ({kind}).")
        if self.failing:
            self._slack(render_failure(self.subject, self.results))
        elif closed is not None:
            self._slack(render_recovered(self.subject, closed.get("html_url")))

    def _issue(self) -> Issue | None:
        """Bring the issue to where it should be; returned where that closed it."""
        token = self.session.issues_token()
        if token is None:
            self.lines.append("No issue was looked at: set GITHUB_TOKEN (Issues: write).")
            return None
        repository = self.subject.project.repository
        issues = Issues(self.session.github, repository, token, self.lines.append)
        found = issues.find(self._marker_of)
        if found is not None:
            return self._keep_up(issues, *found)
        if self.failing:
            self._open(issues)
        return None

    def _marker_of(self, issue: Issue) -> Marker | None:
        """The issue's marker, if it is of this product and version."""
        marker = parse_marker(issue.get("body"))
        return marker if marker and (marker.project, marker.version) == self.key else None

    def _open(self, issues: Issues) -> None:
        body = render_marker(Marker(*self.key, self.failing)) + "\n" + self._facts()
        self.maybe = "The issue may have been opened, Slack was not told."
        made = issues.open(self.subject.title, body, lambda: (issues.find(self._marker_of) or (None,))[0])
        self.lines.append(f"Opened issue {_where(made)}.")

    def _facts(self) -> str:
        return self.session.typed(render_facts(self.subject, self.results, self.session.settings.channels))

    def _keep_up(self, issues: Issues, issue: Issue, marker: Marker) -> Issue | None:
        left, number = self._left(marker.failing), number_of(issue) or 0
        changed: dict[str, str] = {}
        if left != marker.failing:
            changed["body"] = with_marker(str(issue.get("body")), Marker(*self.key, left))
        if not left:
            changed |= {"state": "closed", "state_reason": "completed"}
        self.maybe = "The issue may have been changed or commented on, Slack was not told."
        if changed:
            issues.change(number, **changed)
        if changed or self.failing:
            issues.comment(number, self._comment(left))
        self.lines.append(f"{'Closed' if not left else 'Commented on' if changed or self.failing else 'Left open'} "
                          f"issue {_where(issue)}.")  # fmt: skip
        return None if left else issue

    def _left(self, before: tuple[str, ...]) -> tuple[str, ...]:
        """The channels that still fail: those that did and those that do now, without those seen to be served."""
        healed = {key for one in self.results for key in one.healed}
        healed |= set() if self.failing else {WHOLE}
        every = dict.fromkeys((*before, *self.failing))
        return tuple(name for name in every if name not in healed or name in self.failing)

    def _comment(self, left: Sequence[str]) -> str:
        if self.failing:
            return self._facts()
        still = ", ".join(map(escape, left))
        said = f"Still failing: {still}." if left else f"Every channel serves {escape(self.subject.label)}."
        return f"{said}\n\n{render_table(self.results, self.subject.server_url)}"

    def _slack(self, text: str) -> None:
        webhook = self.session.environment.get(WEBHOOK)
        if webhook is not None:
            self.maybe = "Slack may have been told."
            self.lines.append(send(self.session.transport, webhook, text))


def _where(issue: Mapping[str, Any]) -> str:
    """The issue's address, else its number."""
    page, number = issue.get("html_url"), number_of(issue)
    return one_line(page) if isinstance(page, str) and page else f"#{number}" if number else "without a number"
