"""What else stands in a tap and concerns every user of it.

Sources: Homebrew 7's ``brew tap`` reads every file of a tap and refuses it as a whole for one that is no valid Ruby;
taps made since August 2026 come with a daily ``autobump.yml``.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from release.channels.homebrew.ruby import parse_ruby
from release.channels.homebrew.settings import HomebrewChannel
from release.errors import EditRefused, ServiceError
from release.findings import Level, Line
from release.http.workers import Workers

if TYPE_CHECKING:
    from release.session import Session

FOLDERS = ("Formula/", "HomebrewFormula/", "Casks/", "cmd/", "lib/")
BUMPS = re.compile(
    rb"\bbrew\s+(?:bump(?:-formula-pr|-cask-pr)?|livecheck\b.*--autobump)\b|Homebrew/actions/bump-", re.IGNORECASE
)


WORKFLOWS = ".github/workflows"
MOST_FILES = 60  # that doctor reads; a large tap has its own checks


def check_tap(session: "Session", channel: HomebrewChannel) -> list[Line]:
    """What doctor says of the tap beside the formula; what cannot be read fails nothing.

    Raises:
        Stopped: the user interrupted.
    """
    try:
        files = _read(session, channel, FOLDERS)
        workflows, states = _read(session, channel, [WORKFLOWS]), _states(session, channel)
    except ServiceError as error:
        text = f"what else is in the tap could not be read: {error.wrong}"
        return [Line(channel.name, "tap", Level.WARNING, text, error.fix)]
    written = [(path, states.get(path, "active"), body) for path, body in workflows.items()]
    found = [*check_files(channel, files), *check_writers(channel, written)]
    fine = f"{len(files)} Ruby files of {channel.target} are valid, and nothing else bumps formulae"
    lines = [Line(channel.name, "tap", Level.WARNING, one.text, one.fix) for one in found]
    return lines or [Line(channel.name, "tap", Level.OK, fine)]


def _read(session: "Session", channel: HomebrewChannel, folders: Iterable[str]) -> dict[str, bytes]:
    """Path -> content of the first files that are directly in ``folders``, on the default branch."""
    github, token = session.github, session.token(channel)
    paths = [path for folder in folders for path in _paths(session, channel, folder.rstrip("/"))][:MOST_FILES]
    with Workers(session.settings.http.concurrency) as workers:
        begun = {path: workers.submit(github.file, channel.target, path, token) for path in paths}
        found = {path: future.result() for path, future in begun.items()}
    return {path: body for path, body in found.items() if body is not None}


def _paths(session: "Session", channel: HomebrewChannel, folder: str) -> list[str]:
    """The Ruby files or workflows directly in a folder of the target; none where there is no such folder."""
    github, token = session.github, session.token(channel)
    answer = github.ask("GET", github.url("repos", channel.target, "contents", folder), token)
    if answer.status == 404:
        return []
    if answer.status != 200:
        raise github.refusal(answer, token, f"{folder} of {channel.target}")
    listed = answer.json()
    paths = [str(one.get("path")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [path for path in paths if path.endswith((".rb", ".yml", ".yaml"))]


def _states(session: "Session", channel: HomebrewChannel) -> dict[str, str]:
    """Path of each workflow -> its state; nothing where the token may not read that."""
    try:
        listed = session.github.workflows(channel.target, session.token(channel))
    except ServiceError:
        return {}
    return {str(one.get("path")): str(one.get("state")) for one in listed}


class Trouble(NamedTuple):
    """One line for doctor, and what to do about it."""

    text: str
    fix: str


def check_files(channel: HomebrewChannel, files: Mapping[str, bytes]) -> list[Trouble]:
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


def check_writers(channel: HomebrewChannel, workflows: Iterable[tuple[str, str, bytes]]) -> list[Trouble]:
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


def _writer(channel: HomebrewChannel, path: str) -> Trouble:
    name = path.rpartition("/")[2]
    text = f"{name} of {channel.target} bumps formulae by itself: a second writer of {channel.file}"
    return Trouble(text, f"Take {channel.file} out of it, or: gh workflow disable {name} --repo {channel.target}")
