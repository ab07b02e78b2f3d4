"""Where each download of a formula goes: its URL and checksum, or its tag and commit. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from release.channels.homebrew import version as formula_version
from release.channels.homebrew.formula import Formula, Pair
from release.channels.homebrew.lines import Edit
from release.channels.homebrew.move import Move
from release.channels.homebrew.ruby import VERSION
from release.channels.homebrew.urls import DIGEST_FOLDER, PLAIN_URL, Urls, repository_of
from release.channels.homebrew.version import path_of, same
from release.errors import EditRefused

MOST_RESOURCES = 200  # of the release itself; more are left, and refused because they are


@dataclass
class Downloads:
    """One try to move a formula's downloads.

    Attributes:
        formula: as it was read.
        urls: the release's files and what to move to.
        form: how the version is written; ``None`` leaves it as it is.
        moves: whether the formula goes to another version.
        guess: whether URLs are tried that the release does not name.
        result: what has to be written so far.
    """

    formula: Formula
    urls: Urls
    form: str | None
    moves: bool
    guess: bool
    result: Edit = field(default_factory=Edit)

    def new(self, pair: Pair) -> str:
        """The version at which ``pair`` will be, as it is written there."""
        return (self.form or pair.held) if pair.version is not None else self.urls.change.version

    def put_versions(self) -> None:
        """Puts every stable ``version``."""
        for text in self.formula.versions:
            self.result.put(text, self.form or text.value())

    def put_all(self, pairs: tuple[Pair, ...]) -> None:
        """Puts what the stable downloads need.

        Raises:
            EditRefused: one of them, or all of them, are no files of the release.
        """
        places = {self._pair(pair): pair for pair in pairs}
        if not any(self._of_release(pair, url) for url, pair in places.items()):
            raise self._misfit(pairs[0], next(iter(places)))

    def put_resources(self, pairs: Iterable[Pair]) -> None:
        """Puts what resources of the same release need.

        Raises:
            EditRefused: one of them is not there at the new version.
        """
        for pair in islice(pairs, MOST_RESOURCES):
            if pair.version is not None:
                self.result.put(pair.version, Move(pair.held, self.urls.change.version).moved(pair.version.value()))
            if pair.sha256 is None:
                self._checkout(pair)
            else:
                self._file(pair)

    def _of_release(self, pair: Pair, url: str) -> bool:
        return self.urls.offers(url) or self.urls.latest(url) is not None or self._spared(pair, url)

    def _pair(self, pair: Pair) -> str:
        """Puts what a stable download needs; gives where it is then."""
        if pair.sha256 is None:
            shown, place = self._checkout(pair), self.urls.change.url
        else:
            shown = place = self._file(pair)
        if self.moves and pair.version is None and not formula_version.read_by_brew(shown, self.urls.change.version):
            self.result.added.append((pair.call, f'version "{self.urls.change.version}"'))
        return place

    def _file(self, pair: Pair) -> str:
        """Puts URL and checksum of a file; gives the URL."""
        raw, move = pair.url.source, Move(pair.held, self.new(pair))
        new = self.urls.found(raw, move) or self._otherwise(pair, move)
        url = new.replace(VERSION, move.new)
        if not PLAIN_URL.fullmatch(url):
            raise self._misfit(pair, url)
        self.result.put(pair.url, new)
        self._prove(pair, url)
        return url

    def _prove(self, pair: Pair, url: str) -> None:
        """Puts the checksum of the bytes behind ``url``."""
        if self._spared(pair, url):
            return
        digits = self._checksum(pair, url)
        latest = self.urls.latest(url)
        if latest and not self.urls.offers(url) and self._checksum(pair, latest) != digits:
            raise self._refused(pair, f"{url} is not yet the file of {self.urls.change.tag}", "Run it again later.")
        if pair.sha256 is not None and pair.digits != digits:
            self.result.put(pair.sha256, digits)

    def _spared(self, pair: Pair, url: str) -> bool:
        """Whether ``url`` stands there already, for this version and the very bytes of the artifact."""
        change = self.urls.change
        archive = not self.urls.offers(url) and self.urls.archive(url) is not None
        held = url == pair.download and same(pair.held, change.version) and pair.digits == change.sha256.lower()
        return archive and held

    def _otherwise(self, pair: Pair, move: Move) -> str:
        """Where a download goes that is not at its own place among the release's files."""
        raw, change = pair.url.source, self.urls.change
        if move.stays and self._spared(pair, pair.download):
            return raw
        if not pair.url.interpolated:
            guesses = self.urls.guesses(raw, move)
            names = {path_of(url).rpartition("/")[2] for url in guesses}
            sdist = not pair.system and DIGEST_FOLDER.search(raw) and path_of(change.url).rpartition("/")[2] in names
            if artifact := self.urls.archive(pair.download) or (change.url if sdist else None):
                return artifact
        if self.urls.latest(pair.download):
            return raw
        return self._guessed(pair, move)

    def _guessed(self, pair: Pair, move: Move) -> str:
        """The first likely URL that serves a file; nothing is guessed for the artifact itself."""
        urls = self.urls.guesses(pair.url.source, move)
        filled = [url.replace(VERSION, move.new) for url in urls]
        if not urls:
            url = pair.download
            raise self._refused(
                pair, f"{url} shows no version that could move, and is no file of the release",
                "Attach the file to the release, name it under `artifacts:`, or write the version into its URL.",
            )  # fmt: skip
        if not pair.system or not self.guess:
            raise self._misfit(pair, filled[0])
        there = (raw for raw, url in zip(urls, filled, strict=True) if self.urls.serves(url))
        return next(there, urls[0])

    def _checksum(self, pair: Pair, url: str) -> str:
        try:
            return self.urls.checksum(url)
        except EditRefused as problem:
            raise self._refused(pair, problem.wrong, problem.fix) from None

    def _checkout(self, pair: Pair) -> str:
        """Puts tag and commit of a git checkout; gives the tag."""
        change = self.urls.change
        tag = pair.tag.value(self.new(pair)) if pair.tag and pair.tag.interpolated else change.tag
        if pair.url.interpolated or repository_of(pair.url.value()) != self.urls.repository or tag != change.tag:
            raise self._misfit(pair, pair.download)
        named = pair.tag is not None and (tag == pair.tag.value() or pair.tag.interpolated or self._shows(pair))
        if pair.tag is None or not named:
            what, fix = "it downloads by git, but no tag of its version", f'Write `tag: "{change.tag}"` into it.'
            raise self._refused(pair, what, fix)
        if not pair.tag.interpolated:
            self.result.put(pair.tag, change.tag)
        if pair.commit is not None:
            self.result.put(pair.commit, self._commit(pair))
        return change.tag

    @staticmethod
    def _shows(pair: Pair) -> bool:
        """Whether the tag is one of the version that is held, not a branch."""
        return pair.tag is not None and bool(Move(pair.held, pair.held).places(pair.tag.value()))

    def _commit(self, pair: Pair) -> str:
        change = self.urls.change
        if change.commit is None and same(pair.held, change.version) and pair.commit:
            return pair.commit.value()
        if change.commit is None:
            raise self._refused(
                pair, f"it downloads by git, and the commit of {change.tag} is not known",
                f"Check that {self.urls.repository[1:]} has this tag, or let the formula download the archive.",
            )  # fmt: skip
        return change.commit.lower()

    def _misfit(self, pair: Pair, url: str) -> EditRefused:
        """The refusal that says which URL it would be, and which one is the artifact's."""
        if pair.system:
            what = f"no file of the release is {url}"
            return self._refused(pair, what, "Attach it to the release, or name it under `artifacts:`.")
        what = f"the formula's url is not that of the artifact: {url}"
        fix = f"Let it be {self.urls.change.url}, or name the right artifact for the channel in invoke.yaml."
        return self._refused(pair, what, fix)

    def _refused(self, pair: Pair, what: str, fix: str) -> EditRefused:
        return EditRefused(f"{self.formula.path}: line {pair.line}: {what}", fix)
