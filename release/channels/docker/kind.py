"""Docker: an image tag per version, built by a workflow of the product's repository."""

import re

from release.channels.base import Kind
from release.channels.docker.settings import DockerChannel
from release.errors import InputError

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")  # the distribution specification's grammar of a tag


class Docker(Kind):
    """An image in a registry; it has no checksum of an artifact, and versions stand side by side."""

    name = "docker"
    settings = DockerChannel

    def native_version(self, version: str) -> str:
        """The version as it is, where it is a tag.

        Raises:
            InputError: it holds what a tag cannot hold, such as ``+``.
        """
        if not TAG.fullmatch(version):
            raise InputError(
                f"Docker cannot express version {version!r} as a tag",
                "Leave the build metadata out, or leave the channel out with --skip docker.",
            )
        return version
