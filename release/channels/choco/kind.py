"""Chocolatey: a nuspec and maybe install scripts in a repository of packages, `VERIFICATION.txt` beside them."""

from typing import TYPE_CHECKING

from release.channels.adopted import Adopted
from release.channels.base import Change, Files, Kind
from release.channels.bundle import Bundle
from release.channels.choco.bundle import bundle
from release.channels.choco.edit import edited
from release.channels.choco.gallery import advise, judge_review, still_listed
from release.channels.choco.nuspec import native_version
from release.channels.choco.package import held_downloads, parse_package, usual_paths
from release.channels.choco.prove import PROVER
from release.channels.choco.read import judge_package, read_package
from release.channels.choco.settings import ChocoChannel
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.channels.sources import Sources
from release.channels.text.urls import check_change, check_direction
from release.channels.verdict import Expected, Verdict
from release.channels.wish import Wish
from release.records import Served
from release.settings import Project

if TYPE_CHECKING:
    from release.session import Session


class Choco(Kind[ChocoChannel]):
    """A package whose users get the artifact with the checksum of its install script, or inside of the package."""

    edits_files = True
    replaces = True
    longest_pause = 120.0  # the limits of the feed are harsh
    settings = ChocoChannel
    systems = ("windows",)

    def native_version(self, version: str) -> str:
        """``1.0.0-rc.1`` as ``1.0.0-rc1``: see ``nuspec.native_version``."""
        return native_version(version)

    def extra_paths(self, channel: ChocoChannel) -> tuple[str, ...]:
        """Scripts and ``VERIFICATION.txt`` where packages usually have them."""
        return usual_paths(channel)

    def served(self, channel: ChocoChannel, files: Files) -> Served:
        """The version of the software in the package, and every download of it that scripts or VERIFICATION.txt name.

        A package fix such as ``0.0.1.20260101`` serves ``0.0.1``; ``note`` has the version of the package then.
        """
        package = parse_package(channel, files)
        held, found = package.nuspec.version, held_downloads(package)
        note = f"as package version {held}" if held != package.software else None
        main = found[0] if found else None
        return Served(package.software, main.sha256 if main else None, main.url if main else None,
                      note=note, downloads=tuple(found))  # fmt: skip

    def edit(self, channel: ChocoChannel, files: Files, change: Change) -> dict[str, bytes]:
        """Nuspec, scripts and ``VERIFICATION.txt`` at the new version: those that have to change."""
        check_change(change)
        package = parse_package(channel, files)
        check_direction(package.nuspec.path, package.software, native_version(change.version), change)
        return {path: content for path, content in edited(package, change).items() if content != files[path]}

    def notes(self, channel: ChocoChannel, before: Files, after: Files) -> tuple[str, ...]:
        """Pages of the version before that stayed, because nobody can tell the address of the next ones."""
        old, new = parse_package(channel, before), parse_package(channel, after)
        left = [] if old.software == new.software else new.pages_of(old.software)
        return tuple(f"{where} still names a page of {old.software}" for where in left)

    def commit_message(self, change: Change) -> str:
        """``kekkai: update to 0.0.1``, the version as the package has it."""
        return f"{change.project}: update to {native_version(change.version)}"

    def read(self, channel: ChocoChannel, version: str, sources: Sources) -> Served:
        """The package's repository and, where one is configured, the feed."""
        return read_package(channel, version, sources, self.served)

    def judge(self, channel: ChocoChannel, served: Served, expected: Expected) -> Verdict:
        """The repository holds it, and the feed lists it."""
        del channel
        return judge_review(judge_package(served, expected))

    def advise(self, channel: ChocoChannel, project: Project, bad: str, good: str) -> str:
        """An approved version cannot be taken back: the steps of its owner and of its users."""
        return advise(channel, project, bad, good)

    def left_to_people(self, session: "Session", channel: ChocoChannel, wish: Wish, *, moved: bool) -> str | None:
        """Users may still get the bad version from the gallery."""
        return still_listed(session, channel, wish, moved=moved)

    def bundle(self, channel: ChocoChannel, files: Files) -> Bundle | None:
        """What its scripts install by pip."""
        return bundle(channel, files)

    @property
    def prover(self) -> Prover[ChocoChannel]:
        """Install that version, run."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed[ChocoChannel]:
        """A package of real shape, and the feed."""
        from release.channels.choco.rehearsal import RehearsedPackage  # noqa: PLC0415 - only for a rehearsal

        return RehearsedPackage()

    @property
    def adopted(self) -> Adopted[ChocoChannel]:
        """A package at its usual paths."""
        from release.channels.choco.receiver import AdoptedPackage  # noqa: PLC0415 - only `init` asks

        return AdoptedPackage()
