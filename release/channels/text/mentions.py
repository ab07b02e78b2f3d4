"""Where a text mentions the old release: its version, its URLs, its checksums. Moved, or refused where unclear."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from urllib.parse import unquote

from release.channels.change import Change
from release.channels.text.derive import TAG, Derivation
from release.channels.text.urls import is_project_page
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
EXTENSION = re.compile(r"(?:\.(?:7z|[A-Za-z][0-9A-Za-z]{0,7})){1,2}$")
SHORTEST = 4  # characters of a name that cannot be something else's by chance
NEAR = 200  # characters on either side of a version that tell whose it is
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
        names = [_file_name(url) for url in (self.change.url, *self.change.urls)]
        return [*name_starts(names), self.change.tag]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the old release's files, archives' folders and tag were called -> what they are now."""
        pairs = [pair for urls in self.urls.items() for pair in zip(*map(_names, urls), strict=True)]
        return {old: new for old, new in pairs if old != new and len(old) >= SHORTEST and re.search("[0-9]", old)}

    @cached_property
    def named(self) -> re.Pattern[str]:
        """Any of ``names``, standing alone."""
        names = sorted(self.names, key=len, reverse=True)
        return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, names))})(?![0-9A-Za-z])" if names else "(?!)")

    @property
    def tags(self) -> set[str]:
        """The old release's git tags, as its URLs have them."""
        return {tag for url in self.urls if (tag := _names(url)[-1])}

    @cached_property
    def loose(self) -> Mapping[str, str]:
        """Loose spellings of the version that the downloads use too, so that they mean it."""
        used = {found for url in self.urls for found in self.move.loose_pattern.findall(url)}
        return {old: new for old, new in self.move.loose.items() if old in used}

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
        return WORD.sub(lambda word: self._word(word, where, tone, around), text)

    def _word(self, word: re.Match[str], where: str, tone: Tone, around: str) -> str:
        if word[0].startswith(("https://", "http://")):
            return self._url(word[0], where)
        text = HEX.sub(self._hash, word[0])
        if self.old == self.change.version:
            return text
        if tone is not Tone.PROSE:
            text = self.named.sub(lambda match: self.names[match[0]], text)
        if tone is Tone.OWN:
            text = self.move.moved(text, self.known) if self.move.carried(text) else text
            return self.move.loose_pattern.sub(lambda match: self.loose.get(match[0], match[0]), text)
        if not self.move.carried(text):
            return text
        for match in self.move.pattern.finditer(text):
            before = word.string[max(0, word.start() - NEAR) : word.start()] + text[: match.start()]
            if not self._own(before, text, tone, around or _line(word)):
                raise _unclear(where, text)
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
        try:
            address, mark, name = url.partition("#")
            new = Derivation(self.move, self.change).moved(address)[0] + mark + self.move.moved(name)
        except EditRefused:
            raise _unclear(where, url) from None
        return new + rest

    def _own(self, before: str, word: str, tone: Tone, around: str) -> bool:
        """Whether the version after ``before`` is the product's."""
        project = _plain(self.change.project)
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


def _file_name(url: str) -> str:
    return unquote(re.split(r"[?#]", url, maxsplit=1)[0].rpartition("/")[2])


def _names(url: str) -> tuple[str, str, str, str, str]:
    """What a download's URL calls things: the file and its stem, the name after ``#/`` and its stem, the tag."""
    file, local = _file_name(url), url.partition("#/")[2]
    tag = TAG.search(url.partition("#")[0])
    between = url[tag.end(1) : tag.start(2)] if tag and tag[1] else url[tag.end(3) : tag.start(4)] if tag else ""
    return file, EXTENSION.sub("", file), local, EXTENSION.sub("", local), unquote(between)


def _line(match: re.Match[str]) -> str:
    """What stands near the match in its line of the text."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - NEAR) : start].rpartition("\n")[2]
    return before + text[start : end + NEAR].split("\n", 1)[0]


def _unclear(where: str, what: str) -> EditRefused:
    return EditRefused(
        f"{where} holds the old version in {what!r}, which may be something else's",
        "Edit that place by hand, or write it without the version, then update again.",
    )
