"""``rollback.*``: plan, show, ask, do."""

import sys
from collections.abc import Mapping
from typing import Any

from release.commands.command import Given
from release.commands.opening import require_repositories
from release.commands.options import Options, choose
from release.errors import InputError
from release.metadata.version import parse_version
from release.records import Release
from release.report.report import Report
from release.rollback.rollback import plan_rollback, rollback

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


def _require_terminal() -> None:
    if not sys.stdin.isatty():
        raise InputError("rollback asks before it acts, and there is no terminal to ask on", CONSENT)


def _require_consent(bad: str) -> None:
    sys.stderr.write(f"Roll back {bad} as shown? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise InputError("Not rolled back: you did not say yes", CONSENT)
