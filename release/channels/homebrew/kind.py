"""A formula of a Homebrew tap: what it serves, and how a bump edits it (as ``brew bump-formula-pr`` does)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from release.channels.adopted import Adopted
from release.channels.base import Change, Checks, Files, Kind
from release.channels.bundle import Bundle
from release.channels.homebrew.bundle import bundle
from release.channels.homebrew.checks import check_change, check_order, check_result
from release.channels.homebrew.edit import edit_formula
from release.channels.homebrew.prove import PROVER, rollback_advice
from release.channels.homebrew.read import formula_of, served_by
from release.channels.homebrew.resources import own_downloads, resources_in
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.tap import check_tap
from release.channels.homebrew.urls import Urls
from release.channels.homebrew.version import same
from release.channels.homebrew.versioned import outgoing_formula, versioned_paths
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.records import Served
from release.settings import Project

if TYPE_CHECKING:
    from release.session import Session

MOST_NAMED = 8


class Homebrew(Kind[HomebrewChannel]):
    """A tap. Only the stable pairs of URL and checksum are edited; every other byte stays."""

    edits_files = True
    replaces = True
    settings = HomebrewChannel
    systems = ("macos", "linux")

    def served(self, channel: HomebrewChannel, files: Files) -> Served:
        """What users of the formula in ``channel.file`` get."""
        return served_by(formula_of(channel, files))

    def edit(self, channel: HomebrewChannel, files: Files, change: Change) -> dict[str, bytes]:
        """The formula moved to ``change``, and the outgoing one as ``NAME@OLD.rb`` where that is configured.

        Raises:
            EditRefused: a place that must change was not found exactly as often as expected, the URL is not the
                artifact's, or the version would go down.
        """
        check_change(change)
        formula = formula_of(channel, files)
        check_order(formula, change)
        urls = Urls(change)
        content = edit_formula(formula, urls, remove_bottle=channel.remove_bottle)
        if content == formula.content:
            return {}
        check_result(formula, content, urls)
        return {formula.path: content, **outgoing_formula(channel, files, formula, change)}

    def needs_commit(self, channel: HomebrewChannel, files: Files) -> bool:
        """Whether ``edit`` needs ``Change.commit``: a download is a git checkout with a ``revision:``.

        Raises:
            EditRefused: as ``served``.
        """
        formula = formula_of(channel, files)
        return any(pair.commit is not None for pair in [*formula.pairs, *own_downloads(formula)])

    def notes(self, channel: HomebrewChannel, before: Files, after: Files) -> tuple[str, ...]:
        """What a person should look at after an edit from ``before`` to ``after``, one line each."""
        old, new = formula_of(channel, before), formula_of(channel, after)
        if same(old.pairs[0].held, new.pairs[0].held):
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

    def sibling_paths(self, channel: HomebrewChannel, paths: Iterable[str]) -> list[str]:
        """Versioned formulae (``Formula/kekkai@0.0.1.rb``) of the channel's formula."""
        return versioned_paths(channel, paths)

    def advise(self, channel: HomebrewChannel, project: Project, bad: str, good: str) -> str:
        """``brew upgrade`` never goes down (Homebrew's documentation)."""
        del project, bad, good
        return rollback_advice(channel)

    def examine(self, session: "Session", channel: HomebrewChannel) -> Checks:
        """Whether anything else in the tap spoils it, or writes to it."""
        return {"tap": lambda: check_tap(session, channel)}

    def bundle(self, channel: HomebrewChannel, files: Files) -> Bundle | None:
        """A Python formula installs its resources and nothing else."""
        return bundle(channel, files)

    @property
    def prover(self) -> Prover[HomebrewChannel]:
        """Trust, tap, install, run."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed[HomebrewChannel]:
        """A formula of real shape."""
        from release.channels.homebrew.rehearsal import RehearsedFormula  # noqa: PLC0415 - only for a rehearsal

        return RehearsedFormula()

    @property
    def adopted(self) -> Adopted[HomebrewChannel]:
        """A formula at its usual path."""
        from release.channels.homebrew.receiver import AdoptedTap  # noqa: PLC0415 - only `init` asks

        return AdoptedTap()
