"""Shapes of formulae, each written as one difference: what stays, what goes and what comes.

A shape begins with ``=== name``. Then come its directives, one a line:

- ``to VERSION`` (0.0.2 without it), ``tag TAG`` (``vVERSION``), ``path FILE``;
- ``file URL`` for each file of the release, the channel's artifact first; ``fetch URL`` for one that is only there;
- ``keeps bottle``; ``refused PATTERN`` where nothing may be written.

Then the formula, its lines with `` ``, ``-`` or ``+`` before them. ``OLD1`` stands for a checksum of the old release,
``NEW1`` for that of the first URL, ``COMMIT0`` and ``COMMIT1`` for the commits of the old and the new tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from release.channels.base import Change
from tests.support.releases import checksum_by, sha256

DATA = Path(__file__).parents[2] / "data" / "homebrew"
PAGE = "https://github.com/kademoslabs/kekkai"
COMMITS = {"COMMIT0": "0" * 40, "COMMIT1": "1" * 40}


@dataclass
class Shape:
    """One shape: directive -> its values, and the lines of the difference."""

    name: str
    given: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def one(self, directive: str, otherwise: str) -> str:
        return self.given.get(directive, [otherwise])[0]

    @property
    def refused(self) -> str:
        return self.one("refused", "")

    @property
    def path(self) -> str:
        return self.one("path", "Formula/kekkai.rb")

    @property
    def before(self) -> bytes:
        return self._text("-")

    @property
    def after(self) -> bytes:
        return self._text("+")

    @property
    def change(self) -> Change:
        version = self.one("to", "0.0.2")
        files, fetched = self.given["file"], self.given.get("fetch", [])
        known = checksum_by({url: sha256(url) for url in [*files, *fetched]})
        return Change(
            "kekkai", version, self.one("tag", f"v{version}"), files[0], sha256(files[0]), urls=tuple(files),
            checksum=known, page=PAGE, commit=COMMITS["COMMIT1"],
        )  # fmt: skip

    def _text(self, sign: str) -> bytes:
        lines = [line[1:] for line in self.lines if line[:1] in {"", " ", sign}]
        urls = [*self.given["file"], *self.given.get("fetch", [])]
        text = re.sub(r"NEW([0-9]+)", lambda found: sha256(urls[int(found[1]) - 1]), "\n".join(lines) + "\n")
        text = re.sub(r"OLD([0-9])", lambda found: found[1] * 64, text)
        return re.sub("COMMIT[01]", lambda found: COMMITS[found[0]], text).encode()


def read_shapes() -> dict[str, Shape]:
    """Every shape under ``tests/data/homebrew`` by its name."""
    found = [shape for file in sorted(DATA.glob("*.shapes")) for shape in _shapes(file.read_text("utf-8"))]
    shapes = {shape.name: shape for shape in found}
    assert len(shapes) == len(found), "two shapes of one name"
    return shapes


def _shapes(text: str) -> Iterator[Shape]:
    for part in text.split("=== ")[1:]:
        name, *lines = part.rstrip("\n").split("\n")
        shape = Shape(name)
        for line in lines:
            if line[:1] in {"", " ", "-", "+"}:
                shape.lines.append(line)
            else:
                directive, _, value = line.partition(" ")
                shape.given.setdefault(directive, []).append(value)
        while not shape.lines[-1]:
            shape.lines.pop()
        yield shape
