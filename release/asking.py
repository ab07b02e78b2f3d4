"""The steps behind the tasks that ask, mend and tell people: status, update, rollback, notify, doctor."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from release.command import Given
from release.errors import InputError
from release.looked import look
from release.metadata import Found
from release.options import Options, choose, given_checksums, needed
from release.records import Outcome, Release, State
from release.report import Report
from release.session import Session, require_repositories
from release.steps import refused
from release.versions import parse_version


def ask_status(session: Session, options: Options) -> Report:
    """``status.*``: what each channel serves, held against the release."""
    from release.status import status  # noqa: PLC0415 - one task's own

    channels = choose(session, options)
    require_repositories(session.settings)
    found = look(session, options, needed(session, channels, {})).found
    notes = [f"Not known: {problem.wrong}. {problem.fix}" for problem in found.problems]
    outcomes = status(session, found.release, channels)
    if found.problems:
        outcomes = [_unsure(outcome, found) for outcome in outcomes]
    return Report(options.task, found.release, outcomes, notes=notes, heading=found.heading)


def _unsure(outcome: Outcome, found: Found) -> Outcome:
    """Nothing is held against a release that could not be read in full, nor behind one that is not there."""
    if outcome.state is not State.SERVED and (found.release.published or outcome.state is not State.BEHIND):
        return outcome
    seen = f"{outcome.reason}; " if outcome.state is State.BEHIND else ""
    reason = f"{seen}what it should serve is not known: {found.problems[0].wrong}"
    return replace(outcome, state=State.UNKNOWN, reason=reason, next=None)


def ask_update(session: Session, options: Options, path: Path | None) -> Report:
    """``update.*``: edit one channel's files for a release that was looked up just now."""
    from release.update import update  # noqa: PLC0415 - one task's own

    channels = choose(session, options)
    given = given_checksums(options, channels)
    require_repositories(session.settings)
    found = look(session, options, needed(session, channels, given)).found
    if found.problems:
        return refused(options, found, found.problems, [])
    outcome = update(
        session, channels[0].name, found.release, given_sha256=given, path=path,
        dry_run=options.dry_run, allow_downgrade=options.allow_downgrade,
    )  # fmt: skip
    return Report(options.task, found.release, [outcome], heading=found.heading)


def ask_rollback(given: Given, options: Options, flags: Mapping[str, Any]) -> Report:
    """``rollback.*``: plan, show, ask, do.

    Raises:
        InputError: no version, or nobody can be asked and ``--yes`` was not given.
    """
    from release.rollback import plan_rollback, rollback  # noqa: PLC0415 - one task's own

    session = given.session
    channels = choose(session, options)
    require_repositories(session.settings)
    if options.version in {"", "latest"}:
        named = ", not `latest`" if options.version else ""
        raise InputError(f"rollback needs --version{named}", "Name the bad version: --version 0.0.2")
    bad, good = parse_version(options.version), parse_version(flags["to"]) if flags["to"] else None
    release = Release(bad, session.settings.project.tag.replace("{version}", bad), "-" in bad, {})
    reason = str(flags["reason"] or "")
    if options.dry_run:
        planned = plan_rollback(session, channels, bad, good, reason=reason)
        return Report(options.task, release, planned, notes=["Dry run: nothing was changed."])
    if not flags["yes"]:
        _require_terminal()
        planned = plan_rollback(session, channels, bad, good, reason=reason)
        given.console.show_draft(Report(options.task, release, planned))
        _require_consent(bad)
    return Report(options.task, release, rollback(session, channels, bad, good, reason=reason))


CONSENT = "Give --yes, or --dry-run to see what would be done."


def _require_terminal() -> None:
    if not sys.stdin.isatty():
        raise InputError("rollback asks before it acts, and there is no terminal to ask on", CONSENT)


def _require_consent(bad: str) -> None:
    sys.stderr.write(f"Roll back {bad} as shown? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise InputError("Not rolled back: you did not say yes", CONSENT)


def ask_notify(session: Session, options: Options, paths: Sequence[str]) -> Report:
    """``notify.result``: the exit code still tells the result.

    Raises:
        InputError: no results were named, and this is no run of a workflow; that is no failed release.
    """
    from release.notify import notify  # noqa: PLC0415 - one task's own
    from release.results import load_results  # noqa: PLC0415 - as above

    require_repositories(session.settings)
    if not paths and not session.environment.run_url:
        fix = "Give the directory of the reports (--results DIR); in a workflow its run is asked without."
        raise InputError("notify.result has no result to tell", fix)
    documents, problems = load_results([Path(path) for path in paths])
    told = notify(
        session, documents, version=options.version or None, dry_run=options.dry_run,
        run_url=session.environment.run_url, problems=problems,
    )  # fmt: skip
    return Report(options.task, notes=told.lines, extra={"lines": told.lines}, code=0 if told.ok else 1)


def ask_doctor(session: Session, options: Options) -> Report:
    """``doctor``: exit code 1 on a failed line."""
    from release.doctor import doctor, doctor_json, render_lines  # noqa: PLC0415 - one task's own

    lines = doctor(session, [channel.name for channel in choose(session, options)])
    document = doctor_json(lines)
    shown = render_lines(lines).splitlines()
    return Report(options.task, notes=shown, extra=document, code=0 if document["ok"] else 1)
