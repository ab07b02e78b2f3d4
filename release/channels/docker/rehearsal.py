"""An image in the stand-in's registry."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from release.channels.docker.settings import HUB_HOSTS, DockerChannel
from release.channels.published import Published
from release.channels.rehearsed import Fact, Rehearsed, Services


class RehearsedImage(Rehearsed[DockerChannel]):
    """An image per version, and ``latest``."""

    def publish(self, services: Services, channel: DockerChannel, made: Published, *, latest: bool, seed: bool) -> None:
        """Push the version's image."""
        newest = "-" not in made.version if seed else latest
        services.registry.push(local_name(channel), made.version, latest=newest)

    def places(self, channel: DockerChannel, services: Services) -> dict[str, object]:
        """The registry, and the image's name in it."""
        return {"registry": services.registry.url, "image": local_name(channel)}

    def login(self, channel: DockerChannel) -> tuple[str, str] | None:
        """As configured."""
        return channel.username, channel.password

    def prove(self, services: Services, channel: DockerChannel, version: str) -> Iterator[Fact]:
        """``latest`` is the version's image."""
        digest, latest = (services.registry.digest(local_name(channel), tag) for tag in (version, "latest"))
        right = digest is not None and digest == latest
        words, seen = "is" if right else "is NOT", (digest or "none")[:19]
        text = f"{channel.name}: {channel.reference}:latest {words} the image of {version} ({seen}...)"
        yield Fact(right=right, text=text)


def local_name(channel: DockerChannel) -> str:
    """The image's name in the stand-in's one registry: images of one name in two real ones stay two.

    The host stands behind a word without a dot, or the name would begin like that of an image elsewhere.
    """
    host = urlsplit(channel.registry).netloc.lower()
    if host in HUB_HOSTS:
        return channel.image
    return f"hosts/{re.sub('[^a-z0-9.]+', '-', host).strip('-')}/{channel.image}"
