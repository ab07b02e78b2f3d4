"""What an image serves, read as users get it: without a login, unless the channel says that the image is private."""

from release.channels.docker.login import open_registry
from release.channels.docker.settings import DockerChannel
from release.channels.sources import Sources
from release.errors import ServiceError
from release.records import Served
from release.registry.client import Registry

LATEST = "latest"
PRIVATE = "private"  # a tag that only a login sees
DENIED = frozenset({401, 403, 404})


def read_image(channel: DockerChannel, version: str, sources: Sources) -> Served:
    """The digests of the version's tag and of ``latest``.

    Raises:
        ServiceError: the version's tag cannot be read.
    """
    registry = _registry(channel, sources, login=channel.private)
    tagged, latest = (sources.begin(lambda ref=ref: registry.head(channel.image, ref)) for ref in (version, LATEST))  # type: ignore[misc] # the lambda binds its tag
    try:
        digest = tagged()
    except ServiceError as error:
        if channel.private or error.status not in DENIED or not _seen_with_login(channel, version, sources):
            raise
        return Served(version, review=PRIVATE)
    held = version if digest else None
    try:
        moving = latest()
    except ServiceError as error:
        return Served(held, digest=digest, unread=f"`latest`: {error.wrong}")
    return Served(held, latest=digest == moving, digest=digest)


def _registry(channel: DockerChannel, sources: Sources, *, login: bool) -> Registry:
    return open_registry(sources.session, channel, login=login, attempts=sources.attempts, timeout=sources.timeout)


def _seen_with_login(channel: DockerChannel, version: str, sources: Sources) -> bool:
    """Whether somebody who logs in gets what nobody else gets."""
    registry = _registry(channel, sources, login=True)
    try:
        return sources.begin(lambda: registry.head(channel.image, version))() is not None
    except ServiceError:
        return False
