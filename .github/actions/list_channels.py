# ruff: noqa: INP001 - a script of a workflow, not a module
"""The configured channels as two job matrices: those told with a token of their own, those told with the job's.

Prints lines for ``GITHUB_OUTPUT``; the file was checked by ``release.extract`` before.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml


def render_matrices(channels: dict[str, dict[str, Any]]) -> str:
    """Two lines ``external=[...]`` and ``internal=[...]``, each a JSON list of names."""
    internal = [name for name, channel in channels.items() if channel["token"] == "GITHUB_TOKEN"]  # noqa: S105 - a name
    external = [name for name in channels if name not in internal]
    return f"external={json.dumps(external)}\ninternal={json.dumps(internal)}\n"


if __name__ == "__main__":
    sys.stdout.write(render_matrices(yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))["channels"]))
