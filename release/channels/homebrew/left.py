"""What an edit left of the old release in what users download or run. Knows nothing of how the edit was found."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from tree_sitter import Node

from release.channels.base import Change
from release.channels.homebrew import ruby
from release.channels.homebrew.formula import Formula
from release.channels.homebrew.mentions import ELSEWHERE
from release.channels.homebrew.urls import repository_of
from release.channels.homebrew.version import as_python, as_semver
from release.errors import EditRefused

THIS_NETWORK = re.compile(
    r"(?<![\w.])(?:(?:10|127)(?:\.[0-9]+){3}|(?:192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]+){2}|0\.0\.0\.0)(?![\w.])"
)
WHOLE = 2  # dots of a version that is told from other numbers by itself


def check_nothing_left(before: Formula, after: Formula, change: Change) -> None:
    """See to it that ``after`` makes nobody download or run the release of ``before``.

    Raises:
        EditRefused: a version, tag, commit or checksum of it is left; with the line.
    """
    old, new = _versions(before), _versions(after) | _written(change.version) | _written(change.tag)
    patterns = [_pattern(version) for version in old - new]
    proofs = _proofs(before) - _proofs(after)
    for number, line in enumerate(_used(after, change.project).split("\n"), 1):
        text = _without(line, [*change.urls, *sorted(new, key=len, reverse=True)])
        found = [match[0] for pattern in patterns if (match := pattern.search(text))]
        found += [proof for proof in proofs if proof in line.lower()]
        if found:
            raise EditRefused(
                f"{after.path}: line {number} would still have {found[0]} of the old release: {line.strip()[:120]}",
                "Edit that place by hand, or write it with #{version}, then run it again.",
            )


def _versions(formula: Formula) -> set[str]:
    """The versions and tags of the formula's downloads."""
    tags = (pair.tag.value(pair.held) for pair in formula.pairs if pair.tag)
    return set().union(*map(_written, [*(pair.held for pair in formula.pairs), *tags]))


def _written(version: str) -> set[str]:
    bare = version.removeprefix("v")
    return {form for form in (bare, as_semver(bare), as_python(bare)) if form and re.search(r"[0-9]", form)}


def _flat(text: str) -> str:
    return re.sub(r"[-_]", ".", text)


def _pattern(version: str) -> re.Pattern[str]:
    before = "(?<![0-9])" if version.count(".") >= WHOLE else r"(?<![0-9A-Za-z.])v?"
    return re.compile(before + re.escape(_flat(version)) + "(?![0-9])", re.IGNORECASE)


def _without(line: str, current: Iterable[str]) -> str:
    """``line`` without what is of the new release and addresses of a local network; each separator is a dot."""
    text = unquote(THIS_NETWORK.sub(" ", line.replace("\\.", ".")))
    for form in current:
        plain = unquote(form)
        if plain in text:
            text = re.sub(rf"(?<![0-9]){re.escape(plain)}(?![0-9])", " ", text)
    text = _flat(text)
    for form in current:
        if _flat(form) in text:
            text = re.sub(rf"(?<![0-9]){re.escape(_flat(form))}(?![0-9])", " ", text)
    return text


def _proofs(formula: Formula) -> set[str]:
    """Checksums and commits of the formula's downloads."""
    found = [text for pair in formula.pairs for text in (pair.sha256, pair.commit) if text]
    return {text.value().lower() for text in found}


def _used(formula: Formula, project: str) -> str:
    """The class without comments and without what is no part of this release; lines stay where they are."""
    content = bytearray(formula.content)
    for node in _unused(formula, project):
        lines = content[node.start_byte : node.end_byte].split(b"\n")
        content[node.start_byte : node.end_byte] = b"\n".join(b" " * len(line) for line in lines)
    start, end = formula.node.start_byte, formula.node.end_byte
    return "\n" * formula.content[:start].count(b"\n") + content[start:end].decode("utf-8", "replace")


def _unused(formula: Formula, project: str) -> Iterator[Node]:
    """Comments, calls that are about something else, and what names neither the product nor its repository."""
    own = {repository_of(pair.download) + "/" for pair in formula.pairs}
    waiting = [formula.node]
    while waiting:
        node = waiting.pop()
        name = ruby.call_name(node) if node.type == "call" else None
        signs = {"resource": own, "depends_on": {project.lower()}}.get(name or "")
        others = signs is not None and not any(sign in ruby.source_of(node).lower() for sign in signs)
        if node.type == "comment" or name in ELSEWHERE or others:
            yield node
        else:
            waiting += node.named_children
