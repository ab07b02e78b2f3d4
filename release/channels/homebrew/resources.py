"""The ``resource`` blocks of a formula: what it downloads beside its own files. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from release.channels.homebrew import ruby
from release.channels.homebrew.formula import Formula, Pair, formula_class, read_pair
from release.channels.homebrew.scopes import Scope, fill
from release.channels.homebrew.urls import repository_of
from release.channels.homebrew.version import same
from release.errors import EditRefused

UNSTABLE = frozenset({"head", "test", "livecheck", "bottle"})


@dataclass(frozen=True)
class Resource:
    """A ``resource NAME do``.

    Attributes:
        name: as the formula calls it.
        url: as brew fetches it; ``None`` where that cannot be told without running it.
        version: its own, or the one that its URL shows; ``None`` where there is none.
        line: where the block begins, counted from 1.
        node: the call.
        pairs: its downloads with their places in the file, where all of it can be told; one for each system.
    """

    name: str
    url: str | None
    version: str | None
    line: int
    node: Node
    pairs: tuple[Pair, ...] = ()


def read_resources(path: str, content: bytes) -> tuple[Resource, ...]:
    """The stable resources of the formula in ``content``, in the order of the file.

    Raises:
        EditRefused: not valid Ruby, or no formula.
    """
    return tuple(resources_in(path, formula_class(path, ruby.parse_ruby(path, content))))


def resources_in(path: str, node: Node) -> Iterator[Resource]:
    """The resources inside of ``node``, a formula's class."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        name = ruby.call_name(inner) if inner.type == "call" else None
        if name == "resource" and inner.child_by_field_name("block") is not None:
            yield _resource(path, inner)
        elif name not in UNSTABLE:
            waiting += reversed(inner.named_children)


def own_downloads(formula: Formula) -> Iterator[Pair]:
    """What resources download of the formula's own release: of its version, and of its repository or folder."""
    homes = {_home(pair) for pair in formula.pairs}
    held = [pair.held for pair in formula.pairs]
    for resource in resources_in(formula.path, formula.node):
        for pair in resource.pairs:
            if _home(pair) in homes and any(same(pair.held, version) for version in held):
                yield pair


def _home(pair: Pair) -> str:
    """What the files of one release share: a repository at a forge, elsewhere the folder without the version."""
    host = pair.download.split("/")[2].lower() if pair.download.count("/") > 1 else ""
    if any(forge in host for forge in ("github.", "gitlab.", "codeberg.", "127.0.0.1", "localhost")):
        return host + repository_of(pair.download)
    return pair.download.rpartition("/")[0].replace(pair.held, "")


def _resource(path: str, call: Node) -> Resource:
    given = ruby.arguments(call)
    name = ruby.source_of(given[0]).strip("\"':") if given else ""
    line, top = ruby.line_of(call), Scope(system=True)
    try:
        scopes = [top, *fill(path, ruby.statements(ruby.block_body(call)), top)]
        pairs = tuple(read_pair(path, scope) for scope in scopes if "url" in scope.calls or "sha256" in scope.calls)
    except EditRefused:
        pairs = ()
    if not pairs:
        return Resource(name, _plain_url(path, top), None, line, call)
    return Resource(name, pairs[0].download, pairs[0].held, line, call, pairs)


def _plain_url(path: str, scope: Scope) -> str | None:
    """The URL of a resource of which no version is known."""
    given = [node for call in scope.calls.get("url", []) for node in ruby.arguments(call)][:1]
    try:
        text = next((ruby.literal(path, "`url`", node) for node in given), None)
    except EditRefused:
        return None
    return None if text is None or text.interpolated else text.value()
