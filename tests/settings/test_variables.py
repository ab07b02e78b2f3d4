"""``INVOKE_*`` variables that set nothing, held against Invoke itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from invoke.config import Config

from release.settings import SECTIONS, unused_variables

ROOT = Path(__file__).resolve().parents[2]
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
RAW: dict[str, Any] = {**DEFAULT, "channels": {**DEFAULT["channels"], "my-tap": {"token": "T", "event_type": "x"}}}

USED = {
    "http": "INVOKE_HTTP_TIMEOUT",
    "an underscore in the key": "INVOKE_RETRY_MAX_WAIT",
    "a channel": "INVOKE_CHANNELS_SCOOP_TARGET",
    "an input": "INVOKE_CHANNELS_DOCKER_INPUTS_TAG",
    "a dash that stays": "INVOKE_CHANNELS_MY-TAP_EVENT_TYPE",
    "Invoke's own": "INVOKE_RUN_ECHO",
    "the file": "INVOKE_RUNTIME_CONFIG",
    "a section of somebody else": "INVOKE_PROJECTS_X",
    "not Invoke's": "HTTP_TIMEOUT",
}


@pytest.mark.parametrize("name", USED.values(), ids=USED.keys())
def test_what_is_used_or_not_ours_is_no_warning(name: str) -> None:
    assert unused_variables({name: "made-up"}, RAW) == []


UNUSED = {
    "misspelt": ("INVOKE_HTTP_TIMOUT", "Did you mean `INVOKE_HTTP_TIMEOUT`?"),
    "a key that is not there": ("INVOKE_CHANNELS_SCOOP_PRERELEASES", "only where invoke.yaml has its key"),
    "a channel that is not there": ("INVOKE_CHANNELS_WINGET_TARGET", "Did you mean"),
    "a dash": ("INVOKE_CHANNELS_MY_TAP_EVENT_TYPE", "keeps it: INVOKE_CHANNELS_MY-TAP_EVENT_TYPE"),
    "a table": ("INVOKE_CHANNELS_SCOOP", "sets nothing"),
    "a section": ("INVOKE_HTTP", "sets nothing"),
    "small letters": ("INVOKE_HTTP_timeout", "Did you mean `INVOKE_HTTP_TIMEOUT`?"),
}


@pytest.mark.parametrize(("name", "advice"), UNUSED.values(), ids=UNUSED.keys())
def test_what_sets_nothing_is_named_without_its_value(name: str, advice: str) -> None:
    [warning] = unused_variables({name: "made-up", "INVOKE_HTTP_TIMEOUT": "3"}, RAW)
    assert warning.startswith(f"Warning: {name} sets nothing.")
    assert advice in warning
    assert "made-up" not in warning


NAMES = [*USED.values(), *(name for name, _ in UNUSED.values())]


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("INVOKE_") and "RUNTIME" not in n])
def test_invoke_agrees(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invoke reads the environment itself: what it takes from it is what is not warned of."""
    config = Config(lazy=True, overrides=RAW)
    config.merge()
    monkeypatch.setenv(name, "7")
    config.load_shell_env()
    ours = any(name.startswith(f"INVOKE_{section.upper()}") for section in SECTIONS) and "PROJECTS" not in name
    assert (unused_variables({name: "7"}, RAW) == []) is (not ours or config._env != {})  # noqa: SLF001 - what Invoke took
