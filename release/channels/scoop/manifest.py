"""A manifest as the places that a release changes. Source of the format: Scoop's wiki, "App Manifests"."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from release import records
from release.channels.scoop.json_text import Node, Path, parse_object
from release.channels.text.urls import RELEASED
from release.channels.text.versions import Move
from release.errors import EditRefused

TEMPLATES = ("autoupdate", "checkver")
OWN = {"extract_dir", "extract_to", "bin", "shortcuts", "env_add_path", "env_set", "persist", "psmodule"}
ARCHITECTURES = ("64bit", "32bit", "arm64")
HASH = re.compile(r"(?:(sha256|sha512|sha1|md5):)?([0-9a-fA-F]{32,128})")
OTHER_VERSION = re.compile(r"(?<![0-9.])[0-9]+\.[0-9]+\.[0-9]+(?:\.[0-9]+)*(?![0-9])")
MOST = 256  # downloads; the fullest manifest of Scoop's own buckets has 32
DIGITS = 64  # of a SHA-256 in hex


@dataclass(frozen=True)
class Download:
    """One URL of a manifest and the hash beside it.

    Attributes:
        url: its place.
        hash: its place.
        block: where both stand: the top, or an architecture.
    """

    url: Node
    hash: Node
    block: Path

    @property
    def sha256(self) -> str | None:
        """64 lower-case hex digits, ``None`` where the hash is of another kind."""
        match = HASH.fullmatch(self.hash.value)
        good = match and match[1] in {None, "sha256"} and len(match[2]) == DIGITS
        return match[2].lower() if match and good else None

    @property
    def digits(self) -> str:
        """The hash without its kind, in lower case."""
        return self.hash.value.rpartition(":")[2].lower()

    @property
    def address(self) -> str:
        """What is fetched: the URL without the name that Scoop gives the file (``#/kekkai.exe``)."""
        return self.url.value.partition("#")[0]


@dataclass(frozen=True)
class Manifest:
    """What a manifest holds that a release changes; the main architecture's downloads come first."""

    path: str
    text: str
    version: Node
    downloads: tuple[Download, ...]
    others: tuple[Node, ...]

    @cached_property
    def move(self) -> Move:
        """From its version to the same: finds it in a text."""
        return Move(self.version.value, self.version.value)

    @property
    def main(self) -> Download:
        """The first download that names the version, else the first."""
        return next((d for d in self.downloads if self.move.carried(d.url.value)), self.downloads[0])

    @property
    def served(self) -> tuple[records.Download, ...]:
        """The product's downloads; extras from elsewhere are left out."""
        own = self.own(lambda download: self.move.carried(download.address))
        return tuple(records.Download(d.address, d.sha256, self._version_of(d), self.line(d.url)) for d in own)

    def own(self, known: Callable[[Download], bool]) -> list[Download]:
        """The downloads that are the product's.

        They are those that ``known`` knows, what lies beside them (in their folder, or attached to releases of their
        repository), and in a block without any of these all: each architecture downloads the product.
        """
        own = [known(download) for download in self.downloads]
        places = {_folder(d.address) for d, is_own in zip(self.downloads, own, strict=True) if is_own}
        own = [is_own or _folder(d.address) in places for d, is_own in zip(self.downloads, own, strict=True)]
        blocks = {d.block for d, is_own in zip(self.downloads, own, strict=True) if is_own}
        return [d for d, is_own in zip(self.downloads, own, strict=True) if is_own or d.block not in blocks]

    def line(self, node: Node) -> int:
        """The line of the file in which a string begins, counted from 1."""
        return bisect_right(self._line_ends, node.literal.start) + 1

    def where(self, node: Node) -> str:
        """A string's place in the file, for a message."""
        return f"{self.path} line {self.line(node)}, `{node.where}`"

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    @cached_property
    def _before_version(self) -> set[str]:
        """What stands before the version in the URLs that name it."""
        found = (self.move.pattern.search(download.address) for download in self.downloads)
        return {match.string[: match.start()] for match in found if match}

    def _version_of(self, download: Download) -> str:
        """The manifest's version, unless the URL has another where one of its likes has that."""
        if not self.move.carried(download.address):
            for match in OTHER_VERSION.finditer(download.address):
                if download.address[: match.start()] in self._before_version:
                    return match[0]
        return self.version.value


def _folder(address: str) -> str:
    """Where a file lies; for one that is attached to a release, where all of them are."""
    folder = address.partition("?")[0].rpartition("/")[0]
    released = RELEASED.search(address)
    return address[: released.end()] if released else folder


def parse_manifest(path: str, text: str) -> Manifest:
    """A manifest's text as the places that a release changes.

    Raises:
        EditRefused: no JSON object, or `version`, `url` or `hash` is missing or not of the known shapes.
    """
    nodes = [node for node in parse_object(path, text) if node.path[0] not in TEMPLATES]
    values = {node.path: node for node in nodes if not node.is_key}
    if ("version",) not in values or not values["version",].value:
        raise _refused(path, "has no text in `version`", 'Write "version": "1.2.3".')
    prefixes: list[Path] = [*(("architecture", name) for name in ARCHITECTURES), ()]
    downloads = tuple(d for prefix in prefixes for d in _downloads(path, values, prefix))
    if len(downloads) > MOST:
        raise _refused(path, f"has {len(downloads)} downloads, more than any manifest", "Look at the file's history.")
    if not downloads:
        raise _refused(path, "has no `url`", "Write url and hash at the top, or under architecture.64bit.")
    places: set[Path] = {(*prefix, "hash") for prefix in prefixes}
    for node in nodes:
        if node.is_key and node.path[-1] == "hash" and node.path not in places:
            raise _refused(path, f"has a hash in `{node.where}`", "Put it beside `url`, or under architecture.64bit.")
    used = {id(values["version",]), *(id(node) for d in downloads for node in (d.url, d.hash))}
    return Manifest(path, text, values["version",], downloads, tuple(n for n in nodes if id(n) not in used))


def _downloads(path: str, values: dict[Path, Node], prefix: Path) -> Iterator[Download]:
    urls, hashes = (_items(values, (*prefix, key)) for key in ("url", "hash"))
    if len(urls) != len(hashes):
        where = ".".join(map(str, (*prefix, "hash")))
        what = f"has {len(hashes)} texts in `{where}` for {len(urls)} in `url`"
        raise _refused(path, what, "Give each URL its hash.")
    for url, digits in zip(urls, hashes, strict=True):
        yield Download(url, digits, prefix)


def _items(values: dict[Path, Node], key: Path) -> list[Node]:
    """The strings of a key: itself, or the items of its array."""
    return [node for path, node in values.items() if path == key or path[:-1] == key]


def _refused(path: str, what: str, fix: str) -> EditRefused:
    return EditRefused(f"{path} {what}", fix)
