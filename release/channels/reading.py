"""What a channel serves: read from where its users get it, and judged as soon as it is known what it should be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from release.channels import kind_of
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict, judge, same_version
from release.errors import ReleaseError, ServiceError, Stopped
from release.http.download import hash_url
from release.http.workers import Workers, deadline, result_by
from release.records import Release, Served, State
from release.session import Session
from release.settings import Channel

NO_SOURCE = "no source is configured that says what it serves"
UNREAD = 4  # reads of one channel beside its files


@dataclass(frozen=True)
class Reading:
    """What was read of one channel: ``served``, or the ``reason`` why not.

    ``current``: it serves the version that was asked for, so that its checksums matter.
    """

    served: Served | None = None
    reason: str = ""
    current: bool = True


def read_channel(
    session: Session, channel: Channel, version: str, *, timeout: float | None = 5.0, sha256: str | None = None
) -> Reading:
    """What the channel serves, one round trip for each source, all of them at the same time.

    Args:
        session: collaborators.
        channel: which.
        version: expected, SemVer.
        timeout: seconds for all reads together, one try each; ``None`` for the usual tries and no end.
        sha256: of the channel's artifact, where it is known already and says where to look.

    Raises:
        Stopped: the user interrupted.
    """
    kind = kind_of(channel.kind)
    if not kind.readable(channel):
        return Reading(reason=NO_SOURCE)
    try:
        native = kind.native_version(version)
        with Workers(len(channel.paths) + UNREAD) as workers:
            served = kind.read(channel, native, Sources(session, channel, workers, timeout, sha256))
        return Reading(served, current=served.version is not None and same_version(served.version, native))
    except Stopped:
        raise
    except ReleaseError as error:
        return Reading(reason=error.wrong)
    except RecursionError:
        return Reading(reason=f"a file in {channel.target} is nested too deeply to be read")
    except Exception as error:  # noqa: BLE001 - whatever a server sends costs its own channel only
        return Reading(reason=f"what {channel.target} answered cannot be read ({type(error).__name__})")


def judge_reading(channel: Channel, reading: Reading, release: Release, *, newest: bool | None,
                  more: Mapping[str, str] | None = None) -> Verdict:  # fmt: skip
    """What was read, held against the release. Pure.

    Args:
        channel: which.
        reading: from ``read_channel``.
        release: what it should serve; checksums that are unknown there compare the version only.
        newest: whether the release is the newest stable one; ``None`` where that is not known.
        more: URL -> sha256 of files that GitHub states no checksum of.
    """
    if reading.served is None:
        return Verdict(State.UNKNOWN, reason=reading.reason)
    kind = kind_of(channel.kind)
    checksums, sha256 = {**known_checksums(release), **(more or {})}, sha256_for(channel, release)
    try:
        native = kind.native_version(release.version)
        return kind.judge(channel, reading.served, Expected(native, sha256, newest, checksums or None))
    except ReleaseError as error:
        return Verdict(State.UNKNOWN, reading.served, error.wrong)
    except Exception as error:  # noqa: BLE001 - as in ``read_channel``
        return Verdict(State.UNKNOWN, reason=f"what it serves cannot be judged ({type(error).__name__})")


def sha256_for(channel: Channel, release: Release) -> str | None:
    """The checksum of the artifact that this channel's users download."""
    artifact = release.artifacts.get(channel.artifact or "")
    return artifact.sha256 if artifact else None


def known_checksums(release: Release) -> dict[str, str]:
    """URL -> sha256 of every file of the release, as hashed or as GitHub states it."""
    stated = {asset.url: asset.sha256 for asset in release.assets if asset.sha256}
    return stated | {one.url: one.sha256 for one in release.artifacts.values() if one.sha256}


def hash_unknown(
    session: Session, readings: Iterable[Reading], release: Release, until: float | None
) -> dict[str, str]:
    """URL -> sha256 of the downloads that the release states no checksum of, downloaded at the same time.

    A channel that serves another version is behind, whatever its files hash to.

    Args:
        session: collaborators.
        readings: of the channels.
        release: what is known.
        until: a ``deadline``; ``None`` for no end.
    """
    known = known_checksums(release)
    found = {one.url for reading in readings if reading.served and reading.current for one in reading.served.downloads}
    urls = sorted(url for url in found if url not in known and url.startswith(("https://", "http://")))
    with Workers(session.settings.http.concurrency) as workers:
        begun = {url: workers.submit(hash_url, session.transport, url, lambda _done, _total: None) for url in urls}
    hashed: dict[str, str] = {}
    for url, future in begun.items():
        try:
            hashed[url] = result_by(future, until).sha256
        except Stopped:
            raise
        except Exception:  # noqa: BLE001, S112 - one that cannot be had, whyever, is compared with nothing
            continue
    return hashed


def newest_stable(session: Session, release: Release) -> bool | None:
    """Whether this release is the newest stable one, as GitHub marks it; ``None`` where that cannot be had."""
    if release.prerelease:
        return False
    try:
        found = session.newest_release()
    except ServiceError:
        return None
    return found is not None and found.get("tag_name") == release.tag


def judge_downloads(session: Session, channel: Channel, served: Served, release: Release) -> Verdict:
    """Every download of what was read, held against ``release``, whatever a channel's own review says of it."""
    native = kind_of(channel.kind).native_version(release.version)
    more = hash_unknown(session, [Reading(served)], release, None)
    return judge(served, Expected(native, checksums={**known_checksums(release), **more}))


def read_and_judge(session: Session, channel: Channel, release: Release, *, newest: bool | None,
                   timeout: float | None = 5.0) -> Verdict:  # fmt: skip
    """Both at once, with every download compared that can be within ``timeout`` seconds."""
    until = deadline(timeout)
    sha256 = sha256_for(channel, release)
    reading = read_channel(session, channel, release.version, timeout=timeout, sha256=sha256)
    more = hash_unknown(session, [reading], release, until) if reading.served else {}
    return judge_reading(channel, reading, release, newest=newest, more=more)
