"""``INVOKE_*`` variables of our sections, taken as what they say: Invoke makes true of ``false``."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from invoke import config
from invoke.env import Environment


class Variables(Environment):
    """Invoke's own reading, but for our sections: what no setting can be is left to the settings' checks as it is."""

    def _to_env_var(self, key_path: Iterable[object]) -> str:
        return super()._to_env_var(map(str, key_path))  # a key may be a number, which the settings' checks refuse

    def _path_set(self, key_path: Sequence[str], value: str) -> None:
        from release.settings import SECTIONS, parse_variable  # noqa: PLC0415 - a list of tasks needs none of it

        if key_path[0] not in SECTIONS:
            super()._path_set(key_path, value)
            return
        table: dict[str, Any] = reduce(lambda at, key: at.setdefault(key, {}), key_path[:-1], self.data)
        table[key_path[-1]] = parse_variable(value, self._path_get(key_path))


def take_strictly() -> None:
    """Have Invoke read variables so, whichever program runs the tasks."""
    setattr(config, "Environment", Variables)  # noqa: B010 - a class cannot be assigned to, says mypy
