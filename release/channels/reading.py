"""What a channel serves, read from where its users get it, and held against what it should serve."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from release.channels import kind_of
from release.channels.choco.feed import Entry, read_feed
from release.channels.verdict import Expected, Verdict, judge, judge_image, judge_review
from release.errors import InputError, ReleaseError, ServiceError, Stopped
from release.http.workers import Workers
from release.records import Release, State
from release.registry.client import Registry
from release.session import Session
from release.settings import Channel

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Verdict", "newest_stable", "open_registry", "read_served"]

T = TypeVar("T")
NO_SOURCE = "no source is configured that says what it serves"


class _Reads:
    """Reads of one channel at the same time, all of which end at one time."""

    def __init__(self, workers: Workers, timeout: float | None) -> None:
        self._crew, self.timeout = workers, timeout
        self._until = None if timeout is None else time.monotonic() + timeout
        self.attempts = None if timeout is None else 1

    def begin(self, read: Callable[[], T]) -> "Callable[[], T]":
        """Start a read; the result is a function that waits for it."""
        future = self._crew.submit(read)
        return lambda: self._result(future)

    def _result(self, future: "Future[T]") -> T:
        try:
            return future.result(None if self._until is None else max(0.0, self._until - time.monotonic()))
        except TimeoutError:
            raise ServiceError(f"it did not answer within {self.timeout:g} s", "Try it again later.") from None


def read_served(
    session: Session,
    channel: Channel,
    version: str,
    sha256: str | None,
    *,
    newest_stable: bool | None,
    timeout: float | None = 5.0,
) -> Verdict:
    """What the channel serves, one round trip for each source, all of them at the same time.

    Args:
        session: collaborators.
        channel: which.
        version: expected, SemVer.
        sha256: expected of the artifact that this channel downloads; ``None`` compares the version only.
        newest_stable: whether docker's ``latest`` has to be this version; ``None`` where that is not known.
        timeout: seconds for all reads together, one try each; ``None`` for the usual tries and no end.

    Returns:
        ``UNKNOWN`` with the reason wherever it could not be read.

    Raises:
        Stopped: the user interrupted.
    """
    if channel.kind == "dispatch":
        return Verdict(State.UNKNOWN, reason=NO_SOURCE)
    try:
        expected = Expected(kind_of(channel.kind).native_version(version), sha256, newest_stable)
        with Workers(len(channel.paths) + 2) as workers:
            return SOURCES[channel.kind](session, channel, expected, _Reads(workers, timeout))
    except Stopped:
        raise
    except ReleaseError as error:
        return Verdict(State.UNKNOWN, reason=error.wrong)
    except RecursionError:
        return Verdict(State.UNKNOWN, reason=f"a file in {channel.target} is nested too deeply to be read")


def newest_stable(session: Session, release: Release) -> bool | None:
    """Whether this release is the newest stable one, as GitHub marks it; ``None`` where that cannot be had."""
    if release.prerelease:
        return False
    try:
        found = session.github.latest_release(session.settings.project.repository, session.reading_token())
    except ServiceError:
        return None
    return found is not None and found.get("tag_name") == release.tag


def _held(session: Session, channel: Channel, expected: Expected, reads: _Reads) -> Verdict:
    """The channel's own files on its default branch."""
    kind, token = kind_of(channel.kind), session.token(channel)
    begun = {p: reads.begin(lambda p=p: session.github.file(channel.target, p, token)) for p in kind.paths(channel)}  # type: ignore[misc] # the lambda binds its path
    found = {path: wait() for path, wait in begun.items()}
    files = {path: content for path, content in found.items() if content is not None}
    if missing := [path for path in found if path not in files]:
        raise ServiceError(
            f"{missing[0]} is not in {channel.target}, or the token in {channel.token} cannot see it",
            "Check the file's path and the token's permission.",
        )
    return judge(kind.served(channel, files), expected)


def _package(session: Session, channel: Channel, expected: Expected, reads: _Reads) -> Verdict:
    """The package's repository and, where one is configured, the feed."""
    if not channel.feed:
        return _held(session, channel, expected, reads)
    ask = reads.begin(lambda: _entry(session, channel, expected, reads))
    seen = _held(session, channel, expected, reads)
    try:
        return judge_review(seen, ask())
    except ServiceError as error:
        if seen.state is not State.SERVED:
            return seen
        return replace(seen, state=State.UNKNOWN, reason=f"the repository has it; {error.wrong}")


def _entry(session: Session, channel: Channel, expected: Expected, reads: _Reads) -> Entry | None:
    nuspec = next((path for path in channel.paths if path.lower().endswith(".nuspec")), None)
    if nuspec is None or channel.feed is None:
        raise InputError(f"Configuration: channels.{channel.name}.files names no nuspec", "Add it there.")
    return read_feed(
        session.transport,
        channel.feed,
        PurePosixPath(nuspec).stem,
        expected.version,
        attempts=reads.attempts,
        timeout=reads.timeout,
    )


def _image(session: Session, channel: Channel, expected: Expected, reads: _Reads) -> Verdict:
    """The digests of the version's tag and of ``latest``."""
    registry, image = (
        open_registry(session, channel, attempts=reads.attempts, timeout=reads.timeout),
        channel.image or "",
    )
    both = [reads.begin(lambda ref=ref: registry.head(image, ref)) for ref in (expected.version, "latest")]  # type: ignore[misc] # as above
    digest = both[0]()
    try:
        return judge_image(digest, both[1](), expected)
    except ServiceError as error:
        seen = judge_image(digest, None, replace(expected, newest=False))
        served = seen.served and replace(seen.served, latest=None)
        state = State.UNKNOWN if expected.newest and seen.state is State.SERVED else seen.state
        return replace(seen, state=state, served=served, reason=seen.reason or f"`latest`: {error.wrong}")


def open_registry(
    session: Session, channel: Channel, *, attempts: int | None = None, timeout: float | None = None
) -> Registry:
    """The channel's registry with the login from the environment, where there is one."""
    get = session.environment.get
    return Registry(
        session.transport,
        channel.registry or "",
        get("DOCKERHUB_USERNAME"),
        get("DOCKERHUB_TOKEN"),
        attempts=attempts,
        timeout=timeout,
    )


SOURCES: dict[str, Callable[[Session, Channel, Expected, _Reads], Verdict]] = {
    "homebrew": _held, "scoop": _held, "choco": _package, "docker": _image,
}  # fmt: skip
