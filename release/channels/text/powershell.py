"""The texts of a PowerShell script with their places, and its code with comments and texts blanked out.

Source: Microsoft's "about_Parsing", "about_Quoting_Rules" and "about_Comments". Only what install scripts need, in one
pass. Not tree-sitter's grammar: as of 0.26.4 it reports errors in valid scripts, such as ``-Url64bit:'text'``.
"""

import re
from dataclasses import dataclass

from release.channels.text.literal import Literal, line_of, plain_literal
from release.errors import EditRefused

LARGEST = 1 << 16  # characters; the longest of 900 real scripts has 12,000
SINGLE, DOUBLE = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
OPENS, FILLS = MARKS = "\x01", "\x02"  # what stands for a text in the blanked code
NAME = r"(?:\{([^}]{0,100})\}|((?:\w+:)?\w+))"
VARIABLE = re.compile(rf"\$(?:{NAME}|\(\s*+\${NAME}\s*+\))")
# No possessive group anywhere: before Python 3.11.5 the engine gets those wrong (gh-106052).
LEXEME = re.compile(
    rf"""(?P<comment><\#(?s:.*?)\#>|\#[^\r\n]*+)
    |(?P<here>@(?:[{SINGLE}][ \t]*+\r?\n(?s:.*?)(?<=\n)[{SINGLE}]@|[{DOUBLE}][ \t]*+\r?\n(?s:.*?)(?<=\n)[{DOUBLE}]@))
    |(?P<open><\#|@[{SINGLE}{DOUBLE}][ \t]*+\r?\n)
    |(?P<single>[{SINGLE}][^{SINGLE}]*+(?:[{SINGLE}]{{2}}[^{SINGLE}]*+)*[{SINGLE}](?![{SINGLE}]))
    |(?P<quote>[{SINGLE}{DOUBLE}])
    |(?P<code>\s++|\$\{{[^}}]{{0,100}}\}}|(?:[^\s{SINGLE}{DOUBLE}`$(){{}}\[\],;=|&<>@\#]|`(?s:.))(?:[^\s{SINGLE}{DOUBLE}`$(){{}}\[\],;=|&<>]|`(?s:.))*|(?s:.))""",
    re.VERBOSE,
)
BODY = re.compile(rf"(?:[^{DOUBLE}`$]++|`(?s:.)|[{DOUBLE}]{{2}}|\$(?!\())*")
CHUNK = re.compile(rf"[^{DOUBLE}`$]++|`(?s:.)|[{DOUBLE}]{{2}}|\$")
RAW = re.compile(rf"[^{SINGLE}]++|[{SINGLE}]{{2}}")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True)
class Insert:
    """A variable inside a double-quoted text: the characters ``start`` to ``end`` of its value."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Text:
    """A quoted text, a here-string, or a word of code.

    Attributes:
        literal: what it says and where; a variable or expression stands as it is written.
        inserts: the variables in it.
        computed: it holds an expression ``$( )``.
    """

    literal: Literal
    inserts: tuple[Insert, ...] = ()
    computed: bool = False

    @property
    def value(self) -> str:
        """What it says."""
        return self.literal.value


@dataclass(frozen=True)
class Lexed:
    """A script as texts by their start, and its code, in which comments are blanks and texts are ``OPENS FILLS...``."""

    texts: dict[int, Text]
    code: str

    def uncommented(self, text: str) -> str:
        """The script ``text`` itself, as long as it is, with blanks for comments and for ends of lines that go on."""
        return "".join(own if seen in MARKS else seen for own, seen in zip(text, self.code, strict=True))


def lex(path: str, text: str) -> Lexed:
    """The texts and the code of a script.

    Raises:
        EditRefused: a quote or a comment is not closed; names the line. Or the script is larger than any real one.
    """
    check_size(path, text)
    try:
        return _lexed(text)
    except EOFError as error:
        raise EditRefused(
            f"{path} line {line_of(text, error.args[0])}: what begins there is never closed",
            "Correct the script in the target repository.",
        ) from None


def check_size(path: str, text: str) -> None:
    """See to it that reading a script or text stays cheap.

    Raises:
        EditRefused: it is larger than any real one.
    """
    if len(text) > LARGEST:
        raise EditRefused(f"{path} has more than {LARGEST} characters", "Move what is large into a file of its own.")


def _lexed(text: str) -> Lexed:
    texts, code, position = dict[int, Text](), list[str](), 0
    while position < len(text):
        kind, end = _lexeme(text, position)
        groups = list[tuple[int, int]]()
        if kind == "double":
            end, groups = _expandable(text, position)
        if kind == "code":
            code.append(re.sub(f"[{OPENS}{FILLS}]", " ", text[position:end]))
        elif kind == "comment":
            code.append(re.sub(r"[^\r\n]", " ", text[position:end]))
        else:
            texts[position] = _read(text, kind, (position, end), groups)
            code.append(OPENS + FILLS * (end - position - 1))
        position = end
    return Lexed(texts, re.sub(r"`\r?\n", lambda found: " " * len(found[0]), "".join(code)))


def _lexeme(text: str, start: int) -> tuple[str, int]:
    """What begins at ``start``, and where it ends; of a double-quoted text the quote only."""
    found = LEXEME.match(text, start)
    kind = (found and found.lastgroup) or "code"
    if kind == "open" or (kind == "quote" and text[start] in SINGLE):
        raise EOFError(start)
    return ("double" if kind == "quote" else kind), found.end() if found else start + 1


def _expandable(text: str, start: int) -> tuple[int, list[tuple[int, int]]]:
    """Where the double-quoted text ends, and its expressions ``$( )``; they nest without recursion."""
    position, quoted, depths, groups = start + 1, True, list[int](), list[tuple[int, int]]()
    while position < len(text):
        kind, end = "text", position
        if quoted:
            position = BODY.match(text, position).end()  # type: ignore[union-attr] # it matches nothing too
            end, quoted = position + 1, False
            if text.startswith("$(", position):
                groups += [] if depths else [(position, position)]
                depths.append(0)
            elif not depths and position < len(text):
                return end, groups
        else:
            kind, end = _lexeme(text, position)
            quoted = kind == "double"
        if kind == "code" and text[position] in "()":
            depths[-1] += 1 if text[position] == "(" else -1
            if depths[-1] == 0:
                depths.pop()
                quoted = True
                groups[-1] = (groups[-1][0], groups[-1][1] if depths else end)
        position = end
    raise EOFError(start)


def _read(text: str, kind: str, span: tuple[int, int], groups: list[tuple[int, int]]) -> Text:
    """A text's value; in a double-quoted one variables and expressions stand as they are written."""
    if kind == "here":
        return Text(plain_literal(text, *span), computed=True)
    expressions, expands = dict(groups), kind == "double"
    value, at, inserts, computed = list[str](), list[int](), list[Insert](), False
    position, end = span[0] + 1, span[1] - 1
    while position < end:
        name = VARIABLE.match(text, position) if expands else None
        stop = expressions.get(position, name.end() if name else position)
        if stop > position:
            meant, plain = text[position:stop], name is not None and name.end() == stop
            computed = computed or not plain
            inserts += [Insert(len(at), len(at) + len(meant), _name(name))] if name and plain else []
        else:
            stop = (CHUNK if expands else RAW).match(text, position).end()  # type: ignore[union-attr] # one always fits
            meant = _meant(text[position:stop], expands=expands)
        at += range(position, stop) if len(meant) == stop - position else [position] * len(meant)
        value.append(meant)
        position = stop
    return Text(Literal("".join(value), (*at, end)), tuple(inserts), computed)


def _meant(written: str, *, expands: bool) -> str:
    """What stands between two expressions: a doubled quote, an escape, or itself."""
    if written[0] in (DOUBLE if expands else SINGLE):
        return written[0]
    if expands and written[0] == "`":
        return ESCAPES.get(written[1], written[1])
    return written


def _name(match: re.Match[str]) -> str:
    return plain_name(next(filter(None, match.groups()), "?"))


def plain_name(name: str) -> str:
    """A variable's name in lower case, without the scopes that a script's own variables may have."""
    return re.sub(r"^(?:script|global|local|private|variable):", "", name.casefold())
