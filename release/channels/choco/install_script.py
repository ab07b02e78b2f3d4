"""What a Chocolatey install script sets: URLs, their checksums and the checksums' kinds, each with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from release.channels.choco.powershell import Token, TokenKind, tokens
from release.channels.text.literal import line_of

NAMES = re.compile(r"url|checksum|sha256|sha|hash|type|bit|32|x(?=64)|[-_.:]")
VALUES = {TokenKind.TEXT, TokenKind.VARIABLE, TokenKind.WORD}
PACKAGE_VERSION = "env:chocolateypackageversion"
DEPTH = 8  # variables that stand for variables


class Role(Enum):
    """What a setting is, by its name."""

    URL = "url"
    SUM = "checksum"
    TYPE = "checksumType"
    OTHER = "other"


@dataclass(frozen=True)
class Setting:
    """``$name = value``, ``name = value`` in a table, or ``-Name value``.

    Attributes:
        name: in lower case, without ``$``, ``-`` and ``.``.
        value: ``None`` where it is computed.
        position: where the name stands.
        variable: whether it is a variable's.
    """

    name: str
    value: Token | None
    position: int
    variable: bool = False

    @property
    def role(self) -> Role:
        """URL, checksum, kind of checksum, or none of them."""
        if re.search("(?<!c)url", self.name):
            return Role.URL
        if re.search("checksumtype|hashtype", self.name):
            return Role.TYPE
        return Role.SUM if re.search("checksum|sha|hash", self.name) else Role.OTHER

    @property
    def key(self) -> str:
        """What URL, checksum and kind of one download have in common: ``64`` of ``url64bit``."""
        return NAMES.sub("", self.name)

    @property
    def is_reference(self) -> bool:
        """Whether the value is a variable and nothing else."""
        token = self.value
        whole = (
            token is not None and token.inserts and token.inserts[0].end - token.inserts[0].start == len(token.value)
        )
        return token is not None and (token.kind is TokenKind.VARIABLE or bool(whole))


@dataclass(frozen=True)
class Script:
    """An install script.

    Attributes:
        path: its place in the target repository.
        text: decoded, line ends as they are.
        tokens: without comments.
        settings: in the order of the file.
        package_version: what ``$env:ChocolateyPackageVersion`` stands for.
    """

    path: str
    text: str
    tokens: tuple[Token, ...]
    settings: tuple[Setting, ...]
    package_version: str

    def expanded(self, token: Token | None, depth: int = DEPTH) -> str | None:
        """The value with its variables filled in; ``None`` where that would need PowerShell."""
        if token is None or token.computed or token.kind not in VALUES or depth == 0:
            return None
        if token.kind is TokenKind.VARIABLE:
            return self._variable(token.value, depth)
        filled, position = "", 0
        for insert in token.inserts:
            value = self._variable(insert.name, depth)
            if value is None:
                return None
            filled, position = filled + token.value[position : insert.start] + value, insert.end
        return filled + token.value[position:]

    def _variable(self, name: str, depth: int) -> str | None:
        if name == PACKAGE_VERSION:
            return self.package_version
        found = [s for s in self.settings if s.variable and s.name == name]
        return self.expanded(found[0].value, depth - 1) if len(found) == 1 else None

    def names_behind(self, values: Iterable[Token]) -> set[str]:
        """The variables that ``values`` are made of, and those that these are made of."""
        names = {insert.name for token in values for insert in token.inserts}
        for _ in range(DEPTH):
            found = [s.value for s in self.settings if s.variable and s.name in names and s.value]
            names |= {token.value for token in found if token.kind is TokenKind.VARIABLE}
            names |= {insert.name for token in found for insert in token.inserts}
        return names

    def line(self, setting: Setting) -> str:
        """``path line N: name``, for messages."""
        return f"{self.path} line {line_of(self.text, setting.position)}: `{setting.name}`"


def parse_script(path: str, text: str, package_version: str) -> Script:
    """A script's tokens and settings.

    Raises:
        EditRefused: a quote or comment is not closed.
    """
    found = tokens(path, text)
    return Script(path, text, tuple(found), tuple(_settings(found)), package_version)


def _settings(found: list[Token]) -> Iterator[Setting]:
    for i, token in enumerate(found):
        if token.kind is TokenKind.WORD and re.fullmatch(r"-[A-Za-z]\w*:?", token.value):
            following = found[i + 1] if i + 1 < len(found) and found[i + 1].kind in VALUES else None
            name = token.value.strip("-:").casefold()
            if following and not (following.kind is TokenKind.WORD and following.value.startswith("-")):
                yield Setting(name, following, token.literal.start)
        elif token.kind is TokenKind.MARK and token.value == "=" and i:
            yield from _assigned(found, i)


def _assigned(found: list[Token], place: int) -> Iterator[Setting]:
    left, adds = found[place - 1], found[place - 1].value == "+"
    if (adds or left.value == "]") and place > 1:
        left = found[place - 2]
    if left.kind in VALUES:
        name = left.value.casefold().lstrip(".")
        value = None if adds else _value(found, place + 1)
        yield Setting(name, value, left.literal.start, left.kind is TokenKind.VARIABLE)


def _value(found: list[Token], start: int) -> Token | None:
    """The one text or variable up to the end of the statement; ``None`` where an expression or command stands."""
    end = start
    while end < len(found) and found[end].kind is not TokenKind.END and not _closes(found[end]):
        end += 1
    single = end == start + 1 and found[start].kind in {TokenKind.TEXT, TokenKind.VARIABLE}
    return found[start] if single else None


def _closes(token: Token) -> bool:
    return token.kind is TokenKind.MARK and token.value in {"}", ")"}
