"""A formula's bytes with some strings replaced, lines added and calls taken out; all else as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from release.channels.homebrew.formula import Formula
from release.channels.homebrew.ruby import Text, line_of
from release.errors import EditRefused

Strings = Mapping[tuple[int, int], str]
"""First and last byte (exclusive) -> what stands there afterwards, on one line."""


@dataclass
class Edit:
    """``strings``: byte range -> text; ``added``: a call and the statement that follows it."""

    strings: dict[tuple[int, int], str] = field(default_factory=dict)
    added: list[tuple[Node, str]] = field(default_factory=list)

    def put(self, place: Text, text: str) -> None:
        """Writes ``text`` between the quotes of ``place``, except where it stands there already."""
        if place.source != text:
            self.strings[place.start, place.end] = text


def rewrite(formula: Formula, strings: Strings, added: Iterable[tuple[Node, str]], removed: Iterable[Node]) -> bytes:
    """The formula's new content.

    Args:
        formula: as it was read.
        strings: the replacements.
        added: a call and the statement that follows it, with the call's indent and line end.
        removed: calls whose lines go, with one of two blank lines that would meet.

    Raises:
        EditRefused: a call that has to go, or has to be followed by a line, shares its line with other code.
    """
    gone = {row: opener for node in removed for row, opener in _rows(formula, node)}
    content = formula.content
    for (start, end), text in sorted(strings.items(), reverse=True):
        content = content[:start] + text.encode() + content[end:]
    lines = _lines(content)
    for node, text in added:
        check_alone(formula, node)
        lines[node.end_point[0]] += _like(lines[node.start_point[0]], text)
    return b"".join(_without(lines, gone))


def check_alone(formula: Formula, node: Node) -> None:
    """Refuses a call that shares its lines with other code.

    Raises:
        EditRefused: with the line.
    """
    lines = _lines(formula.content)
    before = lines[node.start_point[0]][: node.start_point[1]]
    after = lines[node.end_point[0]][node.end_point[1] :].strip()
    if before.removeprefix(b"\xef\xbb\xbf").strip() or (after and not after.startswith(b"#")):
        raise EditRefused(
            f"{formula.path}: line {line_of(node)} holds more than one statement",
            "Write each on a line of its own.",
        )


def _rows(formula: Formula, node: Node) -> list[tuple[int, int]]:
    """The rows of a call, each with the row in which the block around it opens."""
    check_alone(formula, node)
    around = node.parent.parent if node.parent else None
    opener = around.start_point[0] if around else -1
    return [(row, opener) for row in range(node.start_point[0], node.end_point[0] + 1)]


def _lines(content: bytes) -> list[bytes]:
    """Lines as the parser counts them: LF ends one, a lone CR does not."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _like(line: bytes, text: str) -> bytes:
    indent = line[: len(line) - len(line.lstrip())]
    end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    return indent + text.encode() + end if line.endswith(b"\n") else end + indent + text.encode()


def _without(lines: list[bytes], gone: Mapping[int, int]) -> list[bytes]:
    """``lines`` without the rows of ``gone``, without the blank line that nothing separates any more."""
    kept: list[bytes] = []
    last, opener = -1, None  # the row that was kept last; the opener of the rows that were just taken out
    for row, line in enumerate(lines):
        if row in gone:
            opener = gone[row]
            continue
        bare = not kept or not kept[-1].strip() or last == opener
        if opener is not None and not line.strip() and bare:
            continue
        if opener is not None and kept and not kept[-1].strip() and line.strip() in {b"end", b"}"}:
            kept.pop()
        kept.append(line)
        last, opener = row, None
    return kept
