"""The runs of a target that could be those of a dispatch, by event, time, title and the workflow that listens."""

from collections.abc import Collection

from release.github.runs import Run, candidates, is_new, names_nothing, names_version
from release.repository.listeners import event_of, hearing
from release.session import Session
from release.settings import Channel


def find_runs(
    session: Session,
    channel: Channel,
    version: str,
    since: float,
    *,
    known_clock: bool = True,
    prior: Collection[int] = (),
) -> list[Run]:
    """The runs that could be of a dispatch of ``version`` that was first sent at ``since``.

    Args:
        session: collaborators.
        channel: who was told.
        version: of the release.
        since: seconds since the epoch, by the server's clock.
        prior: ids of runs that were there before.
        known_clock: whether ``since`` is good enough to leave older runs to the server's own search.

    Raises:
        ServiceError: the runs cannot be read.
    """
    asked = since if known_clock else None
    runs = session.github.runs(channel.target, session.token(channel), event=event_of(channel), since=asked)
    project = session.settings.project.name
    new = [run for run in runs if run.get("id") not in prior and is_new(run, since)]
    own = [run for run in new if names_version(run, project, version) or names_nothing(run, project)]
    return candidates(hearing(session, channel, own), project, version, since)
