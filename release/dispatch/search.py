"""The runs of a target that could be those of a dispatch, by event, time, title and the workflow that listens."""

from collections.abc import Collection, Sequence

from release.dispatch.last_run import event_of
from release.errors import ReleaseError, Stopped
from release.github.runs import Run, candidates, is_of_workflow, names_version
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
    own = [run for run in runs if run.get("id") not in prior and is_of_workflow(run, channel.workflow)]
    found = candidates(own, session.settings.project.name, version, since)
    if len(found) == 1 and names_version(found[0], session.settings.project.name, version):
        return found
    return hearing(session, channel, found) if found else []


def hearing(session: Session, channel: Channel, runs: Sequence[Run]) -> list[Run]:
    """Those of ``runs`` whose workflow may listen to what the channel is told; all, where that cannot be read."""
    if channel.workflow:
        return list(runs)
    try:
        workflows = session.workflows(channel)
    except Stopped:
        raise
    except ReleaseError:
        return list(runs)
    deaf = {one.path for one in workflows if one.listens and not one.hears(event_of(channel), channel.event_type)}
    return [run for run in runs if str(run.get("path") or "").partition("@")[0] not in deaf]
