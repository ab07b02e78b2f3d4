"""``notify.result``: read the channels' reports, and tell people."""

from collections.abc import Sequence
from pathlib import Path

from release.commands.opening import require_repositories
from release.commands.options import Options
from release.errors import InputError, Stopped
from release.notify.notify import notify
from release.notify.reports import load_results
from release.report.report import Report
from release.session import Session


def ask_notify(session: Session, options: Options, paths: Sequence[str]) -> Report:
    """``notify.result``: the exit code still tells the result.

    Raises:
        InputError: no results were named, and this is no run of a workflow; that is no failed release.
    """
    require_repositories(session.settings)
    if not paths and not session.environment.run_url:
        fix = "Give the directory of the reports (--results DIR); in a workflow its run is asked without."
        raise InputError("notify.result has no result to tell", fix)
    documents, problems = load_results([Path(path) for path in paths])
    told = notify(
        session, documents, version=options.version or None, dry_run=options.dry_run,
        run_url=session.environment.run_url, problems=problems,
    )  # fmt: skip
    code = Stopped.exit_code if session.stop.is_set() else 0 if told.ok else 1
    return Report(options.task, notes=told.lines, extra={"lines": told.lines}, code=code)
