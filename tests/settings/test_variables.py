"""``INVOKE_*`` variables: what they give, and which set nothing, held against Invoke itself."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from invoke.config import Config
from invoke.exceptions import AmbiguousEnvVar

from release.channels.settings import RECORDS
from release.commands.variables import Variables
from release.errors import InputError
from release.settings import SECTIONS, name_variables, parse_variable, unused_variables

ROOT = Path(__file__).resolve().parents[2]
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
RAW: dict[str, Any] = {
    **DEFAULT,
    "project": {"name": "kekkai"},
    "channels": {**DEFAULT["channels"], "my-tap": {"token": "T", "event_type": "x"}},
}

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
    assert unused_variables({name: "made-up"}, RAW, RECORDS) == []


UNUSED = {
    "a list": ("INVOKE_PROJECT_CHECK", "nothing. A variable gives no list: write it in invoke.yaml."),
    "a channel's list": ("INVOKE_CHANNELS_MY-TAP_CHECK", "nothing. A variable gives no list: write it in invoke.yaml."),
    "a text of the project's": ("INVOKE_PROJECT_BRANCH", "nothing. A variable counts only where"),
    "an artifact's": ("INVOKE_ARTIFACTS_SOURCE_ASSET", "nothing. A variable counts only where"),
    "misspelt": ("INVOKE_HTTP_TIMOUT", "Did you mean `INVOKE_HTTP_TIMEOUT`?"),
    "a key that is not there": ("INVOKE_CHANNELS_SCOOP_PRERELEASES", "only where invoke.yaml has its key"),
    "a channel that is not there": ("INVOKE_CHANNELS_WINGET_TARGET", "Did you mean"),
    "a kind's own key that is not there": (
        "INVOKE_CHANNELS_HOMEBREW_REMOVE_BOTTLE",
        "nothing. A variable counts only where",
    ),
    "a kind's own key, misspelt": (
        "INVOKE_CHANNELS_HOMEBREW_REMOVE_BOTLE",
        "`INVOKE_CHANNELS_HOMEBREW_REMOVE_BOTTLE`?",
    ),
    "a dash": ("INVOKE_CHANNELS_MY_TAP_EVENT_TYPE", "keeps it: INVOKE_CHANNELS_MY-TAP_EVENT_TYPE"),
    "a table": ("INVOKE_CHANNELS_SCOOP", "sets nothing"),
    "a kind's own table": ("INVOKE_CHANNELS_DOCKER_INPUTS", "Did you mean `INVOKE_CHANNELS_DOCKER_INPUTS_TAG`?"),
    "a section": ("INVOKE_HTTP", "sets nothing"),
    "small letters": ("INVOKE_HTTP_timeout", "Did you mean `INVOKE_HTTP_TIMEOUT`?"),
}


@pytest.mark.parametrize(("name", "advice"), UNUSED.values(), ids=UNUSED.keys())
def test_what_sets_nothing_is_named_without_its_value(name: str, advice: str) -> None:
    [warning] = unused_variables({name: "made-up", "INVOKE_HTTP_TIMEOUT": "3"}, RAW, RECORDS)
    assert warning.startswith(f"Warning: {name} sets nothing.")
    assert advice in warning
    assert "made-up" not in warning


def test_a_section_that_is_no_table_is_the_settings_own_problem() -> None:
    assert len(unused_variables({"INVOKE_CHANNELS_SCOOP_FILE": "x"}, {"channels": 3, "artifacts": None}, RECORDS)) == 1


TEXTS: dict[str, tuple[str, object, object]] = {
    "true": ("True", False, True),
    "yes": ("yes", False, True),
    "one": ("1", False, True),
    "false": ("false", True, False),
    "no": ("NO", True, False),
    "nought": ("0", True, False),
    "neither": ("maybe", True, "maybe"),
    "an empty truth": ("", True, ""),
    "a whole number": ("7", 30.0, 7),
    "a fraction where a whole number was": ("2.5", 30, 2.5),
    "no number": ("abc", 30, "abc"),
    "a negative one": ("-1", 30, -1),
    "with space around": (" 7\n", 30, 7),
    "less than one": (".5", 30, 0.5),
    "digits with a line between": ("1_6", 16, "1_6"),
    "a digit of another script": ("\u0663", 5, "\u0663"),
    "a fraction of another script": ("\uff12.5", 5.0, "\uff12.5"),
    "without end": ("inf", 30.0, "inf"),
    "too many digits": ("9" * 5000, 30, "9" * 5000),
    "a text of digits": ("7", "x", "7"),
    "where nothing was": ("7", None, "7"),
    "a list": ("[a]", ["x"], "[a]"),
}


@pytest.mark.parametrize(("text", "before", "value"), TEXTS.values(), ids=TEXTS.keys())
def test_a_variable_is_taken_as_the_setting_was_or_left_to_be_refused(text: str, before: object, value: object) -> None:
    found = parse_variable(text, before)
    assert (found, type(found)) == (value, type(value))


def test_invokes_own_reading_takes_it_so(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "CHANNELS_HOMEBREW_VERSIONED_FORMULAE": "false",
        "PROJECT_7": "x",
        "RUN_ECHO": "false",
        "HTTP_TIMEOUT": "x",
    }
    for name, text in given.items():
        monkeypatch.setenv(f"INVOKE_{name}", text)
    raw: Any = {**RAW, "project": {7: "a key that is a number"}, "run": {"echo": True}}
    assert Variables(raw, "INVOKE_").load() == {
        "channels": {"homebrew": {"versioned_formulae": False}}, "project": {7: "x"},
        "run": {"echo": True}, "http": {"timeout": "x"},
    }  # fmt: skip


def test_two_settings_of_one_name_are_none_for_a_variable() -> None:
    both: Any = {"a": {"b_c": 1}, "a_b": {"c": 1}}
    with pytest.raises(AmbiguousEnvVar, match="A_B_C"):
        Variables(both, "INVOKE_").load()


def test_the_names_of_very_many_settings_are_no_work() -> None:
    """Of the processor's time, which no busy machine adds to: Invoke's own way takes seconds."""
    many: Any = {"channels": {f"c{n}": {"kind": "scoop"} for n in range(10_000)}}
    before = time.process_time()
    Variables(many, "INVOKE_").load()
    assert time.process_time() - before < 1


FROM = {
    "a number": ("http.timeout is 7", "7", ", from INVOKE_HTTP_TIMEOUT"),
    "another setting": ("http.timeouts is 7", "7", ""),
    "a value of -f, which counts more": ("http.timeout is 7", "8", ""),
}


@pytest.mark.parametrize(("wrong", "text", "named"), FROM.values(), ids=FROM.keys())
def test_a_problem_names_the_variable_that_its_value_is_from(wrong: str, text: str, named: str) -> None:
    problem = InputError(f"Configuration: {wrong}", "It must be at most 3.")
    [found] = name_variables([problem], {"INVOKE_HTTP_TIMEOUT": text}, {"http": {"timeout": 7}})
    assert (found.wrong, found.fix) == (f"Configuration: {wrong}{named}", problem.fix)


NAMES = [*USED.values(), *(name for name, _ in UNUSED.values())]


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("INVOKE_") and "RUNTIME" not in n])
def test_invoke_agrees(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invoke reads the environment itself: what it takes from it is what is not warned of."""
    config = Config(lazy=True, overrides=RAW)
    config.merge()
    monkeypatch.setenv(name, "7")
    config.load_shell_env()
    ours = any(name.startswith(f"INVOKE_{section.upper()}") for section in SECTIONS) and "PROJECTS" not in name
    assert (unused_variables({name: "7"}, RAW, RECORDS) == []) is (not ours or config._env != {})  # noqa: SLF001 - what Invoke took
