"""What is read of channels before they are told, beside the downloads: what they serve, and which runs are there."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.channels import kind_of
from release.channels.reading import Reading, hash_unknown, judge_reading, newest_stable, read_channel
from release.channels.verdict import Verdict
from release.github.listens import Listens
from release.github.runs import OVER, names_version
from release.http.workers import Workers, result_by
from release.metadata.version import tag_of
from release.records import Release
from release.repository.listeners import event_of, read_listens
from release.session import Session
from release.settings import Channel

if TYPE_CHECKING:
    from concurrent.futures import Future

READ_SECONDS = 5.0  # reads before a dispatch never hold it up longer


@dataclass(frozen=True)
class Seen:
    """The newest runs of a target, and what the workflows of those listen to that may be joined, by their paths."""

    runs: Sequence[dict[str, Any]] = ()
    listens: Mapping[str, Listens] = field(default_factory=dict)


@dataclass(frozen=True)
class Ahead:
    """What is being read of the channels beside the downloads; every read ends ``until`` (monotonic seconds)."""

    until: float
    readings: "Mapping[str, Future[Reading]]"
    runs: "Mapping[tuple[str, str, str], Future[Seen]]"
    newest: "Future[bool | None] | None" = None

    def runs_of(self, channel: Channel) -> Seen:
        """The runs of its target."""
        return _in_time(self.runs.get(_runs_key(channel)), self.until) or Seen()

    def verdict(self, session: Session, channel: Channel, release: Release) -> Verdict | None:
        """What was read before checksums and newest release were known, held against them; ``None``: unknown."""
        reading = _in_time(self.readings.get(channel.name), self.until)
        if reading is None:
            return None
        newest = _in_time(self.newest, self.until)
        more = hash_unknown(session, [reading], release, self.until) if reading.served else {}
        return judge_reading(channel, reading, release, newest=newest, more=more)


def look_ahead(session: Session, channels: Sequence[Channel], version: str) -> Ahead:
    """Begin to read what each channel serves and which runs its target has; one request per target for the runs."""
    workers = Workers(session.settings.http.concurrency)
    until = time.monotonic() + READ_SECONDS
    session = session.spare(until)
    runs = {_runs_key(c): c for c in channels}
    release = Release(version, tag_of(version, session.settings.project), "-" in version, {})
    # On their way while kinds are loaded.
    runs_of = {key: workers.submit(_runs, session, c, version) for key, c in runs.items()}
    newest = workers.submit(_newest, session, release, channels)
    readings = {c.name: workers.submit(read_channel, session, c, version, timeout=READ_SECONDS) for c in channels}
    return Ahead(until, readings, runs_of, newest)


def _newest(session: Session, release: Release, channels: Sequence[Channel]) -> bool | None:
    """Whether it is the newest stable release, where that matters to anybody."""
    return newest_stable(session, release) if any(kind_of(c.kind).follows_latest for c in channels) else None


def _runs(session: Session, channel: Channel, version: str) -> Seen:
    """The runs of a target; the files of those are read too that may keep a channel from being told."""
    runs = session.github.runs(channel.target, session.token(channel), event=event_of(channel))
    named = [run for run in runs if names_version(run, session.settings.project.name, version)]
    told = [c for c in session.settings.channels.values() if _runs_key(c) == _runs_key(channel)]
    if all(kind_of(c.kind).readable(c) for c in told):
        named = [run for run in named if run.get("status") != OVER]
    return Seen(runs, {} if channel.workflow else read_listens(session, channel, named))


def _runs_key(channel: Channel) -> tuple[str, str, str]:
    return channel.target, channel.token, event_of(channel)


def _in_time(future: "Future[Any] | None", until: float) -> Any:  # noqa: ANN401 - of what the future holds
    """The result of a read, ``None`` where it failed or is not there in time: unknown, which stops nothing."""
    try:
        return result_by(future, until) if future else None
    except Exception:  # noqa: BLE001 - whatever a server sent: a dispatch does not depend on it
        return None
