"""How soon a task starts: ``--list``, and the first request of a dry run."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from release.rehearsal import StandIn
from tests.bench.measure import ROOT, Row, Spent, alternate, environment, spend

ONE_TASK = 'from invoke import task\n\n\n@task\ndef hello(_context):\n    """Say hello."""\n'
LIST = [sys.executable, "-m", "invoke", "--list"]
AGAINST = "invoke --list of a one-task tasks.py"


def measure(place: Path, runs: int) -> Iterator[Row]:
    """Both beside a one-task file with the same ``invoke.yaml``."""
    one = place / "one"
    one.mkdir()
    (one / "tasks.py").write_text(ONE_TASK, "utf-8")
    shutil.copy(ROOT / "invoke.yaml", one)
    runs *= 3  # it is short
    with StandIn(place / "standin") as standin:
        dry = [sys.executable, "-m", "invoke", "dist.all", "--version=0.0.2", "--dry-run"]

        def first() -> Spent:
            standin.requests.clear()
            spent = spend(dry, env=environment(standin.environment))
            return Spent(standin.requests[0].time - spent.begun, spent.mib)

        listed, asked, base = alternate(
            runs, lambda: spend(LIST, env=environment({})), first, lambda: spend(LIST, one, environment({}))
        )
    more = f"{asked.seconds - base.seconds:+.3f} s"
    yield Row("start", "invoke --list", listed.seconds, AGAINST, base.seconds)
    yield Row("start", "invoke dist.all --dry-run, to its first request", asked.seconds, AGAINST, base.seconds, more)
