"""What has to be written into a formula for a change of version: pure, from records to byte ranges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

import semver
from tree_sitter import Node

from release.channels.base import Change
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.formula import Formula, Pair
from release.channels.homebrew.lines import rewrite
from release.channels.homebrew.ruby import Text
from release.channels.homebrew.version import moved, path_of, same
from release.errors import EditRefused

ARCHIVE_OF = r"/(?:archive|tarball|zipball|tar\.gz|zip|legacy\.tar\.gz|legacy\.zip)/"
PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/?@!&*+,;=%\[\]-]+")


@dataclass
class Edit:
    """``strings``: byte range -> text; ``added``: a call and the statement that follows it."""

    strings: dict[tuple[int, int], str] = field(default_factory=dict)
    added: list[tuple[Node, str]] = field(default_factory=list)

    def put(self, place: Text, text: str) -> None:
        """Writes ``text`` between the quotes of ``place``, except where it stands there already."""
        if place.parts != (text,):
            self.strings[place.start, place.end] = text


def edit_formula(formula: Formula, change: Change) -> bytes:
    """The formula's content after the change; the very same bytes where it is there already.

    Raises:
        EditRefused: a place does not fit the release; nothing may be written.
    """
    moves = not all(same(pair.held, change.version) for pair in formula.pairs)
    edit = _first_fit(formula, change, moves=moves)
    if not moves and not edit.strings:
        return formula.content
    stale = formula.calls("mirror", *(["revision"] if moves else []))
    return rewrite(formula, edit.strings, edit.added, [*stale, *formula.bottles])


def _first_fit(formula: Formula, change: Change, *, moves: bool) -> Edit:
    """The edit with the first way to write the version with which every URL is the artifact's."""
    written = list(formula_version.forms(change.version))
    if any(formula_version.as_semver(text.value()) != text.value() for text in formula.versions):
        written.reverse()  # the formula writes Python's form, so that goes first
    refused: EditRefused | None = None
    for form in [None, *written] if not moves else written:
        try:
            return _edit(formula, change, form, moves=moves)
        except EditRefused as problem:
            refused = refused or problem
    raise refused or AssertionError(change.version)


def _edit(formula: Formula, change: Change, form: str | None, *, moves: bool) -> Edit:
    """The edit with ``version`` written as ``form``; ``None`` leaves it as it is written now."""
    edit = Edit()
    for text in formula.versions:
        edit.put(text, form or text.value())
    for pair in formula.pairs:
        shown = (_checkout if pair.sha256 is None else _archive)(formula, pair, change, form or pair.held, edit)
        if moves and pair.version is None and not formula_version.read_by_brew(shown, change.version):
            edit.added.append((pair.call, f'version "{change.version}"'))
    return edit


def _archive(formula: Formula, pair: Pair, change: Change, version: str, edit: Edit) -> str:
    """Puts URL and checksum of a file; gives the URL."""
    if pair.url.interpolated:
        url = pair.url.value(version)
        sha256 = _checksum(pair, url, change)
    else:
        url, sha256 = next(_fitting(pair, change), (change.url, None))
        if sha256 is None and _same_archive(pair, change):
            url, sha256 = _spared(pair, change)
    if sha256 is None or not PLAIN_URL.fullmatch(url):
        raise _misfit(formula, pair, change, version)
    if not pair.url.interpolated:
        edit.put(pair.url, url)
    if pair.sha256 is not None and pair.sha256.value().lower() != sha256:
        edit.put(pair.sha256, sha256)
    return url


def _candidates(pair: Pair, change: Change) -> Iterator[str]:
    """The old URL moved to the new version; the old one itself first where the version stays."""
    if same(pair.held, change.version):
        yield pair.download
    yield from moved(pair.url.value(), pair.held, change.version)


def _fitting(pair: Pair, change: Change) -> Iterator[tuple[str, str | None]]:
    for url in _candidates(pair, change):
        if sha256 := _checksum(pair, url, change):
            yield url, sha256


