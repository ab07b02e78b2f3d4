"""A manifest moved to another release: version, downloads, and every other place that names them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from release.channels.change import Change
from release.channels.scoop.json_text import Node
from release.channels.scoop.manifest import HASH, OWN, Download, Manifest, parse_manifest
from release.channels.scoop.moves import Moves
from release.channels.text.leftovers import Old, Place, check_nothing_left
from release.channels.text.literal import Edit, apply_edits
from release.channels.text.mentions import Mentions, Tone
from release.errors import EditRefused

SCRIPTS = {"installer", "uninstaller", "pre_install", "post_install", "pre_uninstall", "post_uninstall"}
MOST = 500  # mentions of the version in a manifest; the fullest of Scoop's own buckets has 17
VARIABLE = re.compile(r"\$(?:version\b|\{version\})")


def moved_manifest(manifest: Manifest, change: Change) -> str:
    """The manifest's text at the new version.

    Raises:
        EditRefused: a place is unclear, or a download is no file of the release; names the place.
    """
    moves = Moves(manifest, change)
    moving = _Moving(manifest, moves)
    moving.check_size()
    moves.check()
    moving.check_variables()
    text = apply_edits(manifest.text, moving.edits())
    moving.check(parse_manifest(manifest.path, text))
    return text


@dataclass(frozen=True)
class _Moving:
    """A manifest and where its downloads go."""

    manifest: Manifest
    moves: Moves

    @property
    def change(self) -> Change:
        return self.moves.change

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self.change, self.manifest.version.value, self.moves.urls, self.moves.sums)

    def check_size(self) -> None:
        """See to it that looking at each mention of the version stays cheap."""
        found = sum(1 for _ in islice(self.moves.derivation.move.pattern.finditer(self.manifest.text), MOST + 1))
        if found > MOST:
            what = f"{self.manifest.path} names {self.manifest.version.value} more than {MOST} times"
            raise EditRefused(what, "Look at the file's history.")

    def check_variables(self) -> None:
        """A script that names a file by ``$version`` must find the new one; a wheel writes 1.0.0-rc.1 as 1.0.0rc1."""
        for node in (node for node in self.manifest.others if VARIABLE.search(node.value)):
            versions = self.manifest.version.value, self.change.version
            before, after = (VARIABLE.sub(version, node.value) for version in versions)
            for old, new in ([url.rpartition("/")[2] for url in urls] for urls in self.moves.urls.items()):
                if old in before and new not in after:
                    what = f"{self.manifest.where(node)} names {old} by $version, and the new file is {new}"
                    raise EditRefused(what, "Write the file's name out there.")

    def edits(self) -> Iterator[Edit]:
        """All that the file needs."""
        yield from self.manifest.version.literal.becomes(self.change.version)
        for download, url, sha256 in self.moves.each:
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
        old = Old(
            version,
            frozenset(tag for tag in self.mentions.tags if tag not in change.tag),
            frozenset(old for old, new in self.moves.urls.items() if old != new),
            frozenset(self.moves.gone),
        )
        fine = [change.version, change.tag, *self.moves.urls.values(), *self.mentions.names.values()]
        check_nothing_left(_places(after), old, fine)
        self.moves.check_changed()


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
