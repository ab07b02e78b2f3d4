"""An image in the stand-in's registry."""

from collections.abc import Iterator

from release.channels.docker.settings import DockerChannel
from release.channels.published import Published
from release.channels.rehearsed import Fact, Rehearsed, Services


class RehearsedImage(Rehearsed[DockerChannel]):
    """An image per version, and ``latest``."""

    def publish(self, services: Services, channel: DockerChannel, made: Published, *, latest: bool, seed: bool) -> None:
        """Push the version's image."""
        newest = "-" not in made.version if seed else latest
        services.registry.push(channel.image, made.version, latest=newest)

    def places(self, channel: DockerChannel, services: Services) -> dict[str, object]:
        """The registry; the image's name without a host, which would be another one."""
        return {"registry": services.registry.url, "image": channel.image}

    def login(self, channel: DockerChannel) -> tuple[str, str] | None:
        """As configured."""
        return channel.username, channel.password

    def prove(self, services: Services, channel: DockerChannel, version: str) -> Iterator[Fact]:
        """``latest`` is the version's image."""
        digest, latest = (services.registry.digest(channel.image, tag) for tag in (version, "latest"))
        right = digest is not None and digest == latest
        words = "is" if right else "is NOT"
        text = f"{channel.name}: {channel.image}:latest {words} the image of {version} ({(digest or 'none')[:19]}...)"
        yield Fact(right=right, text=text)
