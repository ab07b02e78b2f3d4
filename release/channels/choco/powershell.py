"""The words and texts of a PowerShell script with their places: comments and here-strings are told apart.

Source: Microsoft's "about_Parsing", "about_Quoting_Rules" and "about_Comments". Only what install scripts need.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from release.channels.text.literal import Literal, line_of, plain_literal
from release.errors import EditRefused

SINGLE, DOUBLE = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
SPACE = re.compile(r"(?:[^\S\r\n]|`\r?\n)+")
COMMENT = re.compile(r"<#.*?#>|#[^\r\n]*", re.DOTALL)
HERE = re.compile(
    rf"@(?:[{SINGLE}][ \t]*(?=\r?\n).*?\n[{SINGLE}]@|[{DOUBLE}][ \t]*(?=\r?\n).*?\n[{DOUBLE}]@)", re.DOTALL
)
VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|((?:\w+:)?\w+))")
STOP = rf"\s{SINGLE}{DOUBLE}`$(){{}}\[\],;=|&<>"
WORD = re.compile(rf"(?![@#+])(?:[^{STOP}]|==)+")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class TokenKind(Enum):
    """What a token is to an install script."""

    TEXT = "a quoted text"
    HERE = "a here-string"
    VARIABLE = "a variable; the value is its name"
    WORD = "letters without quotes"
    MARK = "one other character"
    END = "the end of a line or statement"


@dataclass(frozen=True)
class Insert:
    """A variable inside a double-quoted text: the characters ``start`` to ``end`` of its value."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Token:
    """One token; ``computed``: it holds an expression ``$( )``."""

    kind: TokenKind
    literal: Literal
    inserts: tuple[Insert, ...] = ()
    computed: bool = False

    @property
    def value(self) -> str:
        """What it means; a variable in a text stands as it is written."""
        return self.literal.value


def tokens(path: str, text: str) -> list[Token]:
    """The tokens of a script without its comments.

    Raises:
        EditRefused: a quote or a comment is not closed; names the line. Or expressions nest without end.
    """
    try:
        return [token for token, _ in _scan(text, 0)]
    except EOFError as error:
        raise EditRefused(
            f"{path} line {line_of(text, error.args[0])}: what begins there is never closed",
            "Correct the script in the target repository.",
        ) from None
    except RecursionError:
        raise EditRefused(
            f"{path} nests expressions too deeply", "Correct the script in the target repository."
        ) from None


def _scan(text: str, position: int) -> Iterator[tuple[Token, int]]:
    while position < len(text):
        if skipped := SPACE.match(text, position) or COMMENT.match(text, position):
            position = skipped.end()
            continue
        token, position = _token(text, position)
        yield token, position


def _token(text: str, start: int) -> tuple[Token, int]:
    mark = text[start]
    if mark in SINGLE:
        return _single(text, start)
    if mark in DOUBLE:
        return _double(text, start)
    if text.startswith("<#", start) or re.compile(rf"@[{SINGLE}{DOUBLE}][ \t]*\r?\n").match(text, start):
        if here := HERE.match(text, start):
            return Token(TokenKind.HERE, plain_literal(text, start, here.end())), here.end()
        raise EOFError(start)
    if name := VARIABLE.match(text, start):
        literal = Literal(_name(name), (start, *[start] * (len(_name(name)) - 1), name.end()))
        return Token(TokenKind.VARIABLE, literal), name.end()
    if word := WORD.match(text, start):
        return Token(TokenKind.WORD, plain_literal(text, start, word.end())), word.end()
    kind = TokenKind.END if mark in "\r\n;" else TokenKind.MARK
    return Token(kind, plain_literal(text, start, start + 1)), start + 1


def _name(match: re.Match[str]) -> str:
    """A variable's name in lower case, without the scopes that a script's own variables may have."""
    return re.sub(r"^(?:script|global|local|private|variable):", "", (match[1] or match[2] or "?").casefold())


def _single(text: str, start: int) -> tuple[Token, int]:
    position, at, value = start + 1, list[int](), ""
    while position < len(text):
        if text[position] in SINGLE:
            if text[position + 1 : position + 2] not in tuple(SINGLE):
                return Token(TokenKind.TEXT, Literal(value, (*at, position))), position + 1
            at.append(position)
            value, position = value + text[position], position + 2
            continue
        at.append(position)
        value, position = value + text[position], position + 1
    raise EOFError(start)


def _double(text: str, start: int) -> tuple[Token, int]:
    position, at, value = start + 1, list[int](), ""
    inserts, computed = list[Insert](), False
    while position < len(text):
        mark, after = text[position], text[position + 1 : position + 2]
        end, meant = position + 1, mark
        if mark in DOUBLE and after not in tuple(DOUBLE):
            return Token(TokenKind.TEXT, Literal(value, (*at, position)), tuple(inserts), computed), end
        if mark in DOUBLE or mark == "`":
            end, meant = position + 2, ESCAPES.get(after, after) if mark == "`" else mark
        elif text.startswith("$(", position):
            end, computed = _group_end(text, position + 1), True
            meant = text[position:end]
        elif name := VARIABLE.match(text, position):
            end, meant = name.end(), name[0]
            inserts.append(Insert(len(value), len(value) + len(meant), _name(name)))
        at += range(position, position + len(meant)) if len(meant) > 1 else [position] * len(meant)
        value, position = value + meant, end
    raise EOFError(start)


def _group_end(text: str, start: int) -> int:
    """The position after the parenthesis that closes the one at ``start``."""
    depth = 0
    for token, end in _scan(text, start):
        if token.kind is TokenKind.MARK:
            depth += {"(": 1, ")": -1}.get(token.value, 0)
        if depth == 0:
            return end
    raise EOFError(start)
