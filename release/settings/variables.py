"""``INVOKE_*`` variables that were meant for our sections and set nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from release.settings.parser import SECTIONS
from release.settings.problems import nearest

PREFIX = "INVOKE_"


def unused_variables(variables: Mapping[str, str], raw: Mapping[str, Any]) -> list[str]:
    """A warning for each ``INVOKE_*`` variable of our sections that Invoke did not read.

    Invoke reads a variable only where the configuration has the key already, and a key is its path in upper case,
    joined with ``_``: ``channels.scoop.target`` is ``INVOKE_CHANNELS_SCOOP_TARGET``, and a ``-`` in a name stays one.

    Args:
        variables: the environment; values are not shown.
        raw: the configuration as Invoke merged it.
    """
    known = {PREFIX + "_".join(path).upper() for path in _leaves(raw)}
    ours = tuple(f"{PREFIX}{section.upper()}_" for section in SECTIONS)
    alone = {section.rstrip("_") for section in ours}
    unused = [name for name in variables if (name.startswith(ours) or name in alone) and name not in known]
    return [f"Warning: {name} sets nothing. {_advice(name, known)}" for name in sorted(unused)]


def _advice(name: str, known: set[str]) -> str:
    if dashed := next((other for other in known if other.replace("-", "_") == name), None):
        return f"The name of the channel has a '-' and keeps it: {dashed}."
    return f"{nearest(name, sorted(known))}A variable counts only where invoke.yaml has its key."


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all values of our sections that are no tables."""
    if not isinstance(value, Mapping):
        yield path
        return
    for key, item in value.items():
        if path or key in SECTIONS:
            yield from _leaves(item, (*path, str(key)))
