"""What the files of settings are together: what Invoke's merge would end with, and all that is wrong in them."""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from invoke.config import Config, merge_dicts

from release.safe_yaml import Document, Unreadable


def check_merge(found: Mapping[Path, Document]) -> None:
    """Refuse what Invoke's merge would end with, and show whole: a table in one file where another has none.

    Raises:
        Unreadable: with the path of the first.
    """
    tables = {"Invoke's own settings": Config.global_defaults()}
    tables |= {str(file): document.value or {} for file, document in found.items()}
    for (one, before), (other, after) in combinations(tables.items(), 2):
        if path := next(_clashes(before, after), ""):
            wrong = f"{other} does not go with {one}: `{path}` is a table in one of them alone"
            raise Unreadable(wrong, f"Give a table of keys and values for `{path}`, or leave it out.")


def _clashes(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterator[str]:
    for key in [key for key in other if key in one]:
        if isinstance(one[key], Mapping) and isinstance(other[key], Mapping):
            yield from (f"{key}.{inner}" for inner in _clashes(one[key], other[key]))
        elif isinstance(one[key], Mapping) or isinstance(other[key], Mapping):
            yield str(key)


def check_settings(found: Collection[Document], section: str = "") -> None:
    """Refuse all that is wrong, keys that stand twice and settings, as the files have them: no variable is looked at.

    Args:
        found: the files, in the order in which they are merged.
        section: only if something is wrong there.

    Raises:
        InvalidSettings: with every problem, where there is one.
    """
    from release.channels.settings import read_settings  # noqa: PLC0415 - a list of tasks needs none of it
    from release.settings import InvalidSettings  # noqa: PLC0415 - as above

    problems = [problem for document in found for problem in document.problems]
    merged: dict[str, Any] = {}
    for document in found:
        merge_dicts(merged, document.value or {})
    try:
        read_settings(merged)
    except InvalidSettings as invalid:
        problems.extend(invalid.problems)
    here = f"Configuration: {section}"
    if any(one.wrong.startswith(here) or not one.wrong.startswith("Configuration: ") for one in problems):
        raise InvalidSettings(problems)
