"""Sessions at the stand-in whose failures are told to a webhook on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from release.commands.opening import open_session
from release.rehearsal import StandIn
from release.session import Session
from release.settings import Environment
from tests.notify.harness import HOOK_PATH, Hook, Open


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.origin.close()


@pytest.fixture
def open_at(standin: StandIn, project_root: Path, hook: Hook) -> Open:
    """A session at the stand-in and the webhook; a variable of ``None`` is unset."""

    def opened(**variables: str | None) -> Session:
        raw = yaml.safe_load((project_root / "invoke.yaml").read_text("utf-8"))
        raw["retry"] = {"attempts": 2, "max_wait": 0.01, "lookup": 0.05, "max_told": 1}
        merged = {**standin.environment, "SLACK_WEBHOOK": hook.origin.url + HOOK_PATH, **variables}
        return open_session(raw, Environment({k: v for k, v in merged.items() if v is not None}), lambda _line: None)

    return opened
