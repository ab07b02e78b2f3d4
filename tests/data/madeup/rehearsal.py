"""A package file for the rehearsal."""

from collections.abc import Mapping

from release.channels.published import Published
from release.channels.rehearsed import Held, Rehearsed

from .edit import render
from .settings import PkgChannel


class RehearsedPkg(Rehearsed[PkgChannel]):
    """A repository with one file."""

    def files(self, channel: PkgChannel, made: Published) -> dict[str, bytes]:
        """The three lines."""
        return {channel.paths[0]: render(made.version, made.source_url, made.source_sha256)}

    def held(self, channel: PkgChannel, files: Mapping[str, str]) -> Held | None:
        """By their order."""
        values = [line.partition("=")[2] for line in files[channel.paths[0]].splitlines()]
        return Held(values[0], ((values[1], values[2]),))
