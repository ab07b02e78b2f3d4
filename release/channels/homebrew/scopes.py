"""The places of a Homebrew formula: which calls stand in its class body, ``stable do`` and per-system blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from release.channels.homebrew import ruby
from release.errors import EditRefused

PLACES = frozenset({"url", "sha256", "version", "mirror", "revision", "bottle", "keg_only"})
SYSTEM_CONSTANTS = frozenset({"OS", "Hardware", "CPU", "MacOS"})


@dataclass
class Scope:
    """The class body, ``stable do``, or what holds for some systems only.

    Attributes:
        parent: the scope around it, ``None`` for the class body.
        system: whether it holds for some systems only.
        calls: name -> the calls of ``PLACES`` that stand directly in it.
    """

    parent: "Scope | None" = None
    system: bool = False
    calls: dict[str, list[Node]] = field(default_factory=dict)


def fill(path: str, nodes: list[Node], scope: Scope) -> Iterator[Scope]:
    """Fills ``scope`` from ``nodes`` and gives the scopes inside of it."""
    for node in nodes:
        name = ruby.call_name(node)
        inner = list(_inner(path, node, name))
        if node.type == "call" and name in PLACES:
            scope.calls.setdefault(name, []).append(node)
        elif not inner and name is None:
            _refuse_hidden(path, node)
        for body in inner:
            child = Scope(scope, system=scope.system or name != "stable")
            yield child
            yield from fill(path, body, child)


def _inner(path: str, node: Node, name: str | None) -> Iterator[list[Node]]:
    """The statements of the blocks and branches of ``node`` that can hold stable pairs."""
    if name is not None and ruby.opens_scope(name):
        if node.child_by_field_name("block") is not None:
            yield ruby.statements(ruby.block_body(node))
    elif node.type in ruby.BRANCHES:
        yield from _branches(path, node)


def _branches(path: str, node: Node) -> Iterator[list[Node]]:
    condition, alternative = node.child_by_field_name("condition"), node.child_by_field_name("alternative")
    if condition is None or not _about_system(condition):
        _refuse_hidden(path, node)
        return
    yield ruby.statements(node.child_by_field_name("consequence"))
    if alternative is not None and alternative.type == "elsif":
        yield from _branches(path, alternative)
    elif alternative is not None:
        yield ruby.statements(alternative)


def _about_system(condition: Node) -> bool:
    """Whether only the constants of brew that tell the system are asked."""
    leaves, names = [condition], set()
    while leaves:
        node = leaves.pop()
        method = node.child_by_field_name("method") if node.type == "call" else None
        leaves += [child for child in node.named_children if child != method]
        if node.type in {"constant", "identifier"} or (node.type == "call" and ruby.call_name(node)):
            names.add(ruby.source_of(node))
    return bool(names) and names <= SYSTEM_CONSTANTS


def _refuse_hidden(path: str, node: Node) -> None:
    """A place that must change, but is reached in a way that only Ruby itself could follow."""
    for name, call in ruby.calls_within(node):
        if name in PLACES - {"keg_only"} and call.child_by_field_name("arguments") is not None:
            fix = "Write it in the class body, `stable do` or an on_* block, or edit it by hand."
            raise refused(path, call, f"has a `{name}` under a condition or in a loop", fix)


def refused(path: str, node: Node | None, what: str, fix: str) -> EditRefused:
    """The refusal that names the line of ``node``."""
    return EditRefused(f"{path}: line {ruby.line_of(node) if node else 1} {what}", fix)
