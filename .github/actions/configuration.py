# ruff: noqa: INP001 - beside the scripts that use it, not a module of the package
"""The configuration of the current folder, for the scripts here: as a task gets it, with every override."""

import os
from pathlib import Path
from typing import Any

from invoke.config import Config, DataProxy

from release.channels.settings import read_settings
from release.commands.variables import take_strictly
from release.settings import Settings
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


def _plain(value: Any) -> Any:  # noqa: ANN401 - configuration is of any type
    if isinstance(value, DataProxy):
        return {name: _plain(value[name]) for name in value}
    return [_plain(item) for item in value] if isinstance(value, list) else value
