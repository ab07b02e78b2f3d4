"""A channel of a format of its own: ``NAME.pkg`` with the lines ``version=``, ``url=`` and ``sha256=``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from release.channels.base import Change, Files, Kind
from release.channels.published import Published
from release.channels.rehearsed import Held, Rehearsed
from release.errors import EditRefused
from release.records import Download, Served
from release.settings import Channel, Project
from release.settings.forms import EventType, RepositoryPath, Text


@dataclass(frozen=True, kw_only=True)
class PkgChannel(Channel):
    """A file ``NAME.pkg`` in a repository."""

    event_type: EventType = field()
    artifact: Text = field()
    file: RepositoryPath = field()

    @property
    def paths(self) -> tuple[str, ...]:
        """The one file."""
        return (self.file,)


class Pkg(Kind[PkgChannel]):
    """What is true of every such file."""

    settings = PkgChannel
    edits_files = True
    replaces = True

    def served(self, channel: PkgChannel, files: Files) -> Served:
        """What its lines say."""
        held = parse(channel.paths[0], files)
        download = Download(held["url"], held["sha256"], held["version"])
        return Served(held["version"], held["sha256"], held["url"], downloads=(download,))

    def edit(self, channel: PkgChannel, files: Files, change: Change) -> dict[str, bytes]:
        """Three new lines."""
        path = channel.paths[0]
        parse(path, files)
        new = render(change.version, change.url, change.checksum(change.url))
        return {} if files[path] == new else {path: new}

    def advise(self, channel: PkgChannel, project: Project, bad: str, good: str) -> str:
        """Any version can be installed again."""
        del channel, bad
        return f"pkg install {project.name}={good}"

    @property
    def rehearsed(self) -> Rehearsed[PkgChannel]:
        """As the stand-in plays it."""
        return RehearsedPkg()


class RehearsedPkg(Rehearsed[PkgChannel]):
    """A repository with one file."""

    def files(self, channel: PkgChannel, made: Published) -> dict[str, bytes]:
        """The three lines."""
        return {channel.paths[0]: render(made.version, made.source_url, made.source_sha256)}

    def held(self, channel: PkgChannel, files: Mapping[str, str]) -> Held | None:
        """By their order."""
        values = [line.partition("=")[2] for line in files[channel.paths[0]].splitlines()]
        return Held(values[0], ((values[1], values[2]),))


def parse(path: str, files: Files) -> dict[str, str]:
    """Key -> value of every line."""
    found = dict(re.findall(r"^(\w+)=(.*)$", files.get(path, b"").decode(), re.MULTILINE))
    if set(found) != {"version", "url", "sha256"}:
        raise EditRefused(f"{path} has not the three lines", "Write version=, url= and sha256=.")
    return found


def render(version: str, url: str, sha256: str) -> bytes:
    """The file."""
    return f"version={version}\nurl={url}\nsha256={sha256}\n".encode()
