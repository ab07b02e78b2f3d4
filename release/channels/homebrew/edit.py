"""What has to be written into a formula for a change of version: pure, from records to byte ranges."""

from dataclasses import dataclass, field

from tree_sitter import Node

from release.channels.base import Change
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.formula import Formula, Pair
from release.channels.homebrew.lines import rewrite
from release.channels.homebrew.mentions import mentions
from release.channels.homebrew.move import Move
from release.channels.homebrew.resources import own_downloads
from release.channels.homebrew.ruby import VERSION, Text
from release.channels.homebrew.urls import DIGEST_FOLDER, PLAIN_URL, Urls, repository_of
from release.channels.homebrew.version import path_of, same
from release.errors import EditRefused


@dataclass
class Edit:
    """``strings``: byte range -> text; ``added``: a call and the statement that follows it."""

    strings: dict[tuple[int, int], str] = field(default_factory=dict)
    added: list[tuple[Node, str]] = field(default_factory=list)

    def put(self, place: Text, text: str) -> None:
        """Writes ``text`` between the quotes of ``place``, except where it stands there already."""
        if place.source != text:
            self.strings[place.start, place.end] = text


def edit_formula(formula: Formula, urls: Urls, *, remove_bottle: bool = True) -> bytes:
    """The formula's content after the change; the very same bytes where it is there already.

    Args:
        formula: as it was read.
        urls: the release's files and what to move to.
        remove_bottle: whether a ``bottle do`` goes, whose checksums are of the old version.

    Raises:
        EditRefused: a place does not fit the release; nothing may be written.
    """
    moves = not all(same(pair.held, urls.change.version) for pair in formula.pairs)
    edit = _first_fit(formula, urls, moves=moves)
    if not moves and not edit.strings:
        return formula.content
    stale = formula.calls("mirror", *(["revision"] if moves else []))
    return rewrite(formula, edit.strings, edit.added, [*stale, *(formula.bottles if remove_bottle else [])])


def _first_fit(formula: Formula, urls: Urls, *, moves: bool) -> Edit:
    """The edit with the first way to write the version with which every URL is a file of the release.

    Only where there is none, URLs are tried that the release does not name.
    """
    written = _written(formula, urls.change)
    refused: EditRefused | None = None
    for guess in (False, True):
        for form in written if moves else [None, *written]:
            try:
                return _Work(formula, urls, form, moves=moves, guess=guess).edit()
            except EditRefused as problem:
                refused = problem if refused is None or form == written[0] else refused
    raise refused or AssertionError(urls.change.version)


def _written(formula: Formula, change: Change) -> list[str]:
    """The ways to write the version, that of the formula first: with a ``v``, in Python's form."""
    forms = list(formula_version.forms(change.version))
    held = [text.value() for text in formula.versions]
    if not held:
        return forms[:1]
    if any(text.startswith("v") for text in held):
        forms = ["v" + form for form in forms] + forms
    elif any(formula_version.as_semver(text) != text for text in held):
        forms.reverse()
    return forms


