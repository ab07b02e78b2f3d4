"""What a channel installs beside the product's wheel, where it lets nothing be resolved. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from release.errors import EditRefused

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
LINUX, MACOS, WINDOWS = "linux", "darwin", "win32"
WORD = re.compile(r"[^\s\"'`,()\[\]{}]+")
DEEPER = {"(": 1, ")": -1}
LISTS = frozenset({"-r", "--requirement"})
ALONE = frozenset({"--no-deps", "--no-dependencies"})


class Resource(NamedTuple):
    """A distribution that a channel installs: its version where that is known, and the line that says so."""

    name: str
    version: str | None
    line: int


@dataclass(frozen=True)
class Bundle:
    """All that a channel installs beside the wheel itself.

    Attributes:
        place: the file that says so, such as ``Formula/kekkai.rb``.
        resources: what is installed.
        systems: whose users install from there, as ``sys.platform`` names them.
        fix: the command or the edit that mends it.
        pythons: that the channel installs with.
        line: that lets nothing be resolved, counted from 1.
    """

    place: str
    resources: Sequence[Resource]
    systems: Sequence[str]
    fix: str
    pythons: Sequence[str] = PYTHONS
    line: int = 0


class PipInstall(NamedTuple):
    """One command of pip: the line where it begins (counted from 1), and the words after ``install``."""

    line: int
    words: tuple[str, ...]


def pip_installs(script: str) -> list[PipInstall]:
    """The commands of a PowerShell script that install by pip, also as lists of arguments; none where it has no end."""
    found = []
    try:
        commands = list(_commands(script))
    except EditRefused:
        return []
    for line, command in commands:
        words = WORD.findall(command)
        before, _, after = (words, "", ()) if "install" not in words else _parted(words)
        if after and any(re.fullmatch(r"(?i)(.*[\\/])?(pip[0-9.]*|uv)(\.exe)?", word) for word in before):
            found.append(PipInstall(line, after))
    return found


def bundle_of(place: str, installs: Sequence[PipInstall]) -> Bundle | None:
    """What users of a script get; ``None`` where pip resolves what the wheel requires, or a list of them is given."""
    alone = [one for one in installs if ALONE & set(one.words)]
    if not alone or any(LISTS & set(one.words) for one in installs):
        return None
    named = [Resource(*_name(word), one.line) for one in installs for word in one.words if _is_name(word)]
    fix = f"Leave --no-deps out of {place}, or install what is missing there too."
    return Bundle(place, named, (WINDOWS,), fix, line=alone[0].line)


def _parted(words: list[str]) -> tuple[list[str], str, tuple[str, ...]]:
    at = words.index("install")
    return words[:at], words[at], tuple(words[at + 1 :])


def _commands(script: str) -> Iterator[tuple[int, str]]:
    """Each command with its line; the end of a line ends none within parentheses.

    Raises:
        EditRefused: a text or comment is never closed, or the script is larger than any real one.
    """
    from release.channels.text.powershell import lex  # noqa: PLC0415 - only who looks into scripts pays for it

    lexed, line, begin, depth = lex("the script", script), 1, 0, 0
    shown = lexed.uncommented(script)
    for found in re.finditer(r"[();|&\n]|\Z", lexed.code):
        depth = max(0, depth + DEEPER.get(found[0], 0))
        if found[0] in ";|&" or (found[0] == "\n" and not depth):
            command = shown[begin : found.start()]
            blank = script.count("\n", begin, begin + len(command) - len(command.lstrip()))
            yield line + blank, command
            line, begin = line + script.count("\n", begin, found.end()), found.end()


def _is_name(word: str) -> bool:
    """Whether a word is a distribution's name, maybe with a version; a URL, path, flag or variable is none."""
    return bool(word[0].isalnum() and not set(word) & set("/\\:$@") and not word.endswith((".whl", ".gz", ".zip")))


def _name(word: str) -> tuple[str, str | None]:
    name, exact, version = word.partition("==")
    return (name, version) if exact else (re.split(r"[<>=!~]", word)[0], None)
