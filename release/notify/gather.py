"""The result of every channel that should have one, with all that the reports and the run's jobs say about it."""

from collections.abc import Sequence
from dataclasses import replace

from release.notify.jobs import Job, read_jobs, succeeded, why_no_result
from release.notify.reports import Document, names
from release.notify.result import Result
from release.notify.results import NO_RESULT, results_of, stated_checksums
from release.records import State
from release.session import Session


def gather(
    session: Session,
    documents: Sequence[Document],
    version: str | None,
    expected: Sequence[str] | None,
    problems: Sequence[str],
) -> list[Result]:
    """One result for each channel.

    Args:
        session: says which channels are configured, and reads the jobs of this run where a result is missing.
        documents: from ``load_results``.
        version: the one that was released, ``None`` where that is not known.
        expected: channels that must have reported; ``None``: in Actions every configured one, unless a report is
            that of ``dist.all``, else those that did or whose file is broken. Without any result: every configured one.
        problems: from ``load_results``.
    """
    configured = list(session.settings.channels)
    if expected is None:
        every = session.environment.in_actions and not any(one.get("task") == "dist.all" for one in documents)
        expected = [name for name in configured if every or any(names(line, name) for line in problems)]
    found = results_of(documents, version, expected, problems) or results_of(documents, version, configured, problems)
    complete = _with_checksums(session, found, stated_checksums(documents))
    return [_redacted(session, one) for one in _explained(session, complete, by_jobs=not documents)]


def _redacted(session: Session, one: Result) -> Result:
    """Without secrets; before anything is escaped, which would hide one from the search."""
    reason, url, then = (text and session.redact(text) for text in (one.reason, one.run_url, one.next))
    return replace(one, state=session.redact(one.state), reason=reason, run_url=url, next=then)


def _with_checksums(session: Session, results: Sequence[Result], stated: dict[str, str]) -> list[Result]:
    """The results, each with its artifact's checksum where the release of any report states it."""
    artifacts = {name: channel.artifact or "" for name, channel in session.settings.channels.items()}
    return [replace(one, sha256=one.sha256 or stated.get(artifacts.get(one.channel, ""))) for one in results]


def _explained(session: Session, results: list[Result], *, by_jobs: bool) -> list[Result]:
    """The results, those without any explained by the jobs of this run.

    Without any report at all (``by_jobs``) a job that succeeded has told its channel; that is not seen to serve.
    """
    if all(one.reason != NO_RESULT for one in results):
        return results
    jobs = read_jobs(session)
    return [_by_job(one, jobs, by_jobs=by_jobs) if one.reason == NO_RESULT else one for one in results]


def _by_job(one: Result, jobs: Sequence[Job], *, by_jobs: bool) -> Result:
    if by_jobs and succeeded(one.channel, jobs):
        return replace(one, state=State.SENT, reason="its job succeeded and left no report")
    told = why_no_result(one.channel, jobs)
    return replace(one, reason=told[0], run_url=told[1]) if told else one
