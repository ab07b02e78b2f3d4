# ruff: noqa: INP001 - a script of a workflow, not a module
"""Whether a channel's own report says that it serves the version, so that an installation can be tried.

Run as ``may_prove.py REPORT``. Prints a line for ``GITHUB_OUTPUT``; no report, or half of one, says nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any


def serves(report: Any) -> bool:  # noqa: ANN401 - whatever a job has left
    """Served now, or left alone because it served already."""
    try:
        (row,) = report["channels"]
        return row["state"] == "served" or (row["state"] == "skipped" and row["serves"]["version"] == row["version"])
    except (KeyError, TypeError, ValueError):
        return False


def read(file: Path) -> Any:  # noqa: ANN401 - as above
    """The JSON of the file, ``None`` where it is none."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


if __name__ == "__main__":
    said = f"serves={str(serves(read(Path(sys.argv[1])))).lower()}\n"
    sys.stdout.buffer.write(said.encode())  # the same line end on every system
