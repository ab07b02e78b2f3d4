"""The strings of a JSON text with their paths and places, so that they can be edited where they stand (RFC 8259)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from release.channels.text.literal import Literal
from release.errors import EditRefused

PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
CHARACTER = re.compile(rf"{PAIR}|\\u[0-9a-fA-F]{{4}}|\\.|.", re.DOTALL)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """A string of a JSON text: a value, or a key (whose path ends in itself)."""

    path: Path
    literal: Literal
    is_key: bool

    @property
    def value(self) -> str:
        """What the string means, escapes resolved."""
        return self.literal.value

    @property
    def where(self) -> str:
        """Its path as people write it: ``architecture.64bit.url[0]``."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".")


def parse_object(path: str, text: str) -> dict[str, object]:
    """The object that a file holds.

    Raises:
        EditRefused: it is no JSON, not an object, or has the same key twice.
    """
    try:
        found = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else f": {error}"
        raise EditRefused(f"{path} is not JSON{line}", "Correct the file in the target repository.") from None
    if not isinstance(found, dict):
        raise EditRefused(f"{path} holds no JSON object", "A manifest is an object with `version`, `url` and `hash`.")
    return found


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def strings(text: str) -> Iterator[Node]:
    """Every string of ``text``, which ``parse_object`` took, in the order of the file."""
    path: list[str | int] = []
    position, expects_key = 0, False
    while position < len(text):
        mark = text[position]
        if mark == '"':
            value, end = json.JSONDecoder().raw_decode(text, position)
            if expects_key:
                path[-1] = value
            yield Node(tuple(path), _literal(value, text, position + 1, end - 1), expects_key)
            position = end
            continue
        expects_key = _step(path, mark, expects_key)
        position += 1


def _step(path: list[str | int], mark: str, expects_key: bool) -> bool:  # noqa: FBT001 - the scanner's state
    """Follow one structural character; whether the next string is a key."""
    if mark in "{[":
        path.append("" if mark == "{" else 0)
    elif mark in "}]":
        path.pop()
    elif mark == "," and isinstance(last := path[-1], int):
        path[-1] = last + 1
    if mark in "{,":
        return isinstance(path[-1], str)
    return False if mark in "}[]:" else expects_key


def _literal(value: str, text: str, start: int, end: int) -> Literal:
    at = [start + match.start() for match in CHARACTER.finditer(text[start:end])]
    return Literal(value, (*at, end))
