# ruff: noqa: INP001 - beside the scripts that use it, not a module of the package
"""The configuration of the current folder, for the scripts here: as a task gets it, with every override."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from invoke.config import Config, DataProxy

from release.channels.settings import read_settings
from release.commands.variables import take_strictly
from release.errors import InputError, ReleaseError
from release.settings import ChannelT, Settings
from release.settings.parser import SECTIONS


def read_configuration() -> dict[str, Any]:
    """The sections that are ours, as plain tables."""
    take_strictly()
    config = Config(project_location=str(Path.cwd()), runtime_path=os.environ.get("INVOKE_RUNTIME_CONFIG"))
    config.load_project()
    config.load_runtime()
    config.load_shell_env()
    return {name: _plain(config[name]) for name in SECTIONS if name in config}


def configured() -> Settings:
    """The same as records; ``release.extract`` has read them before."""
    return read_settings(read_configuration())


def channel_of(settings: Settings, name: str, record: type[ChannelT]) -> ChannelT:
    """The channel that a receiver of one kind is for.

    Raises:
        InputError: there is none of this name, or it is of another kind.
    """
    known = {one.name: one for one in settings.channels.values() if isinstance(one, record)}
    if name not in known:
        fix = f"Correct its `channel:`; it is for: {', '.join(known) or 'none, until one is configured'}."
        raise InputError(f"{name!r} is no channel that this receiver is for", fix)
    return known[name]


@contextmanager
def two_lines() -> Iterator[None]:
    """A failure ends the script as it ends a task: what is wrong, what to do, and its exit code."""
    try:
        yield
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


def _plain(value: Any) -> Any:  # noqa: ANN401 - configuration is of any type
    if isinstance(value, DataProxy):
        return {name: _plain(value[name]) for name in value}
    return [_plain(item) for item in value] if isinstance(value, list) else value
