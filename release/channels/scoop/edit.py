"""A manifest moved to another release: version, downloads, and every other place that names them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from release.channels.change import Change
from release.channels.scoop.json_text import Node
from release.channels.scoop.manifest import HASH, Download, Manifest, parse_manifest
from release.channels.text.derive import Derivation
from release.channels.text.leftovers import Old, Place, check_nothing_left
from release.channels.text.literal import Edit, apply_edits
from release.channels.text.mentions import EXTENSION, Mentions, Tone
from release.channels.text.urls import in_project
from release.channels.text.versions import Move
from release.errors import EditRefused

SCRIPTS = {"installer", "uninstaller", "pre_install", "post_install", "pre_uninstall", "post_uninstall"}
OWN = {"extract_dir", "extract_to", "bin", "shortcuts", "env_add_path", "env_set", "persist", "psmodule"}
MOST = 500  # mentions of the version in a manifest; the fullest of Scoop's own buckets has 17
VARIABLE = re.compile(r"\$(?:version\b|\{version\})")


def moved_manifest(manifest: Manifest, change: Change) -> str:
    """The manifest's text at the new version.

    Raises:
        EditRefused: a place is unclear, or a download is no file of the release; names the place.
    """
    moving = _Moving(manifest, change)
    moving.check_size()
    moving.check_main()
    moving.check_apart()
    moving.check_variables()
    text = apply_edits(manifest.text, moving.edits())
    moving.check(parse_manifest(manifest.path, text))
    return text


@dataclass(frozen=True)
class _Moving:
    """A manifest and the release that it moves to."""

    manifest: Manifest
    change: Change

    @cached_property
    def derivation(self) -> Derivation:
        return Derivation(Move(self.manifest.version.value, self.change.version), self.change)

    @cached_property
    def moves(self) -> list[tuple[Download, str, str]]:
        """Each download of the product, its new URL and its new SHA-256."""
        move, known = self.derivation.move, self.derivation.known
        own = self.manifest.own(lambda d: move.carried(d.address) or known(d.address) is not None)
        return [(download, *self._moved(download, alone=len(own) == 1)) for download in own]

    def _moved(self, download: Download, *, alone: bool) -> tuple[str, str]:
        address, mark, name = download.url.value.partition("#")
        new = self._artifact(download, address) if alone and in_project(address, self.change) else None
        url, sha256 = new or self._derived(download, address)
        return url + mark + self.derivation.move.moved(name), sha256

    def _artifact(self, download: Download, address: str) -> tuple[str, str] | None:
        """The channel's artifact in place of the only download, which the release has no more, or as another file."""
        if self.derivation.known(address) is None:
            with suppress(EditRefused):
                return self.derivation.moved(address)
        return (self.change.url, self.change.sha256.lower()) if self._gives_way(download, address) else None

    def _gives_way(self, download: Download, address: str) -> bool:
        """Whether a file of another name can stand in for ``download``: nothing in the manifest rests on the old one.

        A zip in place of a program, or an archive whose folder is named after it, would need another manifest.
        """
        if self.derivation.known(address) == self.change.url:
            return True
        old, new = (_file(url) for url in (address, self.change.url))
        inside = [node.value for node in self.manifest.others if OWN & set(node.path) and not node.is_key]
        if _kind(old) != _kind(new) and (inside or "#" in download.url.value):
            return False
        return not any(old.removesuffix(_kind(old)) in text for text in inside)

    def _derived(self, download: Download, address: str) -> tuple[str, str]:
        try:
            return self.derivation.moved(address)
        except EditRefused as error:
            what = f"{self.manifest.where(download.url)} is no file of this release: {address} ({error.wrong})"
            fix = "Attach it to the release, name it under `artifacts:`, or correct the URL."
            raise EditRefused(what, fix) from None

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """Old URL -> new URL, with and without the name after ``#/``."""
        whole = {download.url.value: new for download, new, _ in self.moves}
        return whole | {old.partition("#")[0]: new.partition("#")[0] for old, new in whole.items()}

    @cached_property
    def mentions(self) -> Mentions:
        sums = {download.hash.value.rpartition(":")[2].lower(): sha256 for download, _, sha256 in self.moves}
        return Mentions(self.change, self.manifest.version.value, self.urls, sums)

    def check_size(self) -> None:
        """See to it that looking at each mention of the version stays cheap."""
        found = sum(1 for _ in islice(self.derivation.move.pattern.finditer(self.manifest.text), MOST + 1))
        if found > MOST:
            what = f"{self.manifest.path} names {self.manifest.version.value} more than {MOST} times"
            raise EditRefused(what, "Look at the file's history.")

    def check_main(self) -> None:
        """See to it that the channel's artifact is among the downloads."""
        if self.change.sha256.lower() not in [sha256 for _, _, sha256 in self.moves]:
            what = f"{self.manifest.path} downloads another file than {self.change.url}"
            raise EditRefused(what, "Check `artifact:` of this channel.")

    def check_apart(self) -> None:
        """See to it that files which were two stay two."""
        taken: dict[str, Download] = {}
        for download, new, _ in self.moves:
            url = new.partition("#")[0]
            if taken.setdefault(url, download).address != download.address:
                what = f"{self.manifest.where(download.url)} and `{taken[url].url.where}` would both become {url}"
                raise EditRefused(what, "Attach each of the files to the release, or name it under `artifacts:`.")

    def check_variables(self) -> None:
        """A script that names a file by ``$version`` must find the new one; a wheel writes 1.0.0-rc.1 as 1.0.0rc1."""
        for node in (node for node in self.manifest.others if VARIABLE.search(node.value)):
            versions = self.manifest.version.value, self.change.version
            before, after = (VARIABLE.sub(version, node.value) for version in versions)
            for old, new in ([url.rpartition("/")[2] for url in urls] for urls in self.urls.items()):
                if old in before and new not in after:
                    what = f"{self.manifest.where(node)} names {old} by $version, and the new file is {new}"
                    raise EditRefused(what, "Write the file's name out there.")

    def edits(self) -> Iterator[Edit]:
        """All that the file needs."""
        yield from self.manifest.version.literal.becomes(self.change.version)
        for download, url, sha256 in self.moves:
            yield from download.url.literal.becomes(url)
            yield from self._hash_edits(download, sha256)
        for node in self.manifest.others:
            yield from self._mention_edits(node)

    def _hash_edits(self, download: Download, sha256: str) -> list[Edit]:
        """The hash in the style found; another kind of checksum gives way to a bare SHA-256."""
        if download.sha256 == sha256:
            return []
        match = HASH.fullmatch(download.hash.value)
        if match is None:
            what = f"{self.manifest.where(download.hash)} has no checksum"
            raise EditRefused(what, "Put the 64 hex digits of the file there.")
        return download.hash.literal.becomes(f"sha256:{sha256}" if match[1] == "sha256" else sha256)

    def _mention_edits(self, node: Node) -> list[Edit]:
        where = f"{self.manifest.path}: `{node.where}`"
        new = self.mentions.moved(node.value, where, _tone(node))
        if node.is_key and new != node.value:
            raise EditRefused(f"{where} is a key with the old version", "Edit that place by hand, then update again.")
        return node.literal.becomes(new)

    def check(self, after: Manifest) -> None:
        """What was written must read as the new version, and nothing of the old release may be left."""
        version, change = self.manifest.version.value, self.change
        if after.version.value != change.version:
            raise EditRefused(f"{after.path} would not hold {change.version}", "Correct its `version` by hand.")
        if version == change.version:
            return
        names = self.mentions.names
        sums = {d.hash.value.rpartition(":")[2].lower() for d, _, _ in self.moves} - {s for _, _, s in self.moves}
        gone = frozenset(old for old, new in self.urls.items() if old != new)
        tags = frozenset(tag for tag in self.mentions.tags if tag not in change.tag)
        fine = [change.version, change.tag, *self.urls.values(), *names.values()]
        check_nothing_left(_places(after), Old(version, tags, gone, frozenset(sums)), fine)
        self._check_moved()

    def _check_moved(self) -> None:
        """Each architecture must download something else than before."""
        changed = {d.block for d, url, sha256 in self.moves if (d.url.value, d.sha256) != (url, sha256)}
        for download, url, _ in self.moves:
            if download.block not in changed:
                what = f"{self.manifest.where(download.url)} still serves the old release's bytes: {url}"
                raise EditRefused(what, "Publish the new file there, then update again.")


def _file(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _kind(file: str) -> str:
    """``.zip``, ``.tar.gz``: what makes Scoop unpack it, or not."""
    return match[0].lower() if (match := EXTENSION.search(file)) else ""


def _tone(node: Node) -> Tone:
    if OWN & set(node.path):
        return Tone.OWN
    return Tone.SCRIPT if SCRIPTS & set(node.path) else Tone.PROSE


def _places(manifest: Manifest) -> Iterator[Place]:
    for download in manifest.downloads:
        for node in (download.url, download.hash):
            yield Place(manifest.where(node), node.value)
    for node in manifest.others:
        tone = _tone(node)
        yield Place(manifest.where(node), node.value, names=tone is Tone.OWN, prose=tone is Tone.PROSE)
