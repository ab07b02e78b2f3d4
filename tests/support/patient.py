"""Sessions at the stand-in whose waits cost no time, and a release to tell channels about."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.channels.settings import read_settings
from release.github.client import GitHub
from release.http.redaction import make_redactor
from release.http.transport import Transport
from release.records import Artifact, Release
from release.rehearsal import StandIn
from release.safe_yaml import load_yaml
from release.session import Session
from release.settings import Environment, Retry
from tests.support.clock import SleptClock, clock_of

ROOT = Path(__file__).resolve().parents[2]
RETRY = Retry(attempts=3, max_wait=0.05, lookup=20, max_told=900)


@dataclass
class At:
    """A session, the lines that it said, and the clock that it shares with the stand-in."""

    session: Session
    clock: SleptClock
    said: list[str]


def raw_settings(standin: StandIn, channels: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """The default configuration at the stand-in; ``channels`` are keys to be changed, ``None`` takes one out."""
    raw: dict[str, Any] = load_yaml((ROOT / "invoke.yaml").read_bytes())
    raw["channels"]["docker"]["registry"] = standin.registry_url
    raw["channels"]["choco"]["feed"] = standin.feed_url
    for name, keys in channels.items():
        if keys is None:
            del raw["channels"][name]
        else:
            raw["channels"][name] = {**raw["channels"].get(name, {}), **keys}
    return raw


def open_at(
    standin: StandIn,
    *,
    retry: Retry = RETRY,
    timeout: float = 30.0,
    concurrency: int = 16,
    channels: Mapping[str, Mapping[str, Any] | None] | None = None,
    variables: Mapping[str, str] | None = None,
    skew: float = 0.0,
    say: Callable[[str], None] | None = None,
) -> At:
    """A session at a stand-in with a ``SleptClock``; its own clock is ``skew`` seconds ahead of that."""
    raw = raw_settings(standin, channels or {})
    raw["http"] = {"timeout": timeout, "concurrency": concurrency}
    raw["retry"] = dict(vars(retry))
    settings = read_settings(raw)
    environment = Environment({**standin.environment, **(variables or {})})
    secrets = environment.secrets(channel.token for channel in settings.channels.values())
    clock, said, stop = clock_of(standin), list[str](), threading.Event()
    say = say or said.append
    transport = Transport(
        settings.http, settings.retry, say=say, stop=stop,
        sleep=lambda seconds: clock.sleep(seconds, stop), clock=lambda: clock.now() + skew,
    )  # fmt: skip
    github = GitHub(transport, environment.api_url, {value: name for name, value in secrets.items()})
    redact = make_redactor(secrets.values())
    return At(Session(settings, environment, transport, github, say, redact, stop), clock, said)


def release_of(standin: StandIn, version: str = "0.0.2") -> Release:
    """A published release as ``release.extract`` would find it."""
    made = standin.release(version).made
    files = {
        "source": Artifact("source", f"{standin.server_url}/v{version}.tar.gz", made.source_sha256, 1),
        "wheel": Artifact("wheel", f"{standin.server_url}/x.whl", made.wheel_sha256, 1),
    }
    return Release(version, f"v{version}", "-" in version, files)
