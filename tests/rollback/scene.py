"""The tap, the bucket and the others at a stand-in, and a rollback there."""

import subprocess
from collections.abc import Mapping

from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rollback.rollback import rollback
from release.session import Session
from tests.support.releases import channel_files

FORMULA = "Formula/kekkai.rb"
BAD, GOOD = "0.0.2", "0.0.1"
GIT = ("homebrew", "scoop", "choco")
ALL = (*GIT, "docker")
IMAGE = "kademoslabs/kekkai"
BRANCH = "rollback-kekkai-0.0.2-to-0.0.1"


def roll(session: Session, *names: str, bad: str = BAD, good: str | None = None, **more: object) -> dict[str, Outcome]:
    channels = [session.settings.channels[name] for name in names]
    outcomes = rollback(session, channels, bad, good, **more)  # type: ignore[arg-type]  # its own keyword arguments
    return {outcome.channel: outcome for outcome in outcomes}


def states(outcomes: Mapping[str, Outcome]) -> dict[str, State]:
    return {name: outcome.state for name, outcome in outcomes.items()}


def files_at(standin: StandIn, channel: str, version: str) -> dict[str, bytes]:
    return channel_files(channel, standin.release(version).made)


def held(standin: StandIn, channel: str) -> dict[str, bytes | None]:
    return {path: standin.repository(channel).read(path) for path in files_at(standin, channel, GOOD)}


def git(standin: StandIn, channel: str, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    path = standin.repository(channel).path
    done = subprocess.run(["git", *who, *arguments], cwd=path, capture_output=True, check=True)
    return done.stdout.decode().strip()


def bump(standin: StandIn, version: str, channel: str = "homebrew") -> None:
    standin.repository(channel).commit(f"bump to {version}", files_at(standin, channel, version), 2)


def pulls(standin: StandIn) -> list[str]:
    """The branches of the tap's pull requests."""
    items = standin.world.issues.get(standin.repository("homebrew").name, [])
    return [item["head"]["ref"] for item in items if "head" in item]
