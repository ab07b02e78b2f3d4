"""``INVOKE_*`` variables that were meant for our sections: their values, what is wrong with them, which set nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from release.errors import InputError
from release.settings.docs import keys_of
from release.settings.parser import SECTIONS, Kinds
from release.settings.problems import FIXES, nearest
from release.settings.records import ArtifactSpec, Channel, Http, Project, Record, Retry

PREFIX = "INVOKE_"
RECORDS: Mapping[str, type[Record]] = {
    "project": Project, "artifacts": ArtifactSpec, "channels": Channel, "http": Http, "retry": Retry,
}  # fmt: skip
NO_LIST = "A variable gives no list: write it in invoke.yaml."
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_variable(text: str, before: object) -> object:
    """The value that a variable gives a setting.

    Args:
        text: the variable's.
        before: the setting's value in the files, whose type counts. What does not fit stays text, and is refused with
            the settings.
    """
    if isinstance(before, bool):
        return TRUTH.get(text.lower(), text)
    with suppress(ValueError):
        return parse_number(text.strip()) if isinstance(before, int | float) else text
    return text


def parse_number(text: str) -> float:
    """A number in plain digits, such as ``7``, ``-1`` or ``2.5``; whole ones are ``int``.

    Raises:
        ValueError: it is none: ``1_6``, and digits of other scripts, which Python takes itself.
    """
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no number such as 7 or 2.5")
    return float(text) if "." in text else int(text)


def name_variables(
    problems: Iterable[InputError], variables: Mapping[str, str], raw: Mapping[str, Any]
) -> list[InputError]:
    """The problems of a configuration, each with the variable that its value is from.

    Args:
        problems: as the settings' checks found them.
        variables: the environment; values are not shown.
        raw: the configuration as Invoke merged it.
    """
    names = {
        f"{'.'.join(path)} ": name
        for path, value in _leaves(raw)
        if (name := _variable(path)) in variables and str(parse_variable(variables[name], value)) == str(value)
    }
    return [_named(problem, names) for problem in problems]


def _named(problem: InputError, names: Mapping[str, str]) -> InputError:
    path = problem.wrong.removeprefix("Configuration: ")
    if not (name := next((name for begins, name in names.items() if path.startswith(begins)), "")):
        return problem
    return InputError(f"{problem.wrong}, from {name}", NO_LIST if problem.fix == FIXES["tuple_type"] else problem.fix)


def unused_variables(variables: Mapping[str, str], raw: Mapping[str, Any], kinds: Kinds) -> list[str]:
    """A warning for each ``INVOKE_*`` variable of our sections that Invoke did not read.

    Invoke reads a variable only where the configuration has the key already, and a key is its path in upper case,
    joined with ``_``: ``channels.scoop.target`` is ``INVOKE_CHANNELS_SCOOP_TARGET``, and a ``-`` in a name stays one.

    Args:
        variables: the environment; values are not shown.
        raw: the configuration as Invoke merged it.
        kinds: the kinds of channels that there are.
    """
    known = {_variable(path) for path, _ in _leaves(raw)}
    ours = tuple(f"{PREFIX}{section.upper()}_" for section in SECTIONS)
    alone = {section.rstrip("_") for section in ours}
    unused = [name for name in variables if (name.startswith(ours) or name in alone) and name not in known]
    settings = _settings(raw, kinds) if unused else {}
    return [f"Warning: {name} sets nothing. {_advice(name, known, settings)}" for name in sorted(unused)]


def _settings(raw: Mapping[str, Any], kinds: Kinds) -> dict[str, bool]:
    """The variable of each setting that there may be, also where the files do not say it; whether it is a list."""
    return {
        _variable((*path, key)): isinstance(getattr(record, key, None), tuple)
        for path, record in _records(raw, kinds)
        for key in keys_of(record)
    }


def _records(raw: Mapping[str, Any], kinds: Kinds) -> Iterator[tuple[tuple[str, ...], type[Record]]]:
    """The path of each table, and what it becomes."""
    for section, record in RECORDS.items():
        if not record.keyed:
            yield (section,), record
            continue
        tables = raw.get(section)
        for name, table in tables.items() if isinstance(tables, Mapping) else ():
            kind = table.get("kind") if isinstance(table, Mapping) else None
            yield (section, str(name)), kinds[kind] if isinstance(kind, str) and kind in kinds else record


def _advice(name: str, known: set[str], settings: Mapping[str, bool]) -> str:
    if settings.get(name):
        return NO_LIST
    if dashed := next((other for other in known if other.replace("-", "_") == name), None):
        return f"The name of the channel has a '-' and keeps it: {dashed}."
    is_table = any(other.startswith(f"{name}_") for other in known)
    near = nearest(name, sorted({*known, *settings} - {name})) if is_table or name not in settings else ""
    return f"{near}A variable counts only where invoke.yaml has its key."


def _variable(path: Iterable[str]) -> str:
    return PREFIX + "_".join(path).upper()


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """All values of our sections that are no tables, with their paths."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, item in value.items():
        if path or key in SECTIONS:
            yield from _leaves(item, (*path, str(key)))
