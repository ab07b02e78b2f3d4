"""Scoop: a manifest in a bucket. Its ``autoupdate`` and ``checkver`` are templates and stay as they are.

Source of the format: Scoop's wiki, "App Manifests" and "App Manifest Autoupdate".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from release.channels.base import Change, Files, Kind
from release.channels.rehearsed import Rehearsed
from release.channels.scoop.json_text import Node, Path, parse_object, strings
from release.channels.scoop.settings import ScoopChannel
from release.channels.text.literal import Edit, apply_edits, decode_file
from release.channels.text.mentions import Mentions, Tone
from release.channels.text.urls import check_change, check_direction, moved_url
from release.channels.text.versions import Move
from release.errors import EditRefused
from release.records import Served
from release.settings import Channel, Project

TEMPLATES = ("autoupdate", "checkver")
SCRIPTS = {"installer", "uninstaller", "pre_install", "post_install", "pre_uninstall", "post_uninstall"}
OWN = {"extract_dir", "extract_to", "bin", "shortcuts", "env_add_path", "env_set", "persist", "psmodule"}
ARCHITECTURES = ("64bit", "32bit", "arm64")
HASH = re.compile(r"(?:(sha256|sha512|sha1|md5):)?([0-9a-fA-F]{32,128})")
VARIABLE = re.compile(r"\$(?:version\b|\{version\})")
DIGITS = 64  # of a SHA-256 in hex


@dataclass(frozen=True)
class Download:
    """One URL of a manifest and the hash beside it."""

    url: Node
    hash: Node

    @property
    def sha256(self) -> str | None:
        """64 lower-case hex digits, ``None`` where the hash is of another kind."""
        match = HASH.fullmatch(self.hash.value)
        good = match and match[1] in {None, "sha256"} and len(match[2]) == DIGITS
        return match[2].lower() if match and good else None


@dataclass(frozen=True)
class Manifest:
    """What a manifest holds that a release changes; the main architecture's downloads come first."""

    path: str
    text: str
    version: Node
    downloads: tuple[Download, ...]
    others: tuple[Node, ...]


class Scoop(Kind):
    """A bucket with one manifest of the product."""

    edits_files = True
    replaces = True
    settings = ScoopChannel
    systems = ("windows",)
    installer = "scoop"

    def served(self, channel: Channel, files: Files) -> Served:
        """Version, and URL and checksum of the main download: the 64-bit one, the first that names the version."""
        path = channel.paths[0]
        manifest = parse_manifest(path, decode_file(path, _content(files, path)).text)
        version = manifest.version.value
        move = Move(version, version)
        main = next((d for d in manifest.downloads if move.carried(d.url.value)), manifest.downloads[0])
        return Served(version, main.sha256, main.url.value)

    def edit(self, channel: Channel, files: Files, change: Change) -> dict[str, bytes]:
        """The manifest at the new version; empty where it is there already."""
        check_change(change)
        path = channel.paths[0]
        content = _content(files, path)
        source = decode_file(path, content)
        manifest = parse_manifest(path, source.text)
        check_direction(path, manifest.version.value, change.version, change)
        text = apply_edits(source.text, _edits(manifest, change))
        _check_result(path, manifest, text, change)
        new = source.encoded(text)
        return {path: new} if new != content else {}

    def commit_message(self, change: Change) -> str:
        """As the bucket's own updater writes it: ``kekkai: Update to version 0.0.1``."""
        return f"{change.project}: Update to version {change.version}"

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """``scoop update --force`` goes down too."""
        del project, bad, good
        name = PurePosixPath(channel.file or "").stem
        return f"Users who updated go back with: scoop update && scoop update --force {name}"

    @property
    def rehearsed(self) -> Rehearsed:
        """A manifest of real shape."""
        from release.channels.scoop.rehearsal import RehearsedManifest  # noqa: PLC0415 - only for a rehearsal

        return RehearsedManifest()


def parse_manifest(path: str, text: str) -> Manifest:
    """A manifest's text as the places that a release changes.

    Raises:
        EditRefused: no JSON object, or `version`, `url` or `hash` is missing or not of the known shapes.
    """
    parse_object(path, text)
    nodes = [node for node in strings(text) if node.path[0] not in TEMPLATES]
    values = {node.path: node for node in nodes if not node.is_key}
    if ("version",) not in values or not values["version",].value:
        raise _refused(path, "has no text in `version`", 'Write "version": "1.2.3".')
    prefixes: list[Path] = [("architecture", name) for name in ARCHITECTURES]
    downloads = tuple(d for prefix in [*prefixes, ()] for d in _downloads(path, values, prefix))
    if not downloads:
        raise _refused(path, "has no `url`", "Write url and hash at the top, or under architecture.64bit.")
    places: set[Path] = {(*prefix, "hash") for prefix in [*prefixes, ()]}
    for node in nodes:
        if node.is_key and node.path[-1] == "hash" and node.path not in places:
            raise _refused(path, f"has a hash in `{node.where}`", "Put it beside `url`, or under architecture.64bit.")
    used = {id(values["version",]), *(id(node) for d in downloads for node in (d.url, d.hash))}
    return Manifest(path, text, values["version",], downloads, tuple(n for n in nodes if id(n) not in used))


