"""A formula of a Homebrew tap: what it serves, and how a bump edits it (as ``brew bump-formula-pr`` does)."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import semver

from release.channels.base import Change, Files, Kind
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.edit import PLAIN_URL, edit_formula
from release.channels.homebrew.formula import Formula, Pair, read_formula
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.versioned import versioned_formula, versioned_path, versioned_paths
from release.channels.rehearsed import Rehearsed
from release.errors import EditRefused
from release.records import Served
from release.settings import Channel, Project


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
        pairs = _formula(channel, files).pairs
        shown = _oldest(pairs)
        mixed = any(not formula_version.same(pair.held, shown.held) for pair in pairs)
        return Served(
            version=formula_version.as_semver(shown.held) or shown.held,
            sha256=shown.sha256.value().lower() if shown.sha256 else None,
            url=shown.download,
            note=_note(pairs, shown, mixed=mixed),
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
        content = edit_formula(formula, change)
        if content == formula.content:
            return {}
        _check_result(formula.path, content, change)
        return {formula.path: content, **_outgoing(channel, files, formula, change)}

    def commit_message(self, change: Change) -> str:
        """The tap's usual message: ``chore: bump kekkai to v0.0.1``."""
        return f"chore: bump {change.project} to {change.tag}"

    def sibling_paths(self, channel: Channel, paths: Iterable[str]) -> list[str]:
        """Versioned formulae (``Formula/kekkai@0.0.1.rb``) of the channel's formula."""
        return versioned_paths(channel, paths)

    def needs_commit(self, channel: Channel, files: Files) -> bool:
        """Whether the formula downloads by git (``tag:`` and ``revision:``)."""
        return any(b"revision:" in files.get(path, b"") for path in self.paths(channel))

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """``brew upgrade`` never goes down (Homebrew's documentation)."""
        del project, bad, good
        name, tap = PurePosixPath(channel.file or "").stem, channel.target.replace("/homebrew-", "/", 1)
        return (
            "Users who upgraded do not go back by `brew upgrade`: "
            f"brew update && brew uninstall {name} && brew install {tap}/{name}"
        )

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
    for name, value in {"artifact": change.sha256, **change.checksums}.items():
        length = 40 if name == "revision" else 64
        if (value or name == "artifact") and not re.fullmatch(rf"[0-9A-Fa-f]{{{length}}}", value):
            raise EditRefused(f"The checksum of {name} is not {length} hex digits", "Take it from release.extract.")


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


def _check_result(path: str, content: bytes, change: Change) -> None:
    """Reads what would be written as a user's brew will: every download must be of the new version."""
    for pair in read_formula(path, content).pairs:
        if not formula_version.same(pair.held, change.version):
            raise EditRefused(
                f"{path}: line {pair.line} would serve {pair.held} after the edit, not {change.version}",
                "Add a `version` line to the formula and run it again.",
            )


def _outgoing(channel: Channel, files: Files, formula: Formula, change: Change) -> dict[str, bytes]:
    """The versioned formula of the version that is replaced; none where it is there, or no version is replaced."""
    held = formula.pairs[0].held
    version = formula_version.as_semver(held)
    whole = all(formula_version.same(pair.held, held) for pair in formula.pairs)
    if not channel.versioned_formulae or not whole or version is None or formula_version.same(held, change.version):
        return {}
    path = versioned_path(formula.path, version)
    return {} if path in files else {path: versioned_formula(formula, path)}
