"""What has to be written into a formula for a change of version: pure, from records to byte ranges."""

from itertools import islice

from release.channels.base import Change
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.downloads import Downloads
from release.channels.homebrew.formula import Formula
from release.channels.homebrew.lines import Edit, rewrite
from release.channels.homebrew.mentions import mentions
from release.channels.homebrew.move import Move
from release.channels.homebrew.resources import own_downloads
from release.channels.homebrew.urls import Urls
from release.channels.homebrew.version import same
from release.errors import EditRefused

MOST_DOWNLOADS = 200
MOST_MENTIONS = 200  # more are left, and refused because they are


def edit_formula(formula: Formula, urls: Urls, *, remove_bottle: bool = True) -> bytes:
    """The formula's content after the change; the very same bytes where it is there already.

    Args:
        formula: as it was read.
        urls: the release's files and what to move to.
        remove_bottle: whether a ``bottle do`` goes, whose checksums are of the old version.

    Raises:
        EditRefused: a place does not fit the release; nothing may be written.
    """
    if len(formula.pairs) > MOST_DOWNLOADS:
        raise EditRefused(f"{formula.path} has {len(formula.pairs)} downloads", f"Leave at most {MOST_DOWNLOADS}.")
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
                return _edit(Downloads(formula, urls, form, moves=moves, guess=guess))
            except EditRefused as problem:
                refused = problem if refused is None or form == written[0] else refused
    raise refused or AssertionError(urls.change.version)


def _written(formula: Formula, change: Change) -> list[str]:
    """The ways to write the version, that of the formula first: with a ``v``, in Python's form."""
    forms = [form for form in formula_version.forms(change.version) if "%" not in form]
    held = [text.value() for text in formula.versions]
    if not held:
        return forms[:1]
    if any(text.startswith("v") for text in held):
        forms = ["v" + form for form in forms] + forms
    elif any(formula_version.as_semver(text) != text for text in held):
        forms.reverse()
    return forms


def _edit(downloads: Downloads) -> Edit:
    """What has to be written in one try.

    Raises:
        EditRefused: a download is no file of the release.
    """
    formula, urls = downloads.formula, downloads.urls
    downloads.put_versions()
    downloads.put_all(formula.pairs)
    if downloads.moves:
        downloads.put_resources(own_downloads(formula))
    held = {pair.held: downloads.new(pair) for pair in formula.pairs if not same(pair.held, urls.change.version)}
    for old, new in held.items():
        downloads.result.strings.update(islice(mentions(formula, urls, Move(old, new)), MOST_MENTIONS))
    return downloads.result
