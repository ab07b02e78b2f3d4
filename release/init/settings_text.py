"""``invoke.yaml`` as a person would write it."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from release import __version__
from release.channels.receiver import ACTION, scalar
from release.init.assets import Keys

SCHEMA = f"https://raw.githubusercontent.com/{ACTION}/v{__version__}/.github/schemas/invoke.schema.json"
HEAD = f"""\
# yaml-language-server: $schema={SCHEMA}
# What is released, and which channels are told. Every key is in {ACTION}, README.md.
"""
ARTIFACTS = "# Exactly one asset of the release must match; {version}, {python_version}, {name} and {tag} work in it.\n"


def render_settings(
    project: Mapping[str, Any],
    artifacts: Mapping[str, Keys],
    channels: Mapping[str, Mapping[str, Any]],
    comments: Mapping[str, Sequence[str]],
) -> str:
    """The text.

    Args:
        project: its keys.
        artifacts: name -> keys.
        channels: name -> keys.
        comments: channel -> lines below its keys.
    """
    parts = [HEAD, "project:\n", *_keys(project, 2), "\n", ARTIFACTS, "artifacts:\n"]
    parts += [f"  {scalar(name)}: {_flow(keys)}\n" for name, keys in artifacts.items()]
    parts.append("\nchannels:\n")
    for name, keys in channels.items():
        parts += [f"  {scalar(name)}:\n", *_keys(keys, 4), *(f"    {line}\n" for line in comments.get(name, ()))]
    return "".join(parts)


def _keys(table: Mapping[str, Any], blanks: int) -> list[str]:
    return [f"{' ' * blanks}{key}: {_flow(value)}\n" for key, value in table.items()]


def _flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return scalar(value)
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).strip()