def _downloads(path: str, values: dict[Path, Node], prefix: Path) -> Iterator[Download]:
    urls, hashes = (_items(values, (*prefix, key)) for key in ("url", "hash"))
    if len(urls) != len(hashes):
        where = ".".join(map(str, (*prefix, "hash")))
        raise _refused(
            path, f"has {len(hashes)} texts in `{where}` for {len(urls)} in `url`", "Give each URL its hash."
        )
    yield from map(Download, urls, hashes)


def _items(values: dict[Path, Node], key: Path) -> list[Node]:
    """The strings of a key: itself, or the items of its array."""
    return [node for path, node in values.items() if path == key or path[:-1] == key]


def _edits(manifest: Manifest, change: Change) -> list[Edit]:
    old = manifest.version.value
    move = Move(old, change.version)
    carrying = [d for d in manifest.downloads if move.carried(d.url.value)]
    alone = len(manifest.downloads) == 1 or len(carrying) == 1
    edits, moves, hashes = manifest.version.literal.becomes(change.version), {}, {}
    for download in manifest.downloads:
        own = alone and (download in carrying or not carrying)
        new = moved_url(download.url.value, old, change, alone=own)
        if new is None and (download in carrying or own):
            raise _refused(
                manifest.path, f"has a `{download.url.where}` of no file of this release: {download.url.value}",
                "Attach it to the release, name it under `artifacts:` and give --sha256 NAME=HEX, or correct the URL.",
            )  # fmt: skip
        if new is not None:
            edits += download.url.literal.becomes(new[0]) + _hash_edits(manifest.path, download, new[1])
            moves[download.url.value] = new[0]
            hashes[download.hash.value.rpartition(":")[2].lower()] = new[1]
    _check_main(manifest.path, hashes.values(), change)
    _check_variables(manifest, moves, change)
    return edits + _mention_edits(manifest, Mentions(change, old, moves, hashes))


def _check_variables(manifest: Manifest, moves: Mapping[str, str], change: Change) -> None:
    """A script that names a file by ``$version`` must find the new one, whose name may write 1.0.0-rc.1 as 1.0.0rc1."""
    for node in (node for node in manifest.others if VARIABLE.search(node.value)):
        before, after = (VARIABLE.sub(version, node.value) for version in (manifest.version.value, change.version))
        for old, new in ((url.rpartition("/")[2] for url in move) for move in moves.items()):
            if old in before and new not in after:
                raise _refused(manifest.path, f"names {old} by $version in `{node.where}`, and the new file is {new}",
                               "Write the file's name out there.")  # fmt: skip


def _hash_edits(path: str, download: Download, sha256: str) -> list[Edit]:
    """The hash in the style found; another kind of checksum gives way to a bare SHA-256."""
    if download.sha256 == sha256:
        return []
    match = HASH.fullmatch(download.hash.value)
    if match is None:
        raise _refused(path, f"has no checksum in `{download.hash.where}`", "Put the 64 hex digits of the file there.")
    return download.hash.literal.becomes(f"sha256:{sha256}" if match[1] == "sha256" else sha256)


def _mention_edits(manifest: Manifest, mentions: Mentions) -> list[Edit]:
    edits: list[Edit] = []
    for node in manifest.others:
        where, tone = f"{manifest.path}: `{node.where}`", _tone(node)
        new = mentions.moved(node.value, where, tone)
        if node.is_key and new != node.value:
            raise EditRefused(f"{where} is a key with the old version", "Edit that place by hand, then update again.")
        edits += node.literal.becomes(new)
    return edits


def _tone(node: Node) -> Tone:
    if OWN & set(node.path):
        return Tone.OWN
    return Tone.SCRIPT if SCRIPTS & set(node.path) else Tone.PROSE


def _check_main(path: str, sums: Iterable[str], change: Change) -> None:
    if change.sha256.lower() not in sums:
        raise _refused(path, f"downloads another file than {change.url}", "Check `artifact:` of this channel.")


def _check_result(path: str, before: Manifest, text: str, change: Change) -> None:
    """What was written must read as the new version, and nothing of the old one may be left."""
    after = parse_manifest(path, text)
    move = Move(before.version.value, change.version)
    urls = [download.url for download in after.downloads]
    left = [n for n in (*urls, *after.others) if move.left(n.value)]
    if after.version.value != change.version or left:
        where = left[0].where if left else "version"
        raise _refused(path, f"would keep the old version in `{where}`", "Edit that place by hand, then update again.")


def _content(files: Files, path: str) -> bytes:
    if path not in files:
        raise _refused(path, "is not there", "Create the manifest once by hand; updates keep it current.")
    return files[path]


def _refused(path: str, what: str, fix: str) -> EditRefused:
    return EditRefused(f"{path} {what}", fix)
