"""Which URL a download has at the new version, and the checksum of what is behind it. Pure but for what it is given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import semver

from release.channels.base import Change
from release.channels.homebrew.move import Move, Place, pieces
from release.channels.homebrew.ruby import VERSION
from release.channels.homebrew.version import ARCHIVE, PROCESSORS, path_of
from release.errors import EditRefused

ARCHIVE_OF = r"/(?:archive|tarball|zipball|tar\.gz|zip|legacy\.tar\.gz|legacy\.zip)/"
PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/?@!&*+,;=%\[\]-]+")
SHA256 = re.compile(r"[0-9a-f]{64}")
DIGEST = r"(?:/[0-9a-f]{2}/[0-9a-f]{2})?/[0-9a-f]{32,}(?=/)"
DIGEST_FOLDER = re.compile(DIGEST)
LOOSE = re.compile(rf"(?:{DIGEST}|(?<![0-9A-Za-z])(?=[a-f]*[0-9])[0-9a-f]{{7,40}}(?![0-9A-Za-z])|(?<=/)[0-9]+(?=/))")
TAGGED = re.compile(
    r"(?:/releases/download/(?P<asset>.+)/[^/]+|/-/archive/(?P<folder>[^/]+)/.+|/archive/(?:refs/tags/)?(?P<archive>.+))$"
)
MOST_GUESSES = 4
LONGEST_URL = 2000
PATH_OF_REPOSITORY = 3  # parts of "/owner/name", the empty one before the first slash included


@dataclass(frozen=True)
class Urls:
    """The files of the release that a formula may download, and how its own URLs become theirs.

    Attributes:
        change: what to move to.
        known: URL -> checksum of each that was asked for, or why it has none.
    """

    change: Change
    known: dict[str, str | EditRefused] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The URL of every file of the release, the channel's artifact first."""
        return tuple(dict.fromkeys((self.change.url, *self.change.urls)))

    def offers(self, url: str) -> bool:
        """Whether ``url`` is a file of the release, at whichever host and however quoted."""
        return any(unquote(_tail(url)) == unquote(_tail(file)) for file in self.files)

    def checksum(self, url: str) -> str:
        """The sha256 of the bytes behind ``url``, asked for once.

        Raises:
            EditRefused: there is none, or the URL cannot stand in a formula.
        """
        if url not in self.known:
            self.known[url] = self._asked(url)
        if isinstance(found := self.known[url], EditRefused):
            raise found
        return found

    def serves(self, url: str) -> bool:
        """Whether there is a file behind ``url``."""
        try:
            return bool(self.checksum(url))
        except EditRefused:
            return False

    def _asked(self, url: str) -> str | EditRefused:
        if not PLAIN_URL.fullmatch(url):
            return EditRefused(f"The URL {url!r} is not plain", "Quotes, spaces, braces and # cannot stand in it.")
        try:
            digits = self.change.checksum(url).lower()
        except EditRefused as problem:
            return problem
        wrong = EditRefused(f"The checksum of {url} is not 64 hex digits", "Take it from release.extract.")
        return digits if SHA256.fullmatch(digits) else wrong

    def found(self, raw: str, move: Move) -> str | None:
        """``raw`` at the new version where that is a file of the release, at the host of ``raw``.

        Args:
            raw: a URL as the formula has it, ``#{version}`` included.
            move: from the version that it holds to the one that ``#{version}`` will be.
        """
        if len(raw) > LONGEST_URL:
            return None
        cut = list(self._pieces(raw, move))
        likely = [*([raw] if move.stays else []), *_likely(cut)]
        exact = (url for url in likely if _tail(url.replace(VERSION, move.new)) in map(_tail, self.files))
        if (url := next(exact, None)) or VERSION in raw:
            return url or next((one for one in likely if self.offers(one.replace(VERSION, move.new))), None)
        here = {unquote(_at_host(raw, file)): _at_host(raw, file) for file in self.files}
        for stays in (re.escape, _loose):
            pattern = re.compile("".join(stays(unquote(one[0])) if len(one) == 1 else _any(one) for one in cut))
            fitting = [url for text, url in here.items() if pattern.fullmatch(text)]
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
        return None

    def guesses(self, raw: str, move: Move) -> list[str]:
        """``raw`` at the new version in the likeliest spellings; none where it shows no version or is too long."""
        if len(raw) > LONGEST_URL:
            return []
        if move.stays:
            return [raw] if VERSION in raw or move.places(raw) else []
        urls = list(dict.fromkeys(_likely(list(self._pieces(raw, move)))))
        return urls if VERSION in raw or raw not in urls else []

    def archive(self, url: str) -> str | None:
        """The channel's artifact where both are source archives of one repository, in whichever of GitHub's forms."""
        repository = self.repository
        both = (path_of(one).lower() for one in (url, self.change.url))
        same = all(path.startswith(repository + "/") and re.match(ARCHIVE_OF, path[len(repository) :]) for path in both)
        return self.change.url if same else None

    def latest(self, url: str) -> str | None:
        """The asset that ``.../releases/latest/download/NAME`` leads to now.

        A pre-release is never GitHub's latest: behind such a URL are the files of another version.
        """
        moving = f"{self.repository}/releases/latest/download/"
        if not path_of(url).lower().startswith(moving) or semver.Version.parse(self.change.version).prerelease:
            return None
        tail = f"/releases/download/{self.change.tag}/{path_of(url)[len(moving) :]}"
        return next((file for file in self.files if unquote(path_of(file)).endswith(tail)), None)

    @property
    def repository(self) -> str:
        """``/owner/name`` of the product, in lower case."""
        return repository_of(self.change.page or self.change.url)

    def _pieces(self, raw: str, move: Move) -> Iterator[tuple[str, ...]]:
        """``raw`` cut at what moves with the version: behind the host, a tag as a whole, never in a digest."""
        tag = self._tag_place(raw, move)
        fixed = [(0, len(raw) - len(_tail(raw))), *(found.span() for found in DIGEST_FOLDER.finditer(raw))]
        fixed += [tag[:2]] if tag else []
        places = [*move.places(raw), *_short_places(raw, move)]
        free = [one for one in places if not any(start <= one[0] < end for start, end in fixed)]
        return pieces(raw, [*free, *([tag] if tag else [])])

    def _tag_place(self, raw: str, move: Move) -> Place | None:
        """The tag in a URL of the product's repository, where it shows the version."""
        found = TAGGED.search(raw)
        if found is None or not path_of(raw).lower().startswith(self.repository + "/"):
            return None
        group = next(name for name, text in found.groupdict().items() if text)
        text = re.sub(ARCHIVE, "", found[group]) if group == "archive" else found[group]
        if VERSION in text or not move.places(text):
            return None
        tag, start = self.change.tag, found.start(group)
        return start, start + len(text), (tag, quote(tag), quote(tag, safe=""), move.moved(text))


