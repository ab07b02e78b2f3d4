"""A channel of a format of its own."""

from release.channels.adopted import Adopted
from release.channels.base import Change, Files, Kind
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.records import Download, Served

from .edit import parse, render
from .prove import PROVER
from .settings import PkgChannel


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
        url = change.url or f"{change.page}/archive/refs/tags/{change.tag}.tar.gz"
        new = render(change.version, url, change.checksum(url))
        return {} if files[path] == new else {path: new}

    @property
    def prover(self) -> Prover[PkgChannel]:
        """Clone, and read."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed[PkgChannel]:
        """As the stand-in plays it."""
        from .rehearsal import RehearsedPkg  # noqa: PLC0415 - only for a rehearsal

        return RehearsedPkg()

    @property
    def adopted(self) -> Adopted[PkgChannel]:
        """A file at its usual path."""
        from .receiver import AdoptedPkg  # noqa: PLC0415 - only `init` asks

        return AdoptedPkg()
