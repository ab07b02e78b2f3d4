"""Scoop: a manifest in a bucket. Its ``autoupdate`` and ``checkver`` are templates and stay as they are.

Source of the format: Scoop's wiki, "App Manifests" and "App Manifest Autoupdate".
"""

from release.channels.base import Change, Files, Kind
from release.channels.bundle import Bundle
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.channels.scoop.bundle import bundle
from release.channels.scoop.edit import moved_manifest
from release.channels.scoop.manifest import parse_manifest
from release.channels.scoop.prove import PROVER, rollback_advice
from release.channels.scoop.settings import ScoopChannel
from release.channels.text.literal import decode_file
from release.channels.text.urls import check_change, check_direction
from release.errors import EditRefused
from release.records import Served
from release.settings import Channel, Project


class Scoop(Kind):
    """A bucket with one manifest of the product."""

    edits_files = True
    replaces = True
    settings = ScoopChannel
    systems = ("windows",)
    installer = "scoop"

    def served(self, channel: Channel, files: Files) -> Served:
        """Version and downloads; the main one is the 64-bit one, the first that names the version."""
        path = channel.paths[0]
        manifest = parse_manifest(path, decode_file(path, _content(files, path)).text)
        return Served(manifest.version.value, manifest.main.sha256, manifest.main.url.value, downloads=manifest.served)

    def edit(self, channel: Channel, files: Files, change: Change) -> dict[str, bytes]:
        """The manifest at the new version; empty where it is there already."""
        check_change(change)
        path = channel.paths[0]
        content = _content(files, path)
        source = decode_file(path, content)
        manifest = parse_manifest(path, source.text)
        check_direction(path, manifest.version.value, change.version, change)
        new = source.encoded(moved_manifest(manifest, change))
        return {path: new} if new != content else {}

    def commit_message(self, change: Change) -> str:
        """As the bucket's own updater writes it: ``kekkai: Update to version 0.0.1``."""
        return f"{change.project}: Update to version {change.version}"

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """``scoop update --force`` goes down too."""
        del project, bad, good
        return rollback_advice(channel)

    def bundle(self, channel: Channel, files: Files) -> Bundle | None:
        """What its scripts install by pip."""
        return bundle(channel, files)

    @property
    def prover(self) -> Prover:
        """Add the bucket, install, run."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed:
        """A manifest of real shape."""
        from release.channels.scoop.rehearsal import RehearsedManifest  # noqa: PLC0415 - only for a rehearsal

        return RehearsedManifest()


def _content(files: Files, path: str) -> bytes:
    if path not in files:
        raise EditRefused(f"{path} is not there", "Create the manifest once by hand; updates keep it current.")
    return files[path]
