"""Where each download of a manifest goes in another release."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from release.channels.change import Change
from release.channels.scoop.manifest import OWN, Download, Manifest
from release.channels.text.derive import Derivation
from release.channels.text.mentions import EXTENSION
from release.channels.text.urls import in_project
from release.channels.text.versions import Move
from release.errors import EditRefused


@dataclass(frozen=True)
class Moves:
    """A manifest's downloads and the release that they move to."""

    manifest: Manifest
    change: Change

    @cached_property
    def derivation(self) -> Derivation:
        """Knows a URL again in the new release."""
        return Derivation(Move(self.manifest.version.value, self.change.version), self.change)

    @cached_property
    def each(self) -> list[tuple[Download, str, str]]:
        """Each download of the product, its new URL and its new SHA-256.

        Raises:
            EditRefused: one is no file of the release; names the line and the URL.
        """
        move, known = self.derivation.move, self.derivation.known
        own = self.manifest.own(lambda d: move.carried(d.address) or known(d.address) is not None)
        return [(download, *self._moved(download, alone=len(own) == 1)) for download in own]

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """Old URL -> new URL, with and without the name after ``#/``."""
        whole = {download.url.value: new for download, new, _ in self.each}
        return whole | {old.partition("#")[0]: new.partition("#")[0] for old, new in whole.items()}

    @property
    def sums(self) -> Mapping[str, str]:
        """Old checksum in lower case -> new SHA-256; without those that stood beside two files."""
        found: dict[str, set[str]] = {}
        for download, _, sha256 in self.each:
            found.setdefault(download.digits, set()).add(sha256)
        return {old: new.pop() for old, new in found.items() if len(new) == 1}

    @property
    def gone(self) -> set[str]:
        """Old checksums that no download has any more."""
        return {download.digits for download, _, _ in self.each} - {sha256 for _, _, sha256 in self.each}

    def check(self) -> None:
        """See to it that the channel's artifact is among the downloads, and that files which were two stay two.

        Raises:
            EditRefused: it is not so.
        """
        if self.change.sha256.lower() not in {sha256 for _, _, sha256 in self.each}:
            what = f"{self.manifest.path} downloads another file than {self.change.url}"
            raise EditRefused(what, "Check `artifact:` of this channel.")
        taken: dict[str, Download] = {}
        for download, new, _ in self.each:
            url = new.partition("#")[0]
            if taken.setdefault(url, download).address != download.address:
                what = f"{self.manifest.where(download.url)} and `{taken[url].url.where}` would both become {url}"
                raise EditRefused(what, "Attach each of the files to the release, or name it under `artifacts:`.")

    def check_changed(self) -> None:
        """See to it that each architecture downloads something else than before.

        Raises:
            EditRefused: a URL without a version still serves what it served.
        """
        changed = {d.block for d, url, sha256 in self.each if (d.url.value, d.sha256) != (url, sha256)}
        for download, url, _ in self.each:
            if download.block not in changed:
                what = f"{self.manifest.where(download.url)} still serves the old release's bytes: {url}"
                raise EditRefused(what, "Publish the new file there, then update again.")

    def _moved(self, download: Download, *, alone: bool) -> tuple[str, str]:
        address, mark, name = download.url.value.partition("#")
        new = self._artifact(download) if alone and in_project(address, self.change) else None
        url, sha256 = new or self._derived(download)
        return url + mark + self.derivation.move.moved(name), sha256

    def _artifact(self, download: Download) -> tuple[str, str] | None:
        """The channel's artifact in place of the only download, which the release has no more, or as another file."""
        if self.derivation.known(download.address) is None:
            with suppress(EditRefused):
                return self.derivation.moved(download.address)
        return (self.change.url, self.change.sha256.lower()) if self._gives_way(download) else None

    def _gives_way(self, download: Download) -> bool:
        """Whether the artifact can stand in for ``download``: nothing in the manifest rests on the old file.

        A zip in place of a program, or an archive whose folder is named after it, would need another manifest; a file
        of the same kind that the release still has is another system's.
        """
        known = self.derivation.known(download.address)
        old, new = (_file(url) for url in (download.address, self.change.url))
        inside = [node.value for node in self.manifest.others if OWN & set(node.path) and not node.is_key]
        if known is not None:
            return known == self.change.url or (_kind(old) != _kind(new) and not inside)
        if _kind(old) != _kind(new) and (inside or "#" in download.url.value):
            return False
        return not any(old.removesuffix(_kind(old)) in text for text in inside)

    def _derived(self, download: Download) -> tuple[str, str]:
        try:
            return self.derivation.moved(download.address)
        except EditRefused as error:
            where = self.manifest.where(download.url)
            what = f"{where} is no file of this release: {download.address} ({error.wrong})"
            fix = "Attach it to the release, name it under `artifacts:`, or correct the URL."
            raise EditRefused(what, fix) from None


def _file(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _kind(file: str) -> str:
    """``.zip``, ``.tar.gz``: what makes Scoop unpack it, or not."""
    return match[0].lower() if (match := EXTENSION.search(file)) else ""
