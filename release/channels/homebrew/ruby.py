"""Ruby source as a tree with byte ranges: what the formula editor needs of it, and nothing it would have to guess."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_ruby
from tree_sitter import Language, Node, Parser

from release.errors import EditRefused

BRANCHES = frozenset({"if", "unless", "elsif"})
OWN_BODIES = frozenset({"method", "singleton_method", "class", "module"})
RESERVED = frozenset({
    "__END__", "and", "begin", "case", "class", "def", "do", "else", "elsif", "end", "ensure", "for", "if", "in",
    "module", "or", "rescue", "then", "unless", "until", "when", "while",
})  # fmt: skip
VERSION = "#{version}"
NAMING = frozenset({"method", "singleton_method", "keyword_parameter", "alias", "undef"})


@dataclass(frozen=True)
class Text:
    """A string literal.

    Attributes:
        start: first byte between the quotes.
        end: the byte of the closing quote.
        parts: what it is made of; ``None`` stands for ``#{version}``.
        line: where it stands, counted from 1.
    """

    start: int
    end: int
    parts: tuple[str | None, ...]
    line: int

    @property
    def interpolated(self) -> bool:
        """Whether ``#{version}`` is a part of it."""
        return None in self.parts

    @property
    def source(self) -> str:
        """The string as the file has it, ``#{version}`` written out."""
        return self.value(VERSION)

    def value(self, version: str | None = None) -> str:
        """The string that Ruby would see where ``version`` is the formula's version."""
        return "".join((version or "") if part is None else part for part in self.parts)


@cache
def _language() -> Language:
    return Language(tree_sitter_ruby.language())


def parse_ruby(path: str, content: bytes) -> Node:
    """The root of the syntax tree.

    Raises:
        EditRefused: ``content`` is not whole and correct Ruby; the line of the first error is named.
    """
    root = Parser(_language()).parse(content).root_node
    wrong = next((node for node in _nodes(root) if _is_wrong(node)), None)
    if root.has_error or wrong is not None:
        raise EditRefused(
            f"{path}: line {line_of(wrong or root)} is not valid Ruby",
            f"Repair it (`ruby -c {path}` says what is wrong).",
        )
    return root


def _is_wrong(node: Node) -> bool:
    """A syntax error, also one that the grammar lets pass: a needless ``end`` as a name, an indented ``=begin``."""
    if node.type == "comment" and node.start_point[1]:
        return source_of(node).startswith("=begin")
    if node.type != "identifier" or source_of(node) not in RESERVED or node.parent is None:
        return node.is_error or node.is_missing
    return node.parent.type not in NAMING and node.parent.child_by_field_name("receiver") is None


def line_of(node: Node) -> int:
    """The line on which ``node`` begins, counted from 1."""
    return node.start_point[0] + 1


def source_of(node: Node) -> str:
    """The source text of ``node``."""
    return (node.text or b"").decode("utf-8", "replace")


def statements(body: Node | None) -> list[Node]:
    """The statements of a class body, a block body or a branch, without comments."""
    return [node for node in (body.named_children if body else []) if node.type != "comment"]


def call_name(node: Node) -> str | None:
    """The method that a call without a receiver names; ``None`` for everything else."""
    if node.type == "identifier":
        return source_of(node)
    method = node.child_by_field_name("method")
    if node.type != "call" or method is None or node.child_by_field_name("receiver") is not None:
        return None
    return source_of(method)


def block_body(call: Node) -> Node | None:
    """The body of the call's block, ``None`` where there is no block or nothing in it."""
    block = call.child_by_field_name("block")
    return block.child_by_field_name("body") if block else None


def arguments(call: Node) -> list[Node]:
    """The arguments of a call; keyword arguments are nodes of type ``pair``."""
    return statements(call.child_by_field_name("arguments"))


def keyword(call: Node, name: str) -> Node | None:
    """The value of the keyword argument ``name:``, ``None`` where it is not given."""
    for pair in arguments(call):
        key = pair.child_by_field_name("key") if pair.type == "pair" else None
        if key is not None and source_of(key).strip(":\"'") == name:
            return pair.child_by_field_name("value")
    return None


def literal(path: str, what: str, node: Node) -> Text:
    """A string literal that holds plain text and ``#{version}`` only.

    Raises:
        EditRefused: it is computed in any other way; ``what`` it is and its line are named.
    """
    parts = [_part(child) for child in node.named_children] if node.type == "string" else [False]
    if any(part is False for part in parts) or node.start_point[0] != node.end_point[0]:
        raise EditRefused(
            f"{path}: {what} in line {line_of(node)} is computed, not a plain string",
            "Write it as one string literal, at most with #{version} in it, or edit it by hand.",
        )
    texts = tuple(part if isinstance(part, str) else None for part in parts)
    return Text(node.children[0].end_byte, node.children[-1].start_byte, texts, line_of(node))


def _part(child: Node) -> str | bool | None:
    """Plain text, ``None`` for ``#{version}``, ``False`` for everything that would have to be run."""
    if child.type == "string_content":
        return source_of(child)
    inner = child.named_children
    version = child.type == "interpolation" and len(inner) == 1 and inner[0].type == "identifier"
    return None if version and source_of(inner[0]) == "version" else False


def opens_scope(name: str) -> bool:
    """Whether brew's block of this name holds stable places: ``stable do`` and ``on_macos do`` and its like."""
    return name == "stable" or name.startswith("on_")


def calls_within(node: Node) -> Iterator[tuple[str, Node]]:
    """Every call without receiver in ``node``; of such calls' blocks only the scopes are looked into, methods never."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        name = call_name(node) if node.type == "call" else None
        if name is not None:
            yield name, node
        if (name is None and node.type not in OWN_BODIES) or (name is not None and opens_scope(name)):
            waiting += reversed(node.named_children)


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)
