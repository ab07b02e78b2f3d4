"""Which workflows of a channel's repository may listen to what the channel is told, by their own files."""

from collections.abc import Iterable, Mapping, Sequence

from release.errors import ReleaseError, ServiceError, Stopped
from release.github.listens import Listens, parse_listens
from release.github.runs import Run, is_of_workflow, workflow_path
from release.github.workflows import FOLDER, nobody_hears
from release.session import Session
from release.settings import Channel


def event_of(channel: Channel) -> str:
    """The event by which a channel is told, as its runs show it."""
    return "workflow_dispatch" if channel.workflow else "repository_dispatch"


def why_unheard(session: Session, channel: Channel) -> str | None:
    """Why no workflow of the target can have heard its event; ``None`` where one can, or nobody knows."""
    try:
        workflows = session.workflows(channel)
    except ServiceError:
        return None
    if channel.workflow:
        workflows = [one for one in workflows if one.name == channel.workflow]
    return nobody_hears(workflows, event_of(channel), channel.event_type)


def hearing(session: Session, channel: Channel, runs: Sequence[Run]) -> list[Run]:
    """Those of ``runs`` whose workflow may listen to what the channel is told; one request for each of their files."""
    return may_hear(channel, runs, {} if channel.workflow else read_listens(session, channel, runs))


def read_listens(session: Session, channel: Channel, runs: Iterable[Run]) -> dict[str, Listens]:
    """What the workflow file of each run listens to, by its path; without those that cannot be read."""
    found = dict[str, Listens]()
    for path in {workflow_path(run) for run in runs}:
        if path.startswith(FOLDER):
            try:
                text = session.github.file(channel.target, path, session.token(channel))
                found |= {path: parse_listens(text)} if text is not None else {}
            except Stopped:
                raise
            except ReleaseError:  # where it cannot be read, nothing is claimed
                continue
    return found


def may_hear(channel: Channel, runs: Iterable[Run], known: Mapping[str, Listens]) -> list[Run]:
    """Those of ``runs`` whose workflow is the channel's, or is not known to be deaf to its event. Pure.

    Args:
        channel: who is told.
        runs: of its target.
        known: path of a workflow -> what it listens to.
    """
    event = event_of(channel)
    deaf = {path for path, listens in known.items() if not listens.hears(event, channel.event_type)}
    own = (run for run in runs if is_of_workflow(run, channel.workflow))
    return [run for run in own if channel.workflow or workflow_path(run) not in deaf]
