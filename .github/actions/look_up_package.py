# ruff: noqa: INP001 - a script of a receiver, not a module
"""How far a version of a Chocolatey package is, as the channel's feed says it.

Run as ``look_up_package.py CHANNEL VERSION``. Prints ``review=`` and ``approved``, ``pending``, ``rejected``,
``unlisted``, ``absent``, or ``unknown`` where the feed does not say.
"""

import sys

from configuration import channel_of, read_configuration, two_lines

from release.channels import kind_of
from release.channels.choco.feed import read_feed
from release.channels.choco.gallery import ABSENT, package_of
from release.channels.choco.settings import ChocoChannel
from release.commands.opening import open_session
from release.errors import ReleaseError
from release.settings import read_environment


def say(line: str) -> None:
    """A line of progress, beside the word."""
    sys.stderr.write(f"{line}\n")


def look_up(name: str, version: str) -> str:
    """The word."""
    session = open_session(read_configuration(), read_environment(), say)
    channel = channel_of(session.settings, name, ChocoChannel)
    native = kind_of(channel.kind).native_version(version)
    try:
        entry = read_feed(session.transport, channel.feed or "", package_of(channel), native)
    except ReleaseError as error:
        session.say(str(error))
        return "unknown"
    return str(entry.review) if entry else ABSENT


if __name__ == "__main__":
    with two_lines():
        word = look_up(sys.argv[1], sys.argv[2])
    sys.stdout.buffer.write(f"review={word}\n".encode())  # also on Windows, for bash