def _checksum(pair: Pair, url: str, change: Change) -> str | None:
    """The checksum of what is behind ``url``, ``None`` where it is none of the release's files."""
    if _tail(url) == _tail(change.url):
        return change.sha256.lower()
    folder, _, name = path_of(url).rpartition("/")
    known = change.checksums.get(name) or change.checksums.get(unquote(name))
    return known.lower() if pair.system and known and folder.lower() in _folders(change) else None


def _tail(url: str) -> str:
    """Path and query: what is the same at another host."""
    return re.sub(r"^https?://[^/]*", "", url)


def _folders(change: Change) -> set[str]:
    """Where the other files of the release lie: beside the artifact, or among the release's assets.

    A pre-release is never GitHub's latest: behind ``latest/download`` are the files of another version.
    """
    assets = f"{_repository(change)}/releases"
    folders = [path_of(change.url).rpartition("/")[0], f"{assets}/download/{change.tag}"]
    latest = [] if semver.Version.parse(change.version).prerelease else [f"{assets}/latest/download"]
    return {folder.lower() for folder in [*folders, *latest]}


def _repository(change: Change) -> str:
    """``/owner/name`` of the artifact's URL."""
    return "/".join(path_of(change.url).lower().split("/")[:3])


def _same_archive(pair: Pair, change: Change) -> bool:
    """Whether both are the source archive of one repository, in whichever of GitHub's forms."""
    repository = _repository(change)
    both = (path_of(url).lower() for url in (pair.download, change.url))
    return all(path.startswith(repository + "/") and re.match(ARCHIVE_OF, path[len(repository) :]) for path in both)


def _spared(pair: Pair, change: Change) -> tuple[str, str]:
    """The URL that was hashed; the old one where it already stands for this version and these bytes."""
    held = pair.sha256.value().lower() if pair.sha256 else None
    keeps = same(pair.held, change.version) and held == change.sha256.lower()
    return (pair.download if keeps else change.url), change.sha256.lower()


def _checkout(formula: Formula, pair: Pair, change: Change, version: str, edit: Edit) -> str:
    """Puts tag and commit of a git checkout; gives the tag."""
    source = path_of(pair.url.value()).lower().rstrip("/").removesuffix(".git")
    if pair.url.interpolated or source != _repository(change):
        raise _misfit(formula, pair, change, version)
    if pair.tag is not None and pair.tag.interpolated and pair.tag.value(version) != change.tag:
        raise _misfit(formula, pair, change, version)
    if pair.tag is not None and not pair.tag.interpolated:
        edit.put(pair.tag, change.tag)
    if pair.commit is not None:
        edit.put(pair.commit, _commit(formula, pair, change))
    return change.tag


def _commit(formula: Formula, pair: Pair, change: Change) -> str:
    known = change.checksums.get("revision")
    if known is None and same(pair.held, change.version) and pair.commit:
        return pair.commit.value()
    if known is None:
        raise EditRefused(
            f"{formula.path}: line {pair.line} downloads by git, and the commit of {change.tag} is not known",
            f"Check that {_repository(change)[1:]} has this tag, or let the formula download the archive.",
        )
    return known.lower()


def _misfit(formula: Formula, pair: Pair, change: Change, version: str) -> EditRefused:
    """The refusal that says which URL it would be, and which one is the artifact's."""
    url = pair.url.value(version)
    if not pair.url.interpolated:
        url = next(moved(url, pair.held, change.version), url)
    if pair.system:
        name = url.rsplit("/", 1)[-1]
        return EditRefused(
            f"{formula.path}: line {pair.line}: no checksum of this release is known for {name}",
            f"Attach {name} to the release, or name it under `artifacts:` and give --sha256 NAME=HEX; "
            "all systems move together or not at all.",
        )
    return EditRefused(
        f"{formula.path}: line {pair.line}: the formula's url is not that of the artifact: {url}",
        f"Let it be {change.url}, or name the right artifact for the channel in invoke.yaml.",
    )
