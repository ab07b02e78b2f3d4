"""What else stands in a tap and concerns every user of it. Pure.

Sources: Homebrew 7's ``brew tap`` reads every file of a tap and refuses it as a whole for one that is no valid Ruby;
taps made since August 2026 come with a daily ``autobump.yml``.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from release.channels.homebrew.ruby import parse_ruby
from release.errors import EditRefused
from release.settings import Channel

FOLDERS = ("Formula/", "HomebrewFormula/", "Casks/", "cmd/", "lib/")
BUMPS = re.compile(
    rb"\bbrew\s+(?:bump(?:-formula-pr|-cask-pr)?|livecheck\b.*--autobump)\b|Homebrew/actions/bump-", re.IGNORECASE
)


class Trouble(NamedTuple):
    """One line for doctor, and what to do about it."""

    text: str
    fix: str


def check_files(channel: Channel, files: Mapping[str, bytes]) -> list[Trouble]:
    """Files of the tap that spoil it for all: those that are no valid Ruby.

    Args:
        channel: whose tap it is.
        files: path -> content of every file of the tap that ends with ``.rb``.
    """
    found = []
    for path, content in files.items():
        inside = "/" not in path or path.startswith(FOLDERS)
        if path.endswith(".rb") and inside and (wrong := _why_invalid(path, content)):
            text = f"{wrong}: since Homebrew 7 nobody can tap {channel.target} while it is there"
            found.append(
                Trouble(text, f"Repair or remove {path} in {channel.target} (`ruby -c {path}` says what is wrong).")
            )
    return found


def _why_invalid(path: str, content: bytes) -> str | None:
    try:
        parse_ruby(path, content)
    except EditRefused as error:
        return error.wrong
    return None


def check_writers(channel: Channel, workflows: Iterable[tuple[str, str, bytes]]) -> list[Trouble]:
    """Workflows of the tap that bump formulae by themselves, beside the channel's receiver.

    Args:
        channel: whose tap it is.
        workflows: path, state as GitHub has it (``active`` ...) and content of each.
    """
    return [_writer(channel, path) for path, state, content in workflows if state == "active" and _bumps(path, content)]


def _bumps(path: str, content: bytes) -> bool:
    code = b"\n".join(line for line in content.splitlines() if not line.lstrip().startswith(b"#"))
    named = "autobump" in path.rpartition("/")[2].lower()
    return b"repository_dispatch" not in code and (named or BUMPS.search(code) is not None)


def _writer(channel: Channel, path: str) -> Trouble:
    name = path.rpartition("/")[2]
    text = f"{name} of {channel.target} bumps formulae by itself: a second writer of {channel.file}"
    return Trouble(text, f"Take {channel.file} out of it, or: gh workflow disable {name} --repo {channel.target}")
