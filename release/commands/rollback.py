"""``rollback.*``: plan, show, ask, do."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from release.commands.command import Given
from release.commands.opening import require_repositories
from release.commands.options import Options, choose
from release.errors import InputError, Stopped
from release.metadata.version import given_version, tag_of
from release.records import Outcome, Release, State
from release.report.report import Report
from release.report.streams import put
from release.report.terminal import is_terminal
from release.rollback.rollback import plan_rollback, rollback
from release.session import Session

BACK = frozenset({State.SERVED, State.SKIPPED, State.MANUAL, State.PENDING})
CONSENT = "Give --yes, or --dry-run to see what would be done."


def ask_rollback(given: Given, options: Options, flags: Mapping[str, Any]) -> Report:
    """``rollback.*``: plan, show, ask, do.

    Raises:
        InputError: no version, or nobody can be asked and ``--yes`` was not given.
    """
    session = given.session
    channels = choose(session, options)
    require_repositories(session.settings)
    if options.version in {"", "latest"}:
        named = ", not `latest`" if options.version else ""
        raise InputError(f"rollback needs --version{named}", "Name the bad version: --version 0.0.2")
    project = session.settings.project
    bad, good = given_version(options.version, project), given_version(flags["to"], project) if flags["to"] else None
    release = Release(bad, tag_of(bad, project), "-" in bad, {})
    reason = _without_secrets(session, str(flags["reason"] or ""))
    if options.dry_run:
        planned = plan_rollback(session, channels, bad, good, reason=reason)
        return _done(session, options, release, planned, ["Dry run: nothing was changed."])
    if not flags["yes"]:
        _require_terminal()
        planned = plan_rollback(session, channels, bad, good, reason=reason)
        if session.stop.is_set():
            return _done(session, options, release, planned)
        given.console.show_draft(Report(options.task, release, planned))
        _require_consent(bad)
    return _done(session, options, release, rollback(session, channels, bad, good, reason=reason))


def _done(
    session: Session, options: Options, release: Release, outcomes: Sequence[Outcome], notes: Sequence[str] = ()
) -> Report:
    """The report; after an interrupt it names who was rolled back and of whom that is not known."""
    if not session.stop.is_set():
        return Report(options.task, release, outcomes, notes=notes)
    done = [one.channel for one in outcomes if one.state in BACK]
    unsure = [one.channel for one in outcomes if one.state is State.UNCONFIRMED]
    maybe = f" May have been: {', '.join(unsure)}." if unsure else ""
    note = f"Interrupted. Rolled back: {', '.join(done) or 'none'}.{maybe} Run the same command again to go on."
    return Report(options.task, release, outcomes, notes=[note], code=Stopped.exit_code)


def _without_secrets(session: Session, reason: str) -> str:
    """The reason, if it can stand in a public commit."""
    if session.redact(reason) != reason:
        raise InputError("--reason holds the value of a secret", "It would stand in a commit for ever: leave it out.")
    return reason


def _require_terminal() -> None:
    if not is_terminal(sys.stdin):
        raise InputError("rollback asks before it acts, and there is no terminal to ask on", CONSENT)


def _require_consent(bad: str) -> None:
    put(sys.stderr, f"Roll back {bad} as shown? [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise InputError("Not rolled back: you did not say yes", CONSENT)
