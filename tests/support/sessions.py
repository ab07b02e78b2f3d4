"""A session that talks to the stand-in, with every wait cut short."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from release.commands.opening import open_session
from release.rehearsal import StandIn
from release.safe_yaml import load_yaml
from release.session import Session
from release.settings import Environment
from tests.support.clock import SleptClock

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"attempts": 2, "max_wait": 0.01, "lookup": 0.2, "max_told": 1}


def session_at(
    standin: StandIn,
    channels: Mapping[str, Mapping[str, Any]] | None = None,
    without: tuple[str, ...] = (),
    more: Mapping[str, str] = MappingProxyType({}),
    **http: float,
) -> Session:
    """The default configuration at the stand-in.

    Args:
        standin: the servers.
        channels: name -> keys of that channel to be changed; a new name is one more channel.
        without: variables that are unset.
        more: variables that are set.
        http: of that section.
    """
    raw: dict[str, Any] = load_yaml((ROOT / "invoke.yaml").read_bytes())
    raw["channels"]["docker"]["registry"] = standin.registry_url
    raw["channels"]["choco"]["feed"] = standin.feed_url
    for name, keys in (channels or {}).items():
        raw["channels"][name] = {**raw["channels"].get(name, {}), **keys}
    raw["retry"], raw["http"] = QUICK, {**raw["http"], "timeout": 30, **http}
    variables = {name: value for name, value in standin.environment.items() if name not in without} | dict(more)
    environment, clock = Environment(variables), standin.world.clock
    if not isinstance(clock, SleptClock):
        return open_session(raw, environment, lambda _line: None)
    session: Session = open_session(
        raw, environment, lambda _line: None, sleep=lambda seconds: clock.sleep(seconds, session.stop), clock=clock.now
    )
    return session
