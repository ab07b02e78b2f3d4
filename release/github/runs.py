"""Which workflow run belongs to a dispatch. Pure: lists of runs as GitHub's API gives them, and records."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Run = Mapping[str, Any]
OVER = "completed"
EARLIER = 2.0  # seconds by which GitHub may date a run before the request that started it
LONGEST = 1000  # characters of a title that are looked at
TEXTS = ("display_title", "name", "path", "event", "status", "conclusion", "created_at", "html_url", "head_branch")


def parse_run(value: Mapping[str, Any]) -> dict[str, Any]:
    """A run as GitHub's API gives it, without the fields that are of another type than GitHub says."""
    run_id = value.get("id")
    odd = {name for name in TEXTS if not isinstance(value.get(name), str)}
    odd |= {"id"} if not isinstance(run_id, int) or isinstance(run_id, bool) else set()
    return {name: field for name, field in value.items() if name not in odd}


def names_version(run: Run, project: str, version: str) -> bool:
    """Whether the run's title (the receiver's ``run-name``) carries this product and this version, each alone.

    ``kekkai-pro 0.0.3`` and ``my-kekkai 0.0.3`` are of other products, ``kekkai 0.0.3-rc.1`` of another version.
    """
    title = _title(run)
    return _alone(f"v?{re.escape(version)}", title) and _alone(re.escape(project), title)


def _title(run: Run) -> str:
    return str(run.get("display_title") or "")[:LONGEST]


def _alone(words: str, title: str) -> bool:
    return re.search(rf"(?<![\w.+-])(?:{words})(?![\w+-]|\.\w)", title, re.IGNORECASE) is not None


def names_nothing(run: Run, project: str) -> bool:
    """Whether the title carries neither this product nor any version, as where a receiver sets no ``run-name``."""
    title = _title(run)
    return not _alone(re.escape(project), title) and re.search(r"(?<![\w.+-])v?\d+\.\d+\.\d+", title) is None


def workflow_path(run: Run) -> str:
    """The file of its workflow, such as ``.github/workflows/update.yml``; empty where the run does not say."""
    return str(run.get("path") or "").partition("@")[0]


def is_of_workflow(run: Run, workflow: str | None) -> bool:
    """Whether the run is of this workflow file; a run that does not say counts, and so does any for ``None``."""
    path = workflow_path(run)
    return not (workflow and path) or path.endswith(f"/{workflow}")


def created_at(run: Run) -> float | None:
    """When the run was created, seconds since the epoch; ``None`` where it does not say."""
    try:
        return datetime.fromisoformat(str(run.get("created_at"))).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def is_new(run: Run, since: float) -> bool:
    """Whether the run can be of a request sent at ``since`` (seconds, the server's clock); one without a time can."""
    created = created_at(run)
    return created is None or created >= int(since) - EARLIER


def candidates(runs: Iterable[Run], project: str, version: str, since: float) -> list[Run]:
    """The runs that could be that of a dispatch first sent at ``since`` (seconds, the server's clock).

    Runs whose title carries product and version come alone where there are any; else every new run whose title
    names neither, those without a time or a title too: the caller judges how many may be ours.
    """
    fresh = [run for run in runs if is_new(run, since)]
    named = [run for run in fresh if names_version(run, project, version)]
    return named or [run for run in fresh if names_nothing(run, project)]


def under_way(runs: Iterable[Run], project: str, version: str) -> list[Run]:
    """The runs for this version that have not ended, newest first; a title must say so, anything else is a guess."""
    return [run for run in runs if run.get("status") != OVER and names_version(run, project, version)]


def run_url(run: Run) -> str | None:
    """The page of the run."""
    url = run.get("html_url")
    return url if isinstance(url, str) and url else None
