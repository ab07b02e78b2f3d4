"""A formula of a Homebrew tap: what it serves, and how a bump edits it (as ``brew bump-formula-pr`` does)."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import semver

from release.channels.base import Change, Checks, Files, Kind
from release.channels.bundle import Bundle
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.bundle import bundle
from release.channels.homebrew.edit import edit_formula
from release.channels.homebrew.formula import Formula, Pair, read_formula
from release.channels.homebrew.left import check_nothing_left
from release.channels.homebrew.prove import PROVER, rollback_advice
from release.channels.homebrew.resources import own_downloads, resources_in
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.tap import check_tap
from release.channels.homebrew.urls import PLAIN_URL, Urls
from release.channels.homebrew.versioned import versioned_formula, versioned_path, versioned_paths
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.errors import EditRefused
from release.records import Download, Served
from release.settings import Channel, Project

if TYPE_CHECKING:
    from release.session import Session

MOST_NAMED = 8


class Homebrew(Kind):
    """A tap. Only the stable pairs of URL and checksum are edited; every other byte stays."""

    edits_files = True
    replaces = True
    settings = HomebrewChannel
    systems = ("macos", "linux")

    def served(self, channel: Channel, files: Files) -> Served:
        """What users of the formula in ``channel.file`` get.

        Of pairs per system the first is given, with a note. Where the pairs hold different versions, the
        oldest one is what is served: some users still get that.

        Raises:
            EditRefused: the file is missing, not valid Ruby, or its download cannot be told without running it.
        """
        formula = _formula(channel, files)
        pairs = formula.pairs
        shown = _oldest(pairs)
        mixed = any(not formula_version.same(pair.held, shown.held) for pair in pairs)
        return Served(
            version=formula_version.as_semver(shown.held) or shown.held,
            sha256=shown.sha256.value().lower() if shown.sha256 else None,
            url=shown.download,
            note=_note(pairs, shown, mixed=mixed),
            downloads=_downloads(formula),
        )

    def edit(self, channel: Channel, files: Files, change: Change) -> dict[str, bytes]:
        """The formula moved to ``change``, and the outgoing one as ``NAME@OLD.rb`` where that is configured.

        Raises:
            EditRefused: a place that must change was not found exactly as often as expected, the URL is not the
                artifact's, or the version would go down.
        """
        _check_change(change)
        formula = _formula(channel, files)
        _check_order(formula, change)
        urls = Urls(change)
        content = edit_formula(formula, urls, remove_bottle=getattr(channel, "remove_bottle", True))
        if content == formula.content:
            return {}
        _check_result(formula, content, urls)
        return {formula.path: content, **_outgoing(channel, files, formula, change)}

    def needs_commit(self, channel: Channel, files: Files) -> bool:
        """Whether ``edit`` needs ``Change.commit``: a download is a git checkout with a ``revision:``.

        Raises:
            EditRefused: as ``served``.
        """
        formula = _formula(channel, files)
        return any(pair.commit is not None for pair in [*formula.pairs, *own_downloads(formula)])

    def notes(self, channel: Channel, before: Files, after: Files) -> tuple[str, ...]:
        """What a person should look at after an edit from ``before`` to ``after``, one line each."""
        old, new = _formula(channel, before), _formula(channel, after)
        if formula_version.same(old.pairs[0].held, new.pairs[0].held):
            return ()
        held = {(one.name, one.url) for one in resources_in(old.path, old.node)}
        left = [one for one in resources_in(new.path, new.node) if (one.name, one.url) in held]
        named = ", ".join(f"{one.name} (line {one.line})" for one in left[:MOST_NAMED])
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        what = "resource was" if len(left) == 1 else "resources were"
        return (f"{len(left)} {what} left as before: {named}{more}",) if left else ()

    def commit_message(self, change: Change) -> str:
        """The tap's usual message: ``chore: bump kekkai to v0.0.1``."""
        return f"chore: bump {change.project} to {change.tag}"

    def sibling_paths(self, channel: Channel, paths: Iterable[str]) -> list[str]:
        """Versioned formulae (``Formula/kekkai@0.0.1.rb``) of the channel's formula."""
        return versioned_paths(channel, paths)

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """``brew upgrade`` never goes down (Homebrew's documentation)."""
        del project, bad, good
        return rollback_advice(channel)

    def examine(self, session: "Session", channel: Channel) -> Checks:
        """Whether anything else in the tap spoils it, or writes to it."""
        return {"tap": lambda: check_tap(session, channel)}

    def bundle(self, channel: Channel, files: Files) -> Bundle | None:
        """A Python formula installs its resources and nothing else."""
        return bundle(channel, files)

    @property
    def prover(self) -> Prover:
        """Trust, tap, install, run."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed:
        """A formula of real shape."""
        from release.channels.homebrew.rehearsal import RehearsedFormula  # noqa: PLC0415 - only for a rehearsal

        return RehearsedFormula()


def _formula(channel: Channel, files: Files) -> Formula:
    path = channel.file or ""
    if path not in files:
        raise EditRefused(
            f"{channel.target} has no file {path}", "Create the formula, or correct `file:` in invoke.yaml."
        )
    return read_formula(path, files[path])


def _oldest(pairs: tuple[Pair, ...]) -> Pair:
    oldest = pairs[0]
    for pair in pairs[1:]:
        if (formula_version.compare(pair.held, oldest.held) or 0) < 0:
            oldest = pair
    return oldest


def _downloads(formula: Formula) -> tuple[Download, ...]:
    """Every stable download, and the resources that are files of the same release; a git checkout has no checksum."""
    pairs = [*formula.pairs, *own_downloads(formula)]
    return tuple(
        Download(
            url=pair.download.partition("#")[0],
            sha256=pair.sha256.value().lower() if pair.sha256 else None,
            version=formula_version.as_semver(pair.held) or pair.held,
            line=pair.line,
        )
        for pair in sorted(pairs, key=lambda pair: pair.call.start_byte)
    )


def _note(pairs: tuple[Pair, ...], shown: Pair, *, mixed: bool) -> str | None:
    if mixed:
        held = ", ".join(f"{pair.held} (line {pair.line})" for pair in pairs)
        return f"the formula holds different versions: {held}"
    return f"first of {len(pairs)} downloads, line {shown.line}" if len(pairs) > 1 else None


def _check_change(change: Change) -> None:
    """Refuses what could leave its string or its line in the formula, before anything is read."""
    if not re.fullmatch(r"[0-9A-Za-z.+-]{1,200}", change.version) or not semver.Version.is_valid(change.version):
        raise EditRefused(f"Invalid version format: {change.version!r}", "Give SemVer such as 1.2.3 or 1.0.0-rc.1.")
    if not re.fullmatch(r"[0-9A-Za-z._/@+-]{1,250}", change.tag):
        raise EditRefused(f"The tag {change.tag!r} is not plain", "Use letters, digits and . _ / @ + - in tags.")
    if not PLAIN_URL.fullmatch(change.url):
        raise EditRefused(
            f"The URL {change.url!r} is not plain", "Quotes, spaces, braces and # cannot stand in a formula."
        )
    for name, value, length in (("artifact", change.sha256, 64), ("tag's commit", change.commit, 40)):
        if value is not None and not re.fullmatch(rf"[0-9A-Fa-f]{{{length}}}", value):
            raise EditRefused(f"The checksum of the {name} is not {length} hex digits", "Take it from release.extract.")


def _check_order(formula: Formula, change: Change) -> None:
    """Refuses to go to a lower version, unless that was asked for."""
    for pair in formula.pairs if not change.allow_downgrade else ():
        if formula_version.same(pair.held, change.version):
            continue
        order = formula_version.compare(pair.held, change.version)
        if order is None or order > 0:
            how = "cannot be compared with" if order is None else "is newer than"
            raise EditRefused(
                f"{formula.path} holds {pair.held} (line {pair.line}), which {how} {change.version}",
                "Pass --allow-downgrade if the formula really has to go there.",
            )


def _check_result(before: Formula, content: bytes, urls: Urls) -> None:
    """Reads what would be written as a user's brew will: every download new and proved, nothing left of the old."""
    path, change = before.path, urls.change
    after = read_formula(path, content)
    held = {(pair.download, pair.sha256.value() if pair.sha256 else None) for pair in before.pairs}
    for pair in after.pairs:
        if not formula_version.same(pair.held, change.version):
            raise EditRefused(
                f"{path}: line {pair.line} would serve {pair.held} after the edit, not {change.version}",
                "Add a `version` line to the formula and run it again.",
            )
        digits = pair.sha256.value().lower() if pair.sha256 else None
        if digits and urls.known.get(pair.download) != digits and (pair.download, digits) not in held:
            raise EditRefused(f"{path}: line {pair.line} would have an unproved checksum", "Report this as a bug.")
    if not all(formula_version.same(pair.held, change.version) for pair in before.pairs):
        check_nothing_left(before, after, change)


def _outgoing(channel: Channel, files: Files, formula: Formula, change: Change) -> dict[str, bytes]:
    """The versioned formula of the version that is replaced; none where it is there, or no version is replaced."""
    held = formula.pairs[0].held
    version = formula_version.as_semver(held)
    whole = all(formula_version.same(pair.held, held) for pair in formula.pairs)
    if "@" in PurePosixPath(formula.path).stem:
        return {}  # it is a versioned formula itself
    if not channel.versioned_formulae or not whole or version is None or formula_version.same(held, change.version):
        return {}
    path = versioned_path(formula.path, version)
    return {} if path in files else {path: versioned_formula(formula, path)}
