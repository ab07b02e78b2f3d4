"""A release, a bad one and the way back by the tasks of the channel's own name; ends with 1 where one is wrong."""

import sys
from pathlib import Path

from release.rehearsal import StandIn
from release.rehearsal.play.script import variables_of
from release.rehearsal.play.steps import Rehearsal
from release.rehearsal.play.versions import versions_after


def play(here: Path) -> list[str]:
    """What did not go as it should in the folder of ``invoke.yaml``."""
    with StandIn(here / "standin", project=here, receiver="update", run_delay=0.02, run_time=0.04) as standin:
        steps = Rehearsal(standin, print, variables_of(here, {}, standin), versions_after([]))
        _, good, bad, _ = steps.versions
        steps.step("release.validate", "--version", good)
        steps.step("dist.my-pkgs", "--version", good, "--wait", "2", states=["served"])
        steps.step("update.my-pkgs", "--version", good, states=["skipped"])
        standin.publish(bad)
        steps.step("dist.all", "--version", bad, "--wait", "2", states=["served"])
        steps.step("rollback.my-pkgs", "--version", bad, "--yes", states=["served"])
        steps.step("status.my-pkgs", "--version", good, states=["served"])
        return steps.wrong


if __name__ == "__main__":
    sys.exit("\n".join(play(Path.cwd())) or None)
