"""Where the body of a formula names its own release: files, folders, the version that a test expects. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

from release.channels.homebrew import ruby
from release.channels.homebrew.formula import Formula
from release.channels.homebrew.move import Move
from release.channels.homebrew.urls import PLAIN_URL, Urls
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
INSTALLED = re.compile(r"""version\(["']([\w.-]+)["']\)\s*==\s*["']$""")
OWN_PREFIXES = frozenset({"", "app", "build", "cli", "git", "package", "pkg", "product", "project", "release"})
ASKED = re.compile(r"(?<![A-Za-z])version(?![A-Za-z(=.])|\s-[vV]\b")


@dataclass(frozen=True)
class Own:
    """What the release calls itself.

    Attributes:
        names: the product, its formula, its repository, the beginnings of its files' names; as ``_plain`` writes them.
    """

    names: frozenset[str]

    def owns(self, text: Node, before: str, after: str) -> bool:
        """Whether the version between ``before`` and ``after``, parts of the string ``text``, is the release's."""
        line = _line_before(text) + before
        if assigned := ASSIGNED.search(line):
            return (assigned[1] or "").lower() in OWN_PREFIXES | self.names
        if installed := INSTALLED.search(before):
            return _plain(installed[1]) in self.names
        words = re.sub(r"(?<![A-Za-z])(?:v|V|[vV]ersion|[rR]elease)[\s/:]*$", "", before)
        last = re.split(r"[\s/]+", words.rstrip("/ "))[-1]
        if last:
            return _plain(last) in self.names
        return _follows_name(text, before) or (_expected(text) and not after.strip().removesuffix("\\n"))


def own_names(formula: Formula, project: str) -> Own:
    """The names that may stand before the version in the formula's body."""
    names = [project, PurePosixPath(formula.path).stem.partition("@")[0]]
    for pair in formula.pairs:
        path = path_of(pair.download)
        names += path.split("/")[2:3]
        file = path.rpartition("/")[2]
        names += [file[: place[0]] for place in Move(pair.held, pair.held).places(file)[:1]]
    return Own(frozenset(filter(None, map(_plain, names))))


def mentions(formula: Formula, urls: Urls, move: Move) -> Iterator[tuple[tuple[int, int], str]]:
    """Byte range -> what stands there at the new version, for each mention that is surely the release's own."""
    own = own_names(formula, urls.change.project)
    for text in texts(formula.node, ELSEWHERE | PLACES):
        content = ruby.source_of(text)
        addresses = {found.span(): found[0].rstrip(".,;:") for found in PLAIN_URL.finditer(content)}
        for (start, _), url in addresses.items():
            if move.places(url) and (new := urls.found(url, move)) and urls.checksum(new):
                yield _bytes(text, content, start, start + len(url)), new
        for start, end, options in move.places(content):
            inside = any(first <= start < last for first, last in addresses)
            if not inside and own.owns(text, content[:start], content[end:]):
                yield _bytes(text, content, start, end), options[0]


def texts(node: Node, skipped: Iterable[str]) -> Iterator[Node]:
    """The plain parts of every string in ``node``, calls of the ``skipped`` names left out."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.type in TEXTS:
            yield inner
        elif inner.type != "call" or (ruby.call_name(inner) or "") not in skipped:
            waiting += reversed(inner.named_children)


def _bytes(text: Node, content: str, start: int, end: int) -> tuple[int, int]:
    first, length = len(content[:start].encode()), len(content[start:end].encode())
    return text.start_byte + first, text.start_byte + first + length


def _plain(name: str) -> str:
    return re.sub(r"[-_.@]+", "-", re.sub(r"[-_.@]v$", "", name.lower())).strip("-")


def _line_before(text: Node) -> str:
    """What stands on the line before a string, for ``name_version = "..."``."""
    statement = text.parent.parent if text.parent else None
    if statement is None or statement.type not in {"assignment", "pair"}:
        return ""
    source = ruby.source_of(statement)
    return source[: source.find(ruby.source_of(text))]


def _follows_name(text: Node, before: str) -> bool:
    """Whether ``#{name}`` and no more than a separator stand before."""
    previous = text.prev_named_sibling
    return bool(re.fullmatch(r"[-_/]v?", before)) and previous is not None and ruby.source_of(previous) == "#{name}"


def _expected(text: Node) -> bool:
    """Whether the string is what a test expects of a program that was asked for its version."""
    node: Node | None = text
    while node is not None and ruby.call_name(node) != "test":
        node = node.parent
    return node is not None and bool(ASKED.search(ruby.source_of(node)))