def repository_of(url: str) -> str:
    """``/owner/name`` of a URL, in lower case."""
    return "/".join(path_of(url).lower().rstrip("/").removesuffix(".git").split("/")[:PATH_OF_REPOSITORY])


def _tail(url: str) -> str:
    """Path and query: what is the same at another host."""
    return re.sub(r"^https?://[^/]*", "", url)


def _at_host(raw: str, file: str) -> str:
    return raw[: len(raw) - len(_tail(raw))] + _tail(file)


def _short_places(raw: str, move: Move) -> list[Place]:
    """Folders of the first two numbers: ``/v1.2/`` of 1.2.3."""
    old, new = (re.match(r"v?([0-9]+\.[0-9]+)\.", version) for version in (move.old, move.new))
    if old is None or new is None:
        return []
    folder = re.compile(rf"(?<=/)(v?){re.escape(old[1])}(?=/)")
    return [(found.start(), found.end(), (found[1] + new[1],)) for found in folder.finditer(raw)]


def _likely(cut: list[tuple[str, ...]]) -> Iterator[str]:
    """The texts in which all places spell the version the same way."""
    for index in range(min(MOST_GUESSES, max(map(len, cut)))):
        yield "".join(choice[min(index, len(choice) - 1)] for choice in cut)


def _any(choice: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(unquote(text)) for text in dict.fromkeys(choice)) + ")"


def _loose(text: str) -> str:
    """A pattern for ``text`` in which digests, commits and dates may be others, and folders that are a number."""
    pattern, position = "", 0
    for found in LOOSE.finditer(text):
        if found[0] in PROCESSORS:
            continue
        pattern += re.escape(text[position : found.start()]) + LOOSE.pattern
        position = found.end()
    return pattern + re.escape(text[position:])
