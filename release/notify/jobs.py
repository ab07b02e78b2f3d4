"""Why a channel left no result: what the jobs of the workflow run that we are part of say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.errors import ServiceError
from release.session import Session

BAD = frozenset({"failure", "cancelled", "timed_out", "startup_failure", "action_required"})


@dataclass(frozen=True)
class Job:
    """One job: its name without that of the workflow which called it, how it ended, and its page."""

    name: str
    conclusion: str | None = None
    page: str | None = None


def read_jobs(session: Session) -> list[Job]:
    """The jobs of this run's latest attempt; none outside of Actions or where they cannot be read."""
    get = session.environment.get
    repository, run, token = get("GITHUB_REPOSITORY"), get("GITHUB_RUN_ID"), session.reading_token()
    if not (repository and run and token):
        return []
    url = session.github.url("repos", repository, "actions", "runs", run, "jobs", filter="latest", per_page="100")
    try:
        found = session.github.listing(url, token, f"jobs of run {run} (Actions: read)", "jobs")
    except ServiceError as error:
        session.say(f"Why a job left no result is not known: {error.wrong}")
        return []
    return [parse_job(one) for one in found]


def parse_job(job: Mapping[str, Any]) -> Job:
    """A job of GitHub's answer; what is of another type than it should be is not there.

    A called workflow's jobs carry the caller's name before their own: ``distribute / scoop``.
    """
    name, conclusion, page = (
        value if isinstance(value := job.get(key), str) else None for key in ("name", "conclusion", "html_url")
    )
    return Job((name or "").rsplit(" / ", 1)[-1], conclusion, page)


def why_no_result(channel: str, jobs: Sequence[Job]) -> tuple[str, str | None] | None:
    """The reason and the page of the job that explains it; ``None`` where no job does. Pure.

    A job that never began is explained by those that ended badly before it.
    """
    own = _own(channel, [job for job in jobs if job.conclusion not in {None, "skipped"}])
    if own is not None:
        return f"no result: its job ended: {own.conclusion}", own.page
    bad = [job for job in jobs if job.conclusion in BAD]
    ended = ", ".join(f"job {job.name} ended: {job.conclusion}" for job in bad)
    return (f"no result: {ended}", bad[0].page) if bad else None


def succeeded(channel: str, jobs: Sequence[Job]) -> bool:
    """Whether the channel's own job ended well. Pure."""
    own = _own(channel, jobs)
    return own is not None and own.conclusion == "success"


def _own(channel: str, jobs: Iterable[Job]) -> Job | None:
    """The job of a channel: ``dist.NAME``, which no other job of a workflow can be called, else ``NAME``."""
    by_name = {job.name: job for job in reversed(list(jobs))}
    return by_name.get(f"dist.{channel}") or by_name.get(channel)
