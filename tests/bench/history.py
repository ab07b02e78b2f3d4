"""Rollback and update in a repository of 50,000 commits, against a clone of it."""

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from release.rehearsal import StandIn
from release.rehearsal.github.bare import Commit, write_commits
from release.rehearsal.github.isolated import run_git
from tests.bench.measure import Row, Spent, alternate, environment, spend

COMMITS, BACK = 50_000, 300
INVOKE = [sys.executable, "-m", "invoke"]


def measure(place: Path, runs: int, commits: int = COMMITS) -> Iterator[Row]:
    """Dry runs, so that each finds the same; the good version is 300 commits back."""
    with StandIn(place / "standin", version="0.0.2") as standin:
        repository = standin.repository("scoop")
        now = int(time.time())
        write_commits(repository.path, "main", _others(commits - BACK), when=now - 60 * (commits + BACK))
        standin.serve("scoop", "0.0.2")
        write_commits(repository.path, "main", _others(BACK), when=now - 60 * BACK)
        run_git("repack", "-adq", cwd=repository.path)
        standin.publish("0.0.3")
        variables = environment(standin.environment)
        copies = itertools.count()

        def clone(*flags: str) -> Callable[[], Spent]:
            url = f"{standin.server_url}/kademoslabs/scoop-bucket.git"
            return lambda: spend(
                ["git", "clone", "-q", *flags, url, str(place / f"copy-{next(copies)}")], env=variables
            )

        back = ["rollback.scoop", "--version=0.0.2", "--dry-run"]
        ours, full, shallow, nothing, up = alternate(
            runs,
            lambda: spend([*INVOKE, *back], env=variables), clone(), clone("--depth", "1"),
            lambda: spend([*INVOKE, "status.scoop", "--version=0.0.2"], env=variables),
            lambda: spend([*INVOKE, "update.scoop", "--version=0.0.3", "--dry-run"], env=variables),
        )  # fmt: skip
    bar = 3 * shallow.seconds + 1
    note = f"at most {bar:.2f} s wanted; status.scoop alone takes {nothing.seconds:.2f} s"
    for what, spent in (("rollback", ours), ("update", up)):
        for against, base in (("git clone", full), ("git clone --depth 1", shallow)):
            yield Row(
                "history", f"{what}.scoop --dry-run, {commits} commits", spent.seconds, against, base.seconds, note
            )


def _others(count: int) -> Iterator[Commit]:
    """Of another program, a few hundred files in all."""
    for number in range(count):
        yield (
            f"other: update to {number}",
            {f"bucket/other-{number % 300}.json": f'{{"version": "{number}"}}\n'.encode()},
        )
