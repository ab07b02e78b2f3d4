"""The strings of a JSON text with their paths and places, so that they can be edited where they stand (RFC 8259)."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_json
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

from release.channels.text.literal import Literal
from release.errors import EditRefused

PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
CHARACTER = re.compile(rf"{PAIR}|\\u[0-9a-fA-F]{{4}}|\\.|.", re.DOTALL)
LONGEST = 200_000  # characters; the longest manifest of Scoop's own buckets has 120,000
DEEPEST = 32  # a manifest has six levels

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


def parse_object(path: str, text: str) -> list[Node]:
    """Every string of the object that a file holds, in the order of the file.

    Raises:
        EditRefused: it is no JSON, not an object, has the same key twice, or is longer or deeper than any manifest.
    """
    if len(text) > LONGEST:
        raise EditRefused(f"{path} has {len(text)} characters, more than any manifest", "Look at the file's history.")
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else f": {error}"
        raise EditRefused(f"{path} is not JSON{line}", "Correct the file in the target repository.") from None
    if not isinstance(found, dict):
        raise EditRefused(f"{path} holds no JSON object", "A manifest is an object with `version`, `url` and `hash`.")
    try:
        return list(_strings(text))
    except _TooDeepError:
        raise EditRefused(f"{path} is nested deeper than any manifest", "Look at the file's history.") from None


class _TooDeepError(Exception):
    """Arrays and objects inside of each other, without end."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_json(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


@cache
def _language() -> Language:
    return Language(tree_sitter_json.language())


def _strings(text: str) -> Iterator[Node]:
    """The strings of a JSON text without mistakes.

    The tree's places are bytes; one byte for each character makes them places in ``text``, and outside of strings JSON
    is ASCII.
    """
    root = Parser(_language()).parse(text.encode("ascii", "replace")).root_node
    waiting: list[tuple[Path, Syntax, bool]] = [((), root.named_children[0], False)]
    while waiting:
        path, syntax, is_key = waiting.pop()
        if syntax.type == "string":
            yield Node(path, _literal(text, syntax), is_key)
        elif len(path) > DEEPEST:
            raise _TooDeepError
        elif syntax.type == "object":
            for pair in reversed(syntax.named_children):
                key, value = pair.named_children
                inner = (*path, _literal(text, key).value)
                waiting += [(inner, value, False), (inner, key, True)]
        elif syntax.type == "array":
            items = [((*path, index), item, False) for index, item in enumerate(syntax.named_children)]
            waiting += reversed(items)


def _literal(text: str, string: Syntax) -> Literal:
    start, end = string.start_byte, string.end_byte
    at = [start + 1 + match.start() for match in CHARACTER.finditer(text[start + 1 : end - 1])]
    return Literal(json.loads(text[start:end]), (*at, end - 1))
