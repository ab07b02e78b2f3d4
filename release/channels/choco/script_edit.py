"""An install script moved to another version: URLs, checksums, their kind, and every mention of the old one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from release.channels.base import Change
from release.channels.choco.install_script import Script, parse_script
from release.channels.choco.installed import Installed, downloads
from release.channels.choco.powershell import Token, TokenKind
from release.channels.text.literal import Edit, apply_edits, line_of
from release.channels.text.mentions import Mentions, Tone
from release.channels.text.urls import SHA256, is_project_page, moved_url
from release.channels.text.versions import forms
from release.errors import EditRefused

WRITTEN = {TokenKind.TEXT, TokenKind.WORD}
VARIABLES = 3  # version variables of one script that are tried in every form


@dataclass(frozen=True)
class Moving:
    """A script, its downloads, where each of them goes, and with that what becomes of every mention."""

    script: Script
    found: list[Installed]
    new: list[tuple[str, str]]
    mentions: Mentions

    @property
    def urls(self) -> list[Token]:
        """The URLs' tokens."""
        return [download.url.value for download in self.found if download.url.value]


def moving_of(script: Script, old: str, change: Change) -> Moving:
    """Where each download of ``script``, which holds the version ``old``, goes.

    Raises:
        EditRefused: a URL is no file of the release, or none of them is the channel's artifact.
    """
    found = downloads(script, old)
    new = [_moved_download(script, download, old, change, alone=len(found) == 1) for download in found]
    if change.sha256.lower() not in {sha256 for _, sha256 in new}:
        raise EditRefused(
            f"{script.path} downloads another file than {change.url}", "Check `artifact:` of this channel."
        )
    urls = {download.address: url for download, (url, _) in zip(found, new, strict=True)}
    sums = {download.sum_text.lower(): sha256 for download, (_, sha256) in zip(found, new, strict=True)}
    return Moving(script, found, new, Mentions(change, old, urls, sums))


def _moved_download(script: Script, download: Installed, old: str, change: Change, *, alone: bool) -> tuple[str, str]:
    new = moved_url(download.address, old, change, alone=alone)
    if new is None:
        raise EditRefused(
            f"{script.line(download.url)} is no file of this release: {download.address}",
            "Attach it to the release, name it under `artifacts:` and give --sha256 NAME=HEX, or correct the URL.",
        )
    return new


def moved_script(moving: Moving, native: str) -> str:
    """The script with every place moved, and read again to see that it says what it should.

    Args:
        moving: the script and where its downloads go.
        native: the new version as the package has it.

    Raises:
        EditRefused: a place is unclear, or its variables cannot write the new URL; names the line.
    """
    script, move = moving.script, moving.mentions.move
    settings = [s for d in moving.found for s in (d.url, d.sum, d.type) if s]
    done = {id(s.value) for s in settings if s.value and not s.value.inserts}
    rest = [t for t in script.tokens if t.kind in WRITTEN and id(t) not in done]
    feeding = {id(s.value) for s in script.settings if s.variable and s.name in script.names_behind(moving.urls)}
    versions = [t for t in rest if id(t) in feeding and move.pattern.fullmatch(t.value)][:VARIABLES]
    fixed = [*_download_edits(moving), *(e for t in rest if t not in versions for e in _token_edits(moving, t))]
    choices = [dict.fromkeys([move.moved(t.value), *forms(move.new).values()]) for t in versions]
    for chosen in product(*choices):
        edits = [edit for t, form in zip(versions, chosen, strict=True) for edit in t.literal.becomes(form)]
        text = apply_edits(script.text, [*fixed, *edits])
        if _says(parse_script(script.path, text, native), moving):
            return text
    raise EditRefused(
        f"{script.line(moving.found[0].url)} cannot become {moving.new[0][0]} by its variables",
        "Write the URL as one text there, then update again.",
    )


def _download_edits(moving: Moving) -> Iterator[Edit]:
    kinds: dict[int, Token] = {}
    for download, (new_url, new_sum) in zip(moving.found, moving.new, strict=True):
        url, held, kind = (s.value if s else None for s in (download.url, download.sum, download.type))
        if url and not url.inserts:
            yield from url.literal.becomes(new_url)
        if held and held.value.lower() != new_sum:
            yield from held.literal.becomes(new_sum)
        if kind is not None:
            kinds[id(kind)] = kind
        elif not SHA256.fullmatch(download.sum_text):
            line = moving.script.line(download.sum)
            raise EditRefused(f"{line} is no SHA256 and has no `checksumType`", "Set it to 'sha256'.")
    for kind in kinds.values():
        yield from kind.literal.becomes(kind.value if kind.value.lower() == "sha256" else "sha256")


def _token_edits(moving: Moving, token: Token) -> list[Edit]:
    script, mentions = moving.script, moving.mentions
    line = line_of(script.text, token.literal.start)
    where = f"{script.path} line {line}"
    for url in re.findall(r"https?://[^\s'\"]+", token.value):
        known = url in mentions.urls or is_project_page(url, mentions.change)
        if mentions.move.carried(url) and not known and mentions.old != mentions.change.version:
            raise EditRefused(f"{where} holds a URL of the old version without a checksum: {url}", "Set it as `url`.")
    around = script.text.split("\n")[line - 1]
    return token.literal.becomes(mentions.moved(token.value, where, Tone.SCRIPT, around))


def _says(script: Script, moving: Moving) -> bool:
    """Whether the new script downloads what it should, and nothing of the old version is left in it."""
    move = moving.mentions.move
    try:
        said = [(d.address, d.sum_text.lower()) for d in downloads(script, move.new)]
    except EditRefused:
        return False
    left = any(move.left(t.value) for t in script.tokens if t.kind in WRITTEN)
    return said == moving.new and not left