@dataclass
class _Work:
    """One try: with the version written as ``form``, ``None`` leaves it as it is; ``guess`` allows other URLs."""

    formula: Formula
    urls: Urls
    form: str | None
    moves: bool
    guess: bool
    result: Edit = field(default_factory=Edit)

    def edit(self) -> Edit:
        """What has to be written.

        Raises:
            EditRefused: a download is no file of the release.
        """
        formula, change = self.formula, self.urls.change
        for text in formula.versions:
            self.result.put(text, self.form or text.value())
        places = [self._pair(pair) for pair in formula.pairs]
        if not any(self.urls.offers(url) for url in places):
            raise self._misfit(formula.pairs[0], places[0])
        for pair in own_downloads(formula) if self.moves else ():
            self._resource(pair)
        held = {pair.held: self._new(pair) for pair in formula.pairs if not same(pair.held, change.version)}
        for old, new in held.items():
            self.result.strings.update(mentions(formula, self.urls, Move(old, new)))
        return self.result

    def _new(self, pair: Pair) -> str:
        """The version at which ``pair`` will be, as it is written there."""
        return (self.form or pair.held) if pair.version is not None else self.urls.change.version

    def _pair(self, pair: Pair) -> str:
        """Puts what a stable download needs; gives where it is then."""
        if pair.sha256 is None:
            shown, place = self._checkout(pair), self.urls.change.url
        else:
            shown = place = self._file(pair)
        if self.moves and pair.version is None and not formula_version.read_by_brew(shown, self.urls.change.version):
            self.result.added.append((pair.call, f'version "{self.urls.change.version}"'))
        return place

    def _resource(self, pair: Pair) -> None:
        if pair.version is not None:
            self.result.put(pair.version, Move(pair.held, self.urls.change.version).moved(pair.version.value()))
        if pair.sha256 is None:
            self._checkout(pair)
        else:
            self._file(pair)

    def _file(self, pair: Pair) -> str:
        """Puts URL and checksum of a file; gives the URL."""
        raw, move = pair.url.source, Move(pair.held, self._new(pair))
        new = self.urls.found(raw, move) or self._otherwise(pair, move)
        url = new.replace(VERSION, move.new)
        if not PLAIN_URL.fullmatch(url):
            raise self._misfit(pair, url)
        self.result.put(pair.url, new)
        self._prove(pair, url)
        return url

    def _prove(self, pair: Pair, url: str) -> None:
        """Puts the checksum of the bytes behind ``url``."""
        held = pair.sha256.value().lower() if pair.sha256 else ""
        if self._spared(pair, url):
            return
        digits = self._checksum(pair, url)
        latest = self.urls.latest(url)
        if latest and not self.urls.offers(url) and self._checksum(pair, latest) != digits:
            raise self._refused(pair, f"{url} is not yet the file of {self.urls.change.tag}", "Run it again later.")
        if pair.sha256 is not None and held != digits:
            self.result.put(pair.sha256, digits)

    def _spared(self, pair: Pair, url: str) -> bool:
        """Whether ``url`` stands there already, for this version and the very bytes of the artifact."""
        change = self.urls.change
        held = pair.sha256.value().lower() if pair.sha256 else None
        archive = not self.urls.offers(url) and self.urls.archive(url) is not None
        return archive and url == pair.download and same(pair.held, change.version) and held == change.sha256.lower()

    def _otherwise(self, pair: Pair, move: Move) -> str:
        """Where a download goes that is not at its own place among the release's files."""
        raw, change = pair.url.source, self.urls.change
        if move.stays and self._spared(pair, pair.download):
            return raw
        if not pair.url.interpolated:
            guesses = self.urls.guesses(raw, move)
            names = {path_of(url).rpartition("/")[2] for url in guesses}
            sdist = DIGEST_FOLDER.search(raw) and path_of(change.url).rpartition("/")[2] in names
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
        for raw, url in zip(urls, filled, strict=True):
            if self._serves(url):
                return raw
        return urls[0]

    def _serves(self, url: str) -> bool:
        try:
            return bool(self.urls.checksum(url))
        except EditRefused:
            return False

    def _checksum(self, pair: Pair, url: str) -> str:
        try:
            return self.urls.checksum(url)
        except EditRefused as problem:
            raise self._refused(pair, problem.wrong, problem.fix) from None

    def _checkout(self, pair: Pair) -> str:
        """Puts tag and commit of a git checkout; gives the tag."""
        change = self.urls.change
        tag = pair.tag.value(self._new(pair)) if pair.tag and pair.tag.interpolated else change.tag
        if pair.url.interpolated or repository_of(pair.url.value()) != self.urls.repository or tag != change.tag:
            raise self._misfit(pair, pair.download)
        if pair.tag is None:
            what, fix = (
                "it downloads a commit by git without its tag",
                f'Write `tag: "{change.tag}"` before `revision:`.',
            )
            raise self._refused(pair, what, fix)
        if not pair.tag.interpolated:
            self.result.put(pair.tag, change.tag)
        if pair.commit is not None:
            self.result.put(pair.commit, self._commit(pair))
        return change.tag

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
