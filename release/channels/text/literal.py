"""Texts inside a file and their places, so that an edit changes these characters and no other byte."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from release.errors import EditRefused

LONG = 500  # characters that are still compared one by one
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class Edit:
    """``text[start:end]`` becomes ``new``; positions in characters of the decoded file."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Literal:
    """A text of a file and where it stands there.

    Attributes:
        value: what the text means, escapes resolved.
        at: for each character of ``value`` the position in the file of what stands for it, then the end's.
    """

    value: str
    at: tuple[int, ...]

    @property
    def start(self) -> int:
        """Where the text begins in the file."""
        return self.at[0]

    def becomes(self, new: str) -> list[Edit]:
        """The edits that make ``value`` into ``new``; what is equal keeps its way of being written.

        ``new`` adds no character that a quoted text would have to escape: ``urls.check_change`` saw to it.
        """
        edits: list[Edit] = []
        position = 0
        for old, text in _pieces(self.value, new):
            at = self.at[position : position + len(old) + 1]
            edits += [Edit(at[a], at[b], text[c:d]) for a, b, c, d in _differences(old, text)]
            position += len(old)
        return edits


def _differences(old: str, new: str) -> list[tuple[int, int, int, int]]:
    """Where ``old[a:b]`` gives way to ``new[c:d]``."""
    if old == new:
        return []
    if max(len(old), len(new)) <= LONG:
        steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [(a, b, c, d) for tag, a, b, c, d in steps if tag != "equal"]
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    return [(start, len(old) - end, start, len(new) - end)]


def _alike(first: str, second: str) -> int:
    """How many characters at the beginning of both texts are the same."""
    both = zip(first, second, strict=False)
    return next((at for at, (one, other) in enumerate(both) if one != other), min(len(first), len(second)))


def _pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts cut at their blanks, so that comparing long ones stays cheap; whole where that cuts them unlike."""
    both = [re.split(r"(\s+)", text) for text in (old, new)]
    return list(zip(*both, strict=True)) if len(both[0]) == len(both[1]) else [(old, new)]


def plain_literal(text: str, start: int, end: int) -> Literal:
    """The characters ``start`` to ``end`` of ``text``, standing for themselves."""
    return Literal(text[start:end], tuple(range(start, end + 1)))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with all edits made.

    Raises:
        EditRefused: two of them want the same characters.
    """
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < position:
            raise EditRefused(
                f"Two changes meet in line {line_of(text, edit.start)}", "Write the version and the URL once there."
            )
        pieces += [text[position : edit.start], edit.new]
        position = edit.end
    return "".join([*pieces, text[position:]])


def line_of(text: str, position: int) -> int:
    """The number of the line, from 1, in which ``position`` is."""
    return text.count("\n", 0, position) + 1


@dataclass(frozen=True)
class Decoded:
    """A file's text, with what is needed to get its bytes back: byte order mark and encoding."""

    text: str
    mark: bytes
    encoding: str

    def encoded(self, text: str) -> bytes:
        """The bytes of ``text`` in this file's manner."""
        return self.mark + text.encode(self.encoding)


def decode_file(path: str, content: bytes, fallback: str | None = None) -> Decoded:
    """The text of a file: UTF-8 with or without byte order mark, UTF-16 with one, else ``fallback``.

    Raises:
        EditRefused: it is none of these.
    """
    mark = next((m for m in (codecs.BOM_UTF8, *UTF16) if content.startswith(m)), b"")
    for encoding in filter(None, (UTF16.get(mark, "utf-8"), fallback)):
        try:
            found = Decoded(content[len(mark) :].decode(encoding), mark, encoding)
        except UnicodeDecodeError:
            continue
        if found.encoded(found.text) == content:
            return found
    raise EditRefused(f"{path} is not text in UTF-8", "Save it as UTF-8 in the target repository.")
