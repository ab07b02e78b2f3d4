"""Chocolatey: a nuspec and an install script in a repository of packages, `VERIFICATION.txt` beside it."""

from posixpath import dirname, join
from typing import TYPE_CHECKING

from release.channels.base import Change, Files, Kind
from release.channels.bundle import Bundle
from release.channels.choco.bundle import bundle
from release.channels.choco.gallery import advise, judge_review, read_package, still_listed
from release.channels.choco.install_script import parse_script
from release.channels.choco.installed import downloads
from release.channels.choco.nuspec import native_version, parse_version, with_version
from release.channels.choco.prove import PROVER
from release.channels.choco.script_edit import moved_script, moving_of
from release.channels.choco.settings import ChocoChannel
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.channels.sources import Sources
from release.channels.text.literal import Decoded, decode_file
from release.channels.text.mentions import HEX, Mentions, Tone
from release.channels.text.urls import SHA256, check_change, check_direction
from release.channels.text.versions import forms
from release.channels.verdict import Expected, Verdict
from release.channels.wish import Wish
from release.errors import EditRefused, InputError
from release.records import Served
from release.settings import Channel, Project

if TYPE_CHECKING:
    from release.session import Session

LEGACY = "cp1252"  # how Windows PowerShell reads a script without a byte order mark


class Choco(Kind):
    """A package whose users download the artifact with the checksum of its install script."""

    edits_files = True
    longest_pause = 120.0  # the limits of the feed are harsh
    settings = ChocoChannel
    systems = ("windows",)

    def native_version(self, version: str) -> str:
        """``1.0.0-rc.1`` as ``1.0.0-rc1``: see ``nuspec.native_version``."""
        return native_version(version)

    def extra_paths(self, channel: Channel) -> tuple[str, ...]:
        """``VERIFICATION.txt`` beside the install script."""
        return (join(dirname(_path(channel, ".ps1")), "VERIFICATION.txt"),)

    def served(self, channel: Channel, files: Files) -> Served:
        """The nuspec's version as it stands there, URL and checksum of the install script's main download."""
        held = parse_version(*_file(channel, files, ".nuspec")).text
        path, content = _file(channel, files, ".ps1")
        script = parse_script(path, decode_file(path, content, LEGACY).text, held)
        main = downloads(script, held)[0]
        sha256 = main.sum_text.lower() if SHA256.fullmatch(main.sum_text) else None
        return Served(held, sha256, main.address)

    def edit(self, channel: Channel, files: Files, change: Change) -> dict[str, bytes]:
        """Nuspec, install script and ``VERIFICATION.txt`` at the new version: those that have to change."""
        check_change(change)
        native = native_version(change.version)
        nuspec, content = _file(channel, files, ".nuspec")
        held = parse_version(nuspec, content)
        check_direction(nuspec, held.text, native, change)
        path, script_content = _file(channel, files, ".ps1")
        source = decode_file(path, script_content, LEGACY)
        script = parse_script(path, source.text, held.text)
        moving = moving_of(script, _old_version(held.text, change), change)
        text = moved_script(moving, native)
        new = {nuspec: with_version(content, held, native), path: source.encoded(text)}
        for extra in dict.fromkeys([*self.extra_paths(channel), *channel.paths]):
            if extra in files and extra.lower().endswith("verification.txt"):
                new[extra] = _moved_verification(extra, decode_file(extra, files[extra], LEGACY), moving.mentions)
        return {name: data for name, data in new.items() if data != files[name]}

    def commit_message(self, change: Change) -> str:
        """``kekkai: update to 0.0.1``, the version as the package has it."""
        return f"{change.project}: update to {native_version(change.version)}"

    def read(self, channel: Channel, version: str, sources: Sources) -> Served:
        """The package's repository and, where one is configured, the feed."""
        return read_package(channel, version, sources, super().read)

    def judge(self, channel: Channel, served: Served, expected: Expected) -> Verdict:
        """The repository holds it, and the feed lists it."""
        return judge_review(super().judge(channel, served, expected))

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """An approved version cannot be taken back: the steps of its owner and of its users."""
        return advise(channel, project, bad, good)

    def left_to_people(self, session: "Session", channel: Channel, wish: Wish, *, moved: bool) -> str | None:
        """Users may still get the bad version from the gallery."""
        return still_listed(session, channel, wish, moved=moved)

    def bundle(self, channel: Channel, files: Files) -> Bundle | None:
        """What its scripts install by pip."""
        return bundle(channel, files)

    @property
    def prover(self) -> Prover:
        """Install that version, run."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed:
        """A package of real shape, and the feed."""
        from release.channels.choco.rehearsal import RehearsedPackage  # noqa: PLC0415 - only for a rehearsal

        return RehearsedPackage()


def _path(channel: Channel, suffix: str) -> str:
    found = [path for path in channel.paths if path.lower().endswith(suffix)]
    if len(found) != 1:
        raise InputError(
            f"channels.{channel.name}.files names {len(found)} files *{suffix}",
            "Name one nuspec and one install script.",
        )
    return found[0]


def _file(channel: Channel, files: Files, suffix: str) -> tuple[str, bytes]:
    path = _path(channel, suffix)
    if path not in files:
        raise EditRefused(f"{path} is not there", "Create the package once by hand; updates keep it current.")
    return path, files[path]


def _old_version(held: str, change: Change) -> str:
    """The held version as a SemVer: ``1.0.0-rc1`` was ``1.0.0-rc.1`` where the new one has that manner."""
    native = native_version(change.version)
    if held == native:
        return change.version
    return forms(held).get("dotted", held) if native != change.version else held


def _moved_verification(path: str, source: Decoded, mentions: Mentions) -> bytes:
    """``VERIFICATION.txt`` with URLs and checksums moved, wherever they stand."""
    text = mentions.moved(source.text, path, Tone.SCRIPT)
    sums, known = {found.lower() for found in HEX.findall(text)}, set(mentions.hashes.values())
    if not (sums & known or any(url in text for url in mentions.urls.values())):
        raise EditRefused(f"{path} holds neither URL nor checksum of the release", "Write both there, or remove it.")
    if sums and not sums & known:
        raise EditRefused(f"{path} holds a checksum that the install script has not", "Correct it, then update again.")
    return source.encoded(text)
