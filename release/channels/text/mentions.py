"""Where a text mentions the old release: its version, its URLs, its checksums. Moved, or refused where unclear."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from release.channels.base import Change
from release.channels.text.urls import is_project_page, moved_url
from release.channels.text.versions import Move, name_starts
from release.errors import EditRefused

WORD = re.compile(r"https?://[^\s\"'<>|;(),`\[\]{}]+|[^\s\"'<>|;(),`\[\]{}\\/]+")
HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])")
DEPENDENCY = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:={2,3}|[~<>!]=|@)\s*v?$")
ASSIGNED = re.compile(r"([A-Za-z_][\w.-]*)\s*=\s*[\"']?v?$")
OWN_NAME = re.compile(r"(?:package|release|app|product|new)?[-_]?(?:v|ver|version|tag)", re.IGNORECASE)
PREFIX = re.compile(r"[\w.@=:+-]*$")
NEUTRAL = re.compile(r"[-_.=:+]*(?:v|ver|version|release|tag)?[-_.=:+]*", re.IGNORECASE)
OTHERS = re.compile(r"install|require|depend|upgrade|update", re.IGNORECASE)
HISTORY = re.compile(r"\b(?:since|before|until|after|from|older than|up to|in)\s*$", re.IGNORECASE)


class Tone(Enum):
    """How sure it is that a version in a text is the product's own."""

    OWN = "a folder or file of the package"
    SCRIPT = "a script: another thing's name beside the version makes it that thing's"
    PROSE = "a sentence: the product's name must stand before the version"


@dataclass(frozen=True)
class Mentions:
    """What a release's texts may mention, and what becomes of it.

    Attributes:
        change: the version to move to.
        old: the version that the files hold.
        urls: old URL -> new URL of the release's downloads.
        hashes: old checksum in lower case -> new checksum.
    """

    change: Change
    old: str
    urls: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def move(self) -> Move:
        """From the old version to the new."""
        return Move(self.old, self.change.version)

    @cached_property
    def known(self) -> Iterable[str]:
        """File names of the new release and their beginnings."""
        own = self.change.url.rpartition("/")[2]
        return [*name_starts([own, *self.change.checksums]), self.change.tag]

    def moved(self, text: str, where: str, tone: Tone, around: str = "") -> str:
        """``text`` at the new version.

        Args:
            text: one string of a file.
            where: its place, for the message.
            tone: how sure it is that a version in it is the product's.
            around: the line in which the string stands, where it is not a line of its own.

        Raises:
            EditRefused: the old version stands there, but may be another thing's.
        """
        return WORD.sub(lambda word: self._word(word, where, tone, around or _line(word)), text)

    def _word(self, word: re.Match[str], where: str, tone: Tone, around: str) -> str:
        if word[0].startswith(("https://", "http://")):
            return self._url(word[0], where)
        text = HEX.sub(self._hash, word[0])
        if self.old == self.change.version or not self.move.carried(text):
            return text
        for match in self.move.pattern.finditer(word[0]):
            before = word.string[: word.start() + match.start()]
            if not self._own(before, word[0], tone, around):
                raise _unclear(where, word[0])
        return self.move.moved(text, self.known)

    def _hash(self, match: re.Match[str]) -> str:
        new = self.hashes.get(match[0].lower(), match[0])
        return new if match[0].lower() == match[0] or new == match[0] else new.upper()

    def _url(self, text: str, where: str) -> str:
        url = text.rstrip(".:")
        rest = text[len(url) :]
        if url in self.urls:
            return self.urls[url] + rest
        if self.old == self.change.version or not self.move.carried(url):
            return text
        if is_project_page(url, self.change):
            return "/".join(self.move.moved(part, (self.change.tag,)) for part in url.split("/")) + rest
        new = moved_url(url, self.old, self.change)
        if new is None:
            raise _unclear(where, url)
        return new[0] + rest

    def _own(self, before: str, word: str, tone: Tone, around: str) -> bool:
        """Whether the version after ``before`` is the product's."""
        project = _plain(self.change.project)
        if tone is Tone.OWN:
            return True
        if dependency := DEPENDENCY.search(before):
            return _plain(dependency[1]) == project
        if project in _plain(word):
            return not (tone is Tone.PROSE and HISTORY.search(PREFIX.sub("", before)))
        prefix = PREFIX.search(before)
        if not NEUTRAL.fullmatch(prefix[0] if prefix else ""):
            return False
        if tone is Tone.SCRIPT:
            return project in _plain(around) or not (OTHERS.search(around) or self._of_another(around))
        return self._named_before(before, project)

    def _of_another(self, around: str) -> bool:
        """Whether a line gives the version to a variable of another thing: ``$pythonVersion = '3.11.0'``."""
        names = (ASSIGNED.search(around[: match.start()]) for match in self.move.pattern.finditer(around))
        return any(name and not OWN_NAME.fullmatch(name[1]) for name in names)

    @staticmethod
    def _named_before(before: str, project: str) -> bool:
        words = re.sub(r"(?:[\s:(]*\b(?:v|version|release))?[\s:(]*v?$", "", before, flags=re.IGNORECASE)
        rest, _, last = words.rpartition(" ")
        return _plain(last) == project and not HISTORY.search(rest)


def _plain(name: str) -> str:
    """A name as Python's packages are compared: lower case, one hyphen for each run of ``-_.``."""
    return re.sub(r"[-_.]+", "-", name).strip("-").casefold()


def _line(match: re.Match[str]) -> str:
    """The line of the text in which the match stands."""
    text = match.string
    return text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]


def _unclear(where: str, what: str) -> EditRefused:
    return EditRefused(
        f"{where} holds the old version in {what!r}, which may be something else's",
        "Edit that place by hand, or write it without the version, then update again.",
    )
