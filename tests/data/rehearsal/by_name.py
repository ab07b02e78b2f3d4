"""A release, a failed one and the way back by the tasks of the channel's own name; ends with 1 where one is wrong.

Beside it a channel without an artifact, which is told a version alone.
"""

import json
import os
import sys
from pathlib import Path

from release.rehearsal import StandIn
from release.rehearsal.play.script import variables_of
from release.rehearsal.play.steps import Rehearsal
from release.rehearsal.play.versions import versions_after

NAME, BARE = "my-pkgs", "my-bare"


def play(here: Path) -> list[str]:
    """What did not go as it should in the folder of ``invoke.yaml``."""
    with StandIn(here / "standin", project=here, receiver="update", run_delay=0.02, run_time=0.04) as standin:
        steps = Rehearsal(standin, print, variables_of(here, os.environ, standin), versions_after([]))
        update(steps, steps.versions.good)
        tell_of_version(steps, steps.versions.good)
        standin.publish(steps.versions.bad)
        fail(steps, steps.versions.bad)
        steps.step(f"prove.{NAME}", "--version", steps.versions.bad, "--yes", states=["installed"])
        go_back(steps, steps.versions.bad, steps.versions.good)
        return steps.wrong


def update(steps: Rehearsal, good: str) -> None:
    """By hand: the file is edited once, and then nobody has to be told."""
    steps.step(f"update.{NAME}", "--version", good, states=["served"])
    steps.step(f"update.{NAME}", "--version", good, states=["skipped"])
    for more in ([], ["--dry-run"]):  # what it held before is older
        steps.step(f"update.{NAME}", "--version", steps.versions.old, *more, code=2)
    steps.step(f"dist.{NAME}", "--version", good, "--wait", "2", states=["skipped"])


def tell_of_version(steps: Rehearsal, good: str) -> None:
    """No checksum is sent, and its receiver finds the one that it needs."""
    report = steps.step(f"dist.{BARE}", "--version", good, "--wait", "2", states=["served"])
    held = report["channels"][0]
    steps.check(held["sha256"] is None and held["serves"]["sha256"], f"{BARE} was told {held['sha256']}")
    steps.step(f"rollback.{BARE}", "--version", good, "--yes", states=["served"])
    steps.step(f"update.{BARE}", "--version", good, states=["served"])
    steps.step(f"status.{BARE}", "--version", good, states=["served"])
    steps.step(f"prove.{BARE}", "--version", good, "--yes", states=["installed"])


def fail(steps: Rehearsal, bad: str) -> None:
    """The run fails and people are told; the second try arrives, and they are told that too."""
    steps.standin.misbehave(NAME, "run-failed")
    tell(steps, bad, code=1, state="failed", issue="open")
    steps.standin.world.behaviour.clear()
    tell(steps, bad, code=0, state="served", issue="closed")


def tell(steps: Rehearsal, version: str, *, code: int, state: str, issue: str) -> None:
    """Tell the channel, then people; the failure issue is ``open`` or ``closed`` then."""
    report = steps.step(f"dist.{NAME}", "--version", version, "--wait", "2", code=code, states=[state])
    results = steps.standin.root / "results"
    results.mkdir(exist_ok=True)
    (results / f"dist.{NAME}.json").write_text(json.dumps(report), "utf-8")
    steps.step("notify.result", "--version", version, "--results", str(results), code=code)
    held = [one["state"] for one in steps.standin.world.issues.get(steps.standin.world.product, [])]
    steps.check(held == [issue], f"the failure issue is {held}, not {issue}")


def go_back(steps: Rehearsal, bad: str, good: str) -> None:
    """The good version is served again, and can be installed."""
    report = steps.step(f"rollback.{NAME}", "--version", bad, "--yes", states=["served"])
    told = str(report["channels"][0]["next"])
    steps.check(f"Users who updated to {bad} install {good} of rocket again from acme/pkgs" in told, f"told: {told}")
    steps.step(f"status.{NAME}", "--version", good, states=["served"])
    steps.step("prove.all", "--version", good, "--yes", states=["installed"])


if __name__ == "__main__":
    sys.exit("\n".join(play(Path.cwd())) or None)
