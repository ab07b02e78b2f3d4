"""Where the body of a formula names its own release: files, folders, the version that a test expects. Pure."""

import re
import string
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

from release.channels.homebrew import ruby
from release.channels.homebrew.formula import Formula
from release.channels.homebrew.move import Move
from release.channels.homebrew.urls import LONGEST_URL, PLAIN_URL, Urls
from release.channels.homebrew.version import path_of

TEXTS = frozenset({"string_content", "heredoc_content"})
ELSEWHERE = frozenset({
    "bottle", "conflicts_with", "deprecate!", "desc", "disable!", "head", "homepage", "keg_only", "license",
    "link_overwrite", "livecheck", "patch",
})  # fmt: skip
"""Calls that do not say what users of this version download or run."""
PLACES = frozenset({"url", "sha256", "version", "mirror", "revision", "resource"})
ASSIGNED = re.compile(
    r"(?:-D|(?<![A-Za-z_]))(?:([A-Za-z]+)[-_]?)?(?:version|ver|tag)[\"'\])\s]*=\s*[\"']?v?$", re.IGNORECASE
)
OWN_PREFIXES = frozenset({"", "app", "build", "cli", "git", "package", "pkg", "product", "project", "release"})
ASKED = re.compile(r"(?<![A-Za-z])version(?![A-Za-z(=.])|\s-[vV]\b")
IN_NAMES = string.ascii_letters + string.digits + "-_.@+"
LOOK_BACK = 200  # characters before a version that may say whose it is


@dataclass(frozen=True)
class _Body:
    """What a formula calls its own release.

    Attributes:
        formula: as it was read.
        names: the product, its formula, its repository, the beginnings of its files' names; as ``_plain`` writes them.
        asked: first and last byte of each ``test do`` that asks the program for its version.
    """

    formula: Formula
    names: frozenset[str]
    asked: tuple[tuple[int, int], ...]

    def owns(self, text: Node, content: str, start: int, end: int) -> bool:
        """Whether ``content[start:end]``, a version in the string ``text``, is the release's own."""
        before = content[max(0, start - LOOK_BACK) : start]
        if assigned := ASSIGNED.search(self._assigned(text) + before):
            return (assigned[1] or "").lower() in OWN_PREFIXES | self.names
        word = re.sub(r"(?<![A-Za-z])[vV]$", "", before).rstrip("/")
        name = word[len(word.rstrip(IN_NAMES)) :]
        if name.strip("-_.@"):
            return _plain(name) in self.names
        if content[start:end].isdigit() or len(content) > LOOK_BACK:
            return False  # any number may look so, and no program answers at that length
        return _follows_name(text, before) or self._expected(text, content[:start], content[end:])

    def _assigned(self, text: Node) -> str:
        """What stands before a string that is given to a variable or to a key."""
        statement = text.parent.parent if text.parent else None
        if statement is None or statement.type not in {"assignment", "pair"}:
            return ""
        first = max(statement.start_byte, text.start_byte - LOOK_BACK)
        return self.formula.content[first : text.start_byte].decode("utf-8", "replace")

    def _expected(self, text: Node, before: str, after: str) -> bool:
        """Whether a string is wholly what a test expects of the program when that is asked for its version."""
        words = re.sub(r"(?:^|\s)(?:v|version v?)$", "", before, flags=re.IGNORECASE).strip()
        whole = not after.strip() and (not words or _plain(words) in self.names)
        return whole and any(first <= text.start_byte < last for first, last in self.asked)


def mentions(formula: Formula, urls: Urls, move: Move) -> Iterator[tuple[tuple[int, int], str]]:
    """Byte range -> what stands there at the new version, for each mention that is surely the release's own."""
    body = _body(formula, urls)
    for text in _texts(formula.node, ELSEWHERE | PLACES):
        content = ruby.source_of(text)
        if not move.pattern.search(content):
            continue
        for found in PLAIN_URL.finditer(content):
            url = found[0].rstrip(".,;:")
            if len(url) <= LONGEST_URL and move.places(url) and (new := urls.found(url, move)) and urls.checksum(new):
                yield _bytes(text, content, found.start(), found.start() + len(url)), new
        rest = PLAIN_URL.sub(lambda url: " " * len(url[0]), content)
        for start, end, options in move.places(rest):
            if body.owns(text, rest, start, end):
                yield _bytes(text, content, start, end), options[0]


def _body(formula: Formula, urls: Urls) -> _Body:
    names = [urls.change.project, PurePosixPath(formula.path).stem.partition("@")[0], urls.repository.split("/")[-1]]
    for pair in formula.pairs:
        file = path_of(pair.download).rpartition("/")[2]
        names += [file[: place[0]] for place in Move(pair.held, pair.held).places(file)[:1]]
    tests = [
        node for node in ruby.statements(formula.node.child_by_field_name("body")) if ruby.call_name(node) == "test"
    ]
    asked = tuple((node.start_byte, node.end_byte) for node in tests if ASKED.search(ruby.source_of(node)))
    return _Body(formula, frozenset(name for name in map(_plain, names) if len(name) > 1), asked)


def _texts(node: Node, skipped: Container[str]) -> Iterator[Node]:
    """The plain parts of every string in ``node``, calls of the ``skipped`` names left out."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.type in TEXTS:
            yield inner
        elif inner.type != "call" or (ruby.call_name(inner) or "") not in skipped:
            waiting += reversed(inner.named_children)


def _bytes(text: Node, content: str, start: int, end: int) -> tuple[int, int]:
    first = text.start_byte + len(content[:start].encode())
    return first, first + len(content[start:end].encode())


def _plain(name: str) -> str:
    """A name in lower case without separators and without the ``v`` of a version behind it."""
    return re.sub(r"[-_.@]+", "", re.sub(r"[-_.@]v$", "", name.lower()))


def _follows_name(text: Node, before: str) -> bool:
    """Whether ``#{name}`` and no more than a separator stand before."""
    previous = text.prev_named_sibling
    return bool(re.fullmatch(r"[-_/]v?", before)) and previous is not None and ruby.source_of(previous) == "#{name}"
