"""Which workflow run belongs to a dispatch. Pure: lists of runs as GitHub's API gives them, and records."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Run = Mapping[str, Any]
OVER = "completed"


def names_version(run: Run, project: str, version: str) -> bool:
    """Whether the run's title (the receiver's ``run-name``) carries this product and this version."""
    title = str(run.get("display_title") or "")
    whole = rf"(?<![\w.+-])v?{re.escape(version)}(?![\w+-]|\.\w)"
    return re.search(whole, title) is not None and project.lower() in title.lower()


def names_other_version(run: Run, version: str) -> bool:
    """Whether the title carries some version, and not this one."""
    found = re.findall(r"(?<![\w.+-])v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)", str(run.get("display_title") or ""))
    return bool(found) and version not in found


def is_of_workflow(run: Run, workflow: str | None) -> bool:
    """Whether the run is of this workflow file; a run that does not say counts, and so does any for ``None``."""
    path = str(run.get("path") or "").partition("@")[0]
    return not (workflow and path) or path.endswith(f"/{workflow}")


def created_at(run: Run) -> float:
    """When the run was created, seconds since the epoch; 0 where it does not say."""
    try:
        return datetime.fromisoformat(str(run.get("created_at"))).timestamp()
    except ValueError:
        return 0.0


def candidates(runs: Iterable[Run], project: str, version: str, since: float) -> list[Run]:
    """The runs that could be that of a dispatch first sent at ``since`` (seconds, the server's clock).

    Runs whose title carries product and version come alone where there are any; else every new run whose title
    does not carry another version. GitHub states whole seconds, so a run of the same second counts as new.
    """
    fresh = [run for run in runs if created_at(run) >= int(since)]
    named = [run for run in fresh if names_version(run, project, version)]
    return named or [run for run in fresh if not names_other_version(run, version)]


def under_way(runs: Iterable[Run], project: str, version: str) -> Run | None:
    """The newest run for this version that has not ended; a title must say so, anything else is a guess."""
    return next((r for r in runs if r.get("status") != OVER and names_version(r, project, version)), None)


def run_url(run: Run) -> str | None:
    """The page of the run."""
    return str(run["html_url"]) if run.get("html_url") else None
