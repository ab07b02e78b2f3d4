"""``INVOKE_*`` variables of our sections, taken as what they say: Invoke makes true of ``false``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from invoke import config
from invoke.env import Environment
from invoke.exceptions import AmbiguousEnvVar


class Variables(Environment):
    """Invoke's own reading, but for our sections: what no setting can be is left to the settings' checks as it is."""

    def _crawl(self, key_path: list[str], env_vars: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """As Invoke's, which copies all that it has for each key: seconds for a thousand channels."""
        del key_path, env_vars
        found: dict[str, Any] = {}
        for path in _leaves(self._config, []):
            if (name := self._to_env_var(path)) in found:
                raise AmbiguousEnvVar(f"Found >1 source for {name}")
            found[name] = path
        return found

    def _to_env_var(self, key_path: Iterable[object]) -> str:
        return super()._to_env_var(map(str, key_path))  # a key may be a number, which the settings' checks refuse

    def _path_set(self, key_path: Sequence[str], value: str) -> None:
        from release.settings import SECTIONS, parse_variable  # noqa: PLC0415 - a list of tasks needs none of it

        if key_path[0] not in SECTIONS:
            super()._path_set(key_path, value)
            return
        table: dict[str, Any] = reduce(lambda at, key: at.setdefault(key, {}), key_path[:-1], self.data)
        table[key_path[-1]] = parse_variable(value, self._path_get(key_path))


def _leaves(value: object, path: list[str]) -> Iterator[list[str]]:
    """The paths of all that are no tables."""
    if not isinstance(value, Mapping):
        yield path
        return
    for key, item in value.items():
        yield from _leaves(item, [*path, key])


def take_strictly() -> None:
    """Have Invoke read variables so, whichever program runs the tasks."""
    setattr(config, "Environment", Variables)  # noqa: B010 - a class cannot be assigned to, says mypy
