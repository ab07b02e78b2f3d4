"""``kekkai@0.0.1.rb``: the formula of a version that another one replaces, so that it can still be installed."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from release.channels.change import Change, Files
from release.channels.homebrew import ruby
from release.channels.homebrew.formula import Formula, read_formula
from release.channels.homebrew.lines import check_alone, rewrite
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.version import as_semver, same
from release.errors import EditRefused

BEFORE_KEG_ONLY = frozenset({
    "include", "desc", "homepage", "url", "mirror", "version", "sha256", "license", "revision",
    "version_scheme", "head", "stable", "livecheck", "pour_bottle?",
})  # fmt: skip


def class_name(formula: str) -> str:
    """The class that brew looks for in the file of ``formula``: ``kekkai@0.0.1`` -> ``KekkaiAT001``.

    As ``Formulary.class_s`` of brew does it: what follows a separator is a capital, ``+`` becomes ``x``.
    """
    name = re.sub(r"[-_.\s]([a-zA-Z0-9])", lambda match: match[1].upper(), formula.capitalize())
    return re.sub(r"(.)@(\d)", r"\1AT\2", name.replace("+", "x"), count=1)


def outgoing_formula(channel: HomebrewChannel, files: Files, formula: Formula, change: Change) -> dict[str, bytes]:
    """The versioned formula of the version that is replaced; none where it is there, or no version is replaced.

    Raises:
        EditRefused: as ``versioned_formula``.
    """
    held = formula.pairs[0].held
    version = as_semver(held)
    whole = all(same(pair.held, held) for pair in formula.pairs)
    if "@" in PurePosixPath(formula.path).stem:
        return {}  # it is a versioned formula itself
    if not channel.versioned_formulae or not whole or version is None or same(held, change.version):
        return {}
    path = versioned_path(formula.path, version)
    return {} if path in files else {path: versioned_formula(formula, path)}


def versioned_path(path: str, version: str) -> str:
    """``Formula/kekkai.rb`` and ``0.0.1`` -> ``Formula/kekkai@0.0.1.rb``."""
    file = PurePosixPath(path)
    return str(file.with_name(f"{file.stem}@{version}{file.suffix}"))


def versioned_formula(formula: Formula, path: str) -> bytes:
    """The content of ``path``: the formula as it was, under its own class name and not linked.

    Bottles go: they were built under the other name and would not be found.

    Raises:
        EditRefused: a place that has to change shares its line with other code.
    """
    constant = formula.node.child_by_field_name("name")
    if constant is None or constant.type != "constant":
        raise EditRefused(f"{formula.path}: the class has no plain name", "Write `class Name < Formula`.")
    name = class_name(PurePosixPath(path).stem)
    content = rewrite(formula, {(constant.start_byte, constant.end_byte): name}, [], formula.bottles)
    outgoing = read_formula(path, content)
    if not outgoing.calls("keg_only"):
        content = _keg_only(outgoing)
    if not read_formula(path, content).calls("keg_only"):
        raise EditRefused(f"{formula.path}: no place for `keg_only` was found", "Write `keg_only` into it by hand.")
    return content


def _keg_only(formula: Formula) -> bytes:
    """Adds ``keg_only`` where brew's style wants it: after what says where the formula comes from."""
    body = ruby.statements(formula.node.child_by_field_name("body"))
    before = [node for node in body if ruby.call_name(node) in BEFORE_KEG_ONLY]
    lines = formula.content.split(b"\n")
    end = "\r\n" if lines[0].endswith(b"\r") else "\n"
    indent = " " * body[0].start_point[1]
    check_alone(formula, (before or body)[-1 if before else 0])
    if not before:
        return _insert(lines, body[0].start_point[0], f"{indent}keg_only :versioned_formula{end}{end}")
    row = before[-1].end_point[0] + 1
    follows = lines[row].strip() if row < len(lines) else b""
    return _insert(
        lines, row, f"{end}{indent}keg_only :versioned_formula{end}" + (end if follows not in {b"", b"end"} else "")
    )


def _insert(lines: list[bytes], row: int, text: str) -> bytes:
    before = b"".join(line + b"\n" for line in lines[:row])
    return before + text.encode() + b"\n".join(lines[row:])


def versioned_paths(channel: HomebrewChannel, paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that are versioned formulae (``Formula/kekkai@0.0.1.rb``) of the channel's formula."""
    if not (channel.versioned_formulae and channel.file):
        return []
    main = PurePosixPath(channel.file)
    found = [PurePosixPath(path) for path in paths]
    return [
        str(path) for path in found
        if path.parent == main.parent and path.name.startswith(f"{main.stem}@") and path.suffix == main.suffix
    ]  # fmt: skip
