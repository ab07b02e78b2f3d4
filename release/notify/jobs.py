"""Why a channel left no result: what the jobs of the workflow run that we are part of say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from release.errors import ServiceError
from release.session import Session

Job = Mapping[str, Any]
BAD = frozenset({"failure", "cancelled", "timed_out", "startup_failure", "action_required"})


def read_jobs(session: Session) -> list[Job]:
    """The jobs of this run's latest attempt; none outside of Actions or where they cannot be read."""
    get = session.environment.get
    repository, run, token = get("GITHUB_REPOSITORY"), get("GITHUB_RUN_ID"), session.reading_token()
    if not (repository and run and token):
        return []
    url = session.github.url("repos", repository, "actions", "runs", run, "jobs", filter="latest", per_page="100")
    try:
        found = session.github.get(url, token, f"jobs of run {run} (Actions: read)").record().get("jobs")
    except ServiceError as error:
        session.say(f"Why a job left no result is not known: {error.wrong}")
        return []
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def why_no_result(channel: str, jobs: Sequence[Job]) -> tuple[str, str | None] | None:
    """The reason and the page of the job that explains it; ``None`` where no job does. Pure.

    A job that never began is explained by those that ended badly before it.
    """
    own = next((job for job in jobs if _name(job) == channel and job.get("conclusion") not in {None, "skipped"}), None)
    if own is not None:
        return f"no result: its job ended: {own['conclusion']}", _page(own)
    bad = [job for job in jobs if job.get("conclusion") in BAD]
    ended = ", ".join(_ends(bad))
    return (f"no result: {ended}", _page(bad[0])) if bad else None


def succeeded(channel: str, jobs: Sequence[Job]) -> bool:
    """Whether the channel's own job ended well. Pure."""
    return any(_name(job) == channel and job.get("conclusion") == "success" for job in jobs)


def _name(job: Job) -> str:
    """The job's own name; a called workflow's jobs carry the caller's before it: ``distribute / scoop``."""
    return str(job.get("name") or "").rsplit(" / ", 1)[-1]


def _ends(jobs: Iterable[Job]) -> list[str]:
    return [f"job {_name(job)} ended: {job.get('conclusion')}" for job in jobs]


def _page(job: Job) -> str | None:
    return str(job["html_url"]) if job.get("html_url") else None
