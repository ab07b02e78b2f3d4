"""``update.*``: edit one channel's files for a release that was looked up just now."""

from pathlib import Path

from release.commands.extract import refused
from release.commands.opening import require_repositories
from release.commands.options import Options, choose, given_checksums, look_up, needed
from release.errors import Stopped
from release.report.report import Report
from release.repository.push import AGAIN
from release.session import Session
from release.update.update import update


def ask_update(session: Session, options: Options, path: Path | None) -> Report:
    """``update.*``: edit one channel's files for a release that was looked up just now."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    require_repositories(session.settings)
    found = look_up(session, options, needed(session, channels, given))
    if found.problems:
        return refused(options, found, found.problems, [])
    outcome = update(
        session, channels[0].name, found.release, given_sha256=given, path=path,
        dry_run=options.dry_run, allow_downgrade=options.allow_downgrade,
    )  # fmt: skip
    notes, code = ([f"Interrupted. {AGAIN}"], Stopped.exit_code) if session.stop.is_set() else ([], None)
    return Report(options.task, found.release, [outcome], notes=notes, heading=found.heading, code=code)
