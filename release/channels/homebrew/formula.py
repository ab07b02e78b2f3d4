"""A Homebrew formula as its stable pairs of URL and checksum, each with the place where it stands."""

from dataclasses import dataclass

from tree_sitter import Node

from release.channels.homebrew import ruby
from release.channels.homebrew import version as formula_version
from release.channels.homebrew.ruby import Text
from release.channels.homebrew.scopes import Scope, fill, refused
from release.errors import EditRefused

LARGEST = 150_000  # bytes; the tree of a larger one would take seconds and hundreds of megabytes


@dataclass(frozen=True)
class Pair:
    """One download: what ``url`` names and what proves it.

    Attributes:
        call: the ``url`` call.
        url: its first argument.
        system: whether it is for some systems only.
        sha256: the checksum, ``None`` for a git checkout.
        tag, commit: of a git checkout, written ``tag:`` and ``revision:``.
        version: the ``version`` that holds here, ``None`` where the URL shows it.
        held: the version as the formula has it now.
    """

    call: Node
    url: Text
    system: bool
    sha256: Text | None
    tag: Text | None
    commit: Text | None
    version: Text | None
    held: str

    @property
    def line(self) -> int:
        """The line of ``url``."""
        return ruby.line_of(self.call)

    @property
    def download(self) -> str:
        """The URL as brew sees it."""
        return self.url.value(self.held)

    @property
    def digits(self) -> str | None:
        """The checksum in lower case."""
        return self.sha256.value().lower() if self.sha256 else None


@dataclass(frozen=True)
class Formula:
    """A formula that was read.

    Attributes:
        path: inside the tap.
        content: byte for byte.
        node: the class.
        scopes: the class body first.
        pairs: in the order of the file, at least one.
    """

    path: str
    content: bytes
    node: Node
    scopes: tuple[Scope, ...]
    pairs: tuple[Pair, ...]

    def calls(self, *names: str) -> list[Node]:
        """All stable calls of these names."""
        return [call for scope in self.scopes for name in names for call in scope.calls.get(name, [])]

    @property
    def bottles(self) -> list[Node]:
        """Every ``bottle do``; ``bottle :unneeded`` holds no checksums and is none."""
        return [call for call in self.calls("bottle") if call.child_by_field_name("block") is not None]

    @property
    def versions(self) -> list[Text]:
        """Every ``version`` call's string."""
        return [_argument(self.path, "version", call) for call in self.calls("version")]


def read_formula(path: str, content: bytes) -> Formula:
    """The formula in ``content``.

    Raises:
        EditRefused: not valid Ruby, no formula, or a stable download that cannot be told without running it.
    """
    if len(content) > LARGEST:
        raise EditRefused(f"{path} has {len(content)} bytes", f"A formula may have {LARGEST}; edit it by hand.")
    node = formula_class(path, ruby.parse_ruby(path, content))
    top = Scope()
    scopes = (top, *fill(path, ruby.statements(node.child_by_field_name("body")), top))
    found = (read_pair(path, scope) for scope in scopes if "url" in scope.calls or "sha256" in scope.calls)
    pairs = tuple(sorted(found, key=lambda pair: pair.call.start_byte))
    if not pairs:
        raise refused(path, node, "has no stable `url`", "Give the formula a stable url and sha256 first.")
    main = [pair for pair in pairs if not pair.system]
    if len(main) > 1:
        raise refused(path, main[1].call, "has a second stable `url`", "Write it in the class body or in `stable do`.")
    return Formula(path, content, node, scopes, pairs)


def formula_class(path: str, root: Node) -> Node:
    """The one class that is a ``Formula``.

    Raises:
        EditRefused: there is none, or more than one.
    """
    found = [node for node in root.named_children if _is_formula(node)]
    if len(found) != 1:
        raise EditRefused(
            f"{path} holds {len(found) or 'no'} class{'es' if len(found) > 1 else ''} `< Formula`, expected one",
            "Name the formula's file in channels.*.file of invoke.yaml.",
        )
    return found[0]


def _is_formula(node: Node) -> bool:
    parent = node.child_by_field_name("superclass") if node.type == "class" else None
    return parent is not None and ruby.source_of(parent).lstrip("< \t").removeprefix("::") == "Formula"


def read_pair(path: str, scope: Scope) -> Pair:
    """The pair of one scope: exactly one ``url``, and one ``sha256`` or the commit of a git checkout.

    Raises:
        EditRefused: it is not so, or it cannot be told without running it.
    """
    call, checksum = _only(path, scope, "url"), _only(path, scope, "sha256")
    if call is None:
        raise refused(path, checksum, "has a `sha256` without a `url` beside it", "Put both into the same block.")
    tag, commit = (_keyword(path, call, name) for name in ("tag", "revision"))
    if (checksum is None) == (tag is None and commit is None):
        what = "has a `url` without a `sha256` beside it" if checksum is None else "has a `sha256` for a git checkout"
        raise refused(path, call, what, "Give each url its own sha256, or tag: and revision: for git.")
    url, version = _argument(path, "url", call), _version(path, scope)
    sha256 = _argument(path, "sha256", checksum) if checksum else None
    held = _held(path, call, tag or url, version or _shown_before(path, scope, call))
    return Pair(call, url, scope.system, sha256, tag, commit, version, held)


def _shown_before(path: str, scope: Scope, call: Node) -> str | None:
    """The version that the ``url`` around shows brew, for a ``#{version}`` in a block further down."""
    around = _only(path, scope.parent, "url") if scope.parent else None
    if scope.parent is None or around is None or around.start_byte > call.start_byte:
        return None if scope.parent is None else _shown_before(path, scope.parent, call)
    url = _argument(path, "url", around)
    found = None if url.interpolated else formula_version.version_in(url.value())
    return found if found and formula_version.read_by_brew(url.value(), found) else None


def _held(path: str, call: Node, shown: Text, version: Text | str | None) -> str:
    fix = "Add a `version` line, or write the version out in the url."
    if isinstance(version, Text):
        return version.value()
    if version and shown.interpolated:
        return version
    if shown.interpolated:
        raise refused(path, call, "has #{version} in its `url`, but no `version`", fix)
    if not (found := formula_version.version_in(shown.value())):
        raise refused(path, call, "has a `url` that shows no version", fix)
    return found


def _version(path: str, scope: Scope | None) -> Text | None:
    """The ``version`` that holds in ``scope``: its own, else that of the nearest scope around it."""
    while scope is not None:
        if (call := _only(path, scope, "version")) is not None:
            text = _argument(path, "version", call)
            if text.interpolated:
                raise refused(path, call, "has a `version` made of itself", "Write the version out.")
            return text
        scope = scope.parent
    return None


def _only(path: str, scope: Scope, name: str) -> Node | None:
    found = scope.calls.get(name, [])
    if len(found) > 1:
        raise refused(path, found[1], f"has a second `{name}`", f"Leave one `{name}` in each block.")
    return found[0] if found else None


def _argument(path: str, name: str, call: Node) -> Text:
    given = [node for node in ruby.arguments(call) if node.type != "pair"]
    if len(given) != 1:
        raise refused(path, call, f"has a `{name}` without exactly one value", "Give it one string.")
    return ruby.literal(path, f"`{name}`", given[0])


def _keyword(path: str, call: Node, name: str) -> Text | None:
    value = ruby.keyword(call, name)
    return None if value is None else ruby.literal(path, f"`{name}:`", value)
