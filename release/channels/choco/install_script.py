"""What a Chocolatey install script sets: URLs, their checksums and the checksums' kinds, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from release.channels.text.literal import line_of, plain_literal
from release.channels.text.powershell import FILLS, NAME, OPENS, Lexed, Text, lex, plain_name

QUOTED = f"{OPENS}{FILLS}*+"
ONE = rf"(?:{QUOTED}|\$?\([ \t]*+\${NAME}[ \t]*+\)|\${NAME})"  # a text or a variable, maybe in brackets
BARE = rf"[^\s{OPENS}{FILLS}$(){{}}@,;|&<>'\"-][^\s{OPENS}{FILLS}$(){{}}@,;|&<>'\"]*+"
SET = re.compile(
    rf"(?:(?P<name>(?<![\w:.$}}-])(?:\$?[\w:.]++|\$\{{[^}}]{{0,100}}\}})|\[[ \t]*+{QUOTED}[ \t]*+\]|{QUOTED})[ \t]*+"
    rf"(?P<adds>[-+*/%]?)=(?![=~]))[ \t]*+(?P<value>(?:\[[\w.]+\][ \t]*+)?{ONE}"
    rf"(?=[ \t]*+(?:[;\r\n)}}]|\Z)))?"
)
PARAMETER = re.compile(rf"(?<=[\s({{;])-(?P<name>[A-Za-z]\w*+):?[ \t]*+(?P<value>{ONE}(?![\w.\[(])|(?<=[\s:]){BARE})")
REFERENCE = re.compile(rf"(?:\[[\w.]+\][ \t]*+)?\$?\(?[ \t]*+\${NAME}[ \t]*+\)?")
KEY = re.compile(r"url|checksum|sha256|sha|hash|type|bit|32|x(?=64)|[-_.:]")
SUM = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")
PACKAGE_VERSIONS = {"env:chocolateypackageversion", "env:packageversion"}
UNNAMED = "?"  # the key of a URL in no setting
DEPTH = 8  # variables that stand for variables
LONGEST = 4096  # characters of a value that are of interest


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
        name: in lower case, without ``$``, ``-`` and what stands before the last ``.``.
        text: the value; ``None`` where it is a variable or computed.
        refers: the variable that is the whole value, ``None`` where it is none.
        position: where the name stands.
        variable: whether it is a variable's.
    """

    name: str
    text: Text | None
    refers: str | None
    position: int
    variable: bool = False

    @cached_property
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
        return key_of(self.name)


def key_of(name: str) -> str:
    """See ``Setting.key``."""
    return KEY.sub("", name) if name else UNNAMED


@dataclass(frozen=True)
class Script:
    """An install script, or one that it loads.

    Attributes:
        path: its place in the target repository.
        text: decoded, line ends as they are.
        lexed: its texts and code.
        package_version: what ``$env:ChocolateyPackageVersion`` stands for.
    """

    path: str
    text: str
    lexed: Lexed
    package_version: str

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """In the order of the file."""
        found = [*self._assigned(), *self._parameters()]
        return tuple(sorted(found, key=lambda s: s.position))

    @cached_property
    def variables(self) -> dict[str, list[Setting]]:
        """The settings of each variable."""
        found: dict[str, list[Setting]] = {}
        for setting in self.settings:
            if setting.variable:
                found.setdefault(setting.name, []).append(setting)
        return found

    @cached_property
    def sums(self) -> list[Setting]:
        """The settings that are a checksum as a plain text."""
        return [s for s in self.settings if s.role is Role.SUM and s.text and SUM.fullmatch(s.text.value)]

    @cached_property
    def urls(self) -> list[Setting]:
        """The settings that are a URL as a plain text."""
        return [s for s in self.settings if s.role is Role.URL and s.text and s.text.value.startswith("http")]

    def _assigned(self) -> Iterator[Setting]:
        for match in SET.finditer(self.lexed.code):
            name = match["name"]
            if OPENS in name:
                quoted = self.lexed.texts[match.start("name") + name.index(OPENS)]
                name = quoted.value
            variable = name.startswith("$") and "." not in name
            name = plain_name(name.strip("${}")).rpartition(".")[2]
            yield self._setting(match, name, variable=variable, computed=bool(match["adds"]))

    def _parameters(self) -> Iterator[Setting]:
        for match in PARAMETER.finditer(self.lexed.code):
            yield self._setting(match, match["name"].casefold(), variable=False)

    def _setting(self, match: re.Match[str], name: str, *, variable: bool, computed: bool = False) -> Setting:
        value, start = match["value"] or "", match.start("value")
        text, reference = None, REFERENCE.fullmatch(value)
        if OPENS in value:
            text = self.lexed.texts[start + value.index(OPENS)]
        elif value and not reference:
            text = Text(plain_literal(self.text, start, match.end("value")))
        refers = plain_name(reference[1] or reference[2]) if reference else None
        if text and len(text.inserts) == 1 and text.inserts[0].end - text.inserts[0].start == len(text.value):
            refers, text = text.inserts[0].name, None
        return Setting(name, None if computed else text, None if computed else refers, match.start("name"), variable)

    def expanded(self, text: Text | None, depth: int = DEPTH) -> str | None:
        """The value with its variables filled in; ``None`` where that would need PowerShell."""
        if text is None or text.computed:
            return None
        filled, position, length = list[str](), 0, len(text.value)
        for insert in text.inserts:
            value = self.variable(insert.name, depth)
            length += len(value or "")
            if value is None or length > LONGEST:
                return None
            filled += [text.value[position : insert.start], value]
            position = insert.end
        return "".join([*filled, text.value[position:]])

    def variable(self, name: str, depth: int = DEPTH) -> str | None:
        """What a variable stands for that is set once."""
        if name in PACKAGE_VERSIONS:
            return self.package_version
        if name not in self._known and depth > 0:
            self._known[name] = None  # a variable that is made of itself stands for nothing
            found = self.variables.get(name, [])
            if len(found) == 1:
                refers, text = found[0].refers, found[0].text
                self._known[name] = self.variable(refers, depth - 1) if refers else self.expanded(text, depth - 1)
        return self._known.get(name)

    @cached_property
    def _known(self) -> dict[str, str | None]:
        return {}

    def behind(self, texts: list[Text]) -> set[str]:
        """The variables that ``texts`` are made of, and those that these are made of."""
        names, new = set[str](), {insert.name for text in texts for insert in text.inserts}
        while new - names:
            names |= new
            found = [s for name in new for s in self.variables.get(name, [])]
            new = {s.refers for s in found if s.refers} | {i.name for s in found if s.text for i in s.text.inserts}
        return names

    @cached_property
    def used(self) -> str:
        """The script with blanks for its comments, all else in its place."""
        return re.sub(QUOTED, lambda match: self.text[match.start() : match.end()], self.lexed.code)

    def where(self, position: int) -> str:
        """``path line N``, for messages."""
        return f"{self.path} line {line_of(self.text, position)}"


def parse_script(path: str, text: str, package_version: str) -> Script:
    """A script's texts and settings.

    Raises:
        EditRefused: a quote or comment is not closed.
    """
    return Script(path, text, lex(path, text), package_version)
