"""Where a download of the old release is among the files of the new one, whatever a URL is made of. Pure.

A URL is known again by what is left of it without the version: first without its usual spellings, then without the
loose ones and the tag, then without build numbers and digests, last by host and file name alone. The first of these
outlines that exactly one file of the new release has wins.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote

from release.channels.change import Change
from release.channels.text.urls import RELEASED, check_url, in_project
from release.channels.text.versions import Move
from release.errors import EditRefused

TAG = re.compile(r"(/releases/download/).+(/[^/]+)$|(/archive/(?:refs/tags/)?).+?(\.(?:zip|tar\.[a-z0-9]+|tgz))$")
LATEST = "/releases/latest/download/"
ID = r"[0-9]{6,}|g?(?=[0-9A-Fa-f]*[0-9])[0-9A-Fa-f]{6,}|(?=[0-9A-Z]*[a-z])(?=[0-9a-z]*[A-Z])[0-9A-Za-z]{8,}"
NUMBER = r"[0-9]+(?:\.[0-9]+)+"
VARYING = re.compile(rf"(?<![0-9A-Za-z])(?:{ID})(?![0-9A-Za-z])|(?<![0-9.])(?:{NUMBER})(?![0-9])")
VERSION = "\0"


@dataclass(frozen=True)
class Derivation:
    """From the old release's downloads to the new one's.

    Attributes:
        move: from the version that the files hold.
        change: what to move to.
    """

    move: Move
    change: Change

    @cached_property
    def _files(self) -> list[dict[str, list[str]]]:
        """For each kind of outline: outline -> the new release's files."""
        back = Move(self.move.new, self.move.new)
        found: list[dict[str, list[str]]] = [defaultdict(list) for _ in _outlines("", back)]
        for url in dict.fromkeys((self.change.url, *self.change.urls)):
            for files, outline in zip(found, _outlines(url, back), strict=True):
                files[outline].append(url)
        return found

    def known(self, url: str) -> str | None:
        """The file of the new release that ``url`` (without a fragment) was in the old one.

        Returns:
            ``None`` where no file is like it, or several are.
        """
        plain = unquote(self.move.moved(url))
        if same := [one for one in dict.fromkeys((self.change.url, *self.change.urls)) if unquote(one) == plain]:
            return same[0]
        outlines = _outlines(url, self.move)
        named = VERSION in outlines[-1] or self.move.carried(url) or in_project(url, self.change)
        for files, outline in zip(self._files, outlines if named else outlines[:-1], strict=False):
            if len(found := files.get(outline, [])) == 1:
                return found[0]
        return None

    def moved(self, url: str) -> tuple[str, str]:
        """Where ``url`` (without a fragment) is in the new release, and the SHA-256 of what it serves.

        Raises:
            EditRefused: it is no file of the new release; names the URL that was looked for.
        """
        check_url(url)
        known = self.known(url)
        refused: list[EditRefused] = []
        for candidate in dict.fromkeys([known] if known else self._guesses(url)):
            check_url(candidate)
            try:
                return candidate, self.change.checksum(candidate).lower()
            except EditRefused as error:
                refused.append(error)
        raise refused[0]

    def _guesses(self, url: str) -> Iterator[str]:
        """Where it could be, if it is no file that the release is known to have."""
        address, mark, query = url.partition("?")
        if in_project(url, self.change) and RELEASED.search(url):
            address = address.replace(LATEST, "/releases/download/-/")
            address = TAG.sub(lambda m: quote(self.change.tag).join(part for part in m.groups() if part), address)
        names = [self.change.tag, *(quote(_file(one)) for one in self.change.urls)]
        strict = "/".join(self.move.moved(part, names) for part in address.split("/")) + mark + self.move.moved(query)
        if self.move.carried(url):
            yield self.move.loose_pattern.sub(lambda match: self.move.loose[match[0]], strict)
        yield strict


def _file(url: str) -> str:
    return unquote(url.partition("?")[0].rpartition("/")[2])


def _outlines(url: str, move: Move) -> tuple[str, ...]:
    """``url`` without the old version of ``move``, from the strictest manner to the loosest."""
    strict = move.pattern.sub(VERSION, unquote(url))
    tagless = _untagged(strict)
    loose = move.loose_pattern.sub(VERSION, tagless)
    varying = VARYING.sub(VERSION, loose)
    host, _, path = varying.partition("://")[2].partition("/")
    address, mark, query = path.partition("?")
    name = address.removesuffix("/download").rpartition("/")[2]  # SourceForge puts the word behind each file
    return strict, loose.lower(), varying.lower(), f"{host}/{name}{mark}{query}".lower()


def _untagged(url: str) -> str:
    return TAG.sub(lambda match: VERSION.join(part for part in match.groups() if part), url)
