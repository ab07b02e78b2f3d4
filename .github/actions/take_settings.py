# ruff: noqa: INP001 - a script of the action, not a module
"""The sections that are ours, of somebody else's ``invoke.yaml``; Invoke's own (``tasks``, ``run``) could steer it.

Run as ``take_settings.py FILE CHANNEL``; writes ``invoke.yaml`` into the current folder. Without such a file this
project's own is taken. ``CHANNEL`` is a receiver's, empty elsewhere: the token of its job is the channel's token there.
"""

import stat
import sys
from pathlib import Path
from typing import Any

import yaml

from release.channels import KINDS, settings_of
from release.safe_yaml import Unreadable, read_table
from release.settings.parser import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
FIX = "Correct the product's invoke.yaml, or the name that the receiver is given."


def take(file: Path, channel: str) -> dict[str, Any]:
    """The sections, for the receiver of ``channel`` with the names of its variables changed.

    Raises:
        Unreadable: it is a link, no file, too large, or no table.
    """
    if not stat.S_ISREG(file.lstat().st_mode):
        raise Unreadable(f"{file} is a link or no file", FIX)
    table = read_table(file)
    taken = {name: table[name] for name in SECTIONS if name in table}
    if channel:
        channels = taken.get("channels")
        if not isinstance(channels, dict) or not isinstance(channels.get(channel), dict):
            raise Unreadable(f"{file} has no channel {channel}", FIX)
        taken["channels"] = {**channels, channel: _received(channels[channel])}
    return taken


def _received(table: dict[str, Any]) -> dict[str, Any]:
    """A channel as its receiver has it: its token is the job's, and the variables of a login have their usual names."""
    kind = table.get("kind")
    left_out = settings_of(kind).login if isinstance(kind, str) and kind in KINDS else ()
    return {**{name: value for name, value in table.items() if name not in left_out}, "token": "GITHUB_TOKEN"}


def main(given: Path, channel: str) -> None:
    """Take them from the file, else from this project's own."""
    try:
        given.lstat()
    except OSError:
        sys.stdout.write(f"There is no {given}: the settings of this project itself are used.\n")
        given = ROOT / "invoke.yaml"
    try:
        taken = take(given, channel)
    except Unreadable as error:
        sys.exit(f"{error.wrong}\n{FIX}")
    Path("invoke.yaml").write_text(yaml.safe_dump(taken, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
