# ruff: noqa: INP001 - a script of a workflow, not a module
"""A failed report for every configured channel whose job left none, so that notify forgets no channel.

Run as ``fill_results.py invoke.yaml RESULTS VERSION``.
"""

import json
import sys
from pathlib import Path

import yaml

REASON = "its job ended without a result; see the run"


def fill(channels: list[str], folder: Path, version: str) -> None:
    """Write ``result-NAME.json`` into ``folder`` for each channel that has none, or one that is no JSON."""
    for name in channels:
        file = folder / f"result-{name}.json"
        if not _is_json(file):
            row = {"channel": name, "state": "failed", "reason": REASON, "version": version}
            report = {"schema": 1, "task": f"dist.{name}", "ok": False, "channels": [row]}
            file.write_text(json.dumps(report), "utf-8")


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return True


if __name__ == "__main__":
    settings = yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))
    fill(list(settings["channels"]), Path(sys.argv[2]), sys.argv[3])
