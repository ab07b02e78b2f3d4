"""Where a version stands in a text, however it is spelled, and what the text is at another version. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from release.channels.homebrew.version import same, spellings

BEFORE = r"(?:(?<=%[0-9A-Fa-f][0-9A-Fa-f])|(?<![0-9]))"
SHORTEST = 3  # characters; fewer are found everywhere

Place = tuple[int, int, tuple[str, ...]]
"""First and last character (exclusive), and what may stand there at the new version, the likeliest first."""


@dataclass(frozen=True)
class Move:
    """From the version that a formula holds to another one, both as they are written."""

    old: str
    new: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The old version in any spelling. Digits beside it make it another number, letters and dots do not."""
        texts = [text for text in self._likely if len(text) >= SHORTEST]
        known = "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
        return re.compile(rf"{BEFORE}(?:{known})(?![0-9])" if known else r"(?!)")

    @property
    def stays(self) -> bool:
        """Whether both are the same version."""
        return same(self.old, self.new)

    def places(self, text: str) -> list[Place]:
        """Where the old version stands in ``text``."""
        return [(found.start(), found.end(), self._likely[found[0]]) for found in self.pattern.finditer(text)]

    def moved(self, text: str) -> str:
        """``text`` with the new version wherever the old one stands, in the same spelling."""
        return self.pattern.sub(lambda found: self._likely[found[0]][0], text)

    @cached_property
    def _likely(self) -> dict[str, tuple[str, ...]]:
        """A text of the old version -> the new version spelled so; Python's form first where that was written."""
        new = spellings(self.new)
        likely: dict[str, tuple[str, ...]] = {}
        for style, forms in spellings(self.old).items():
            options = new.get(style, new["dots"])
            for form in forms:
                likely.setdefault(form, options if form == forms[0] else options[::-1])
        return likely


def pieces(text: str, places: Iterable[Place]) -> Iterator[tuple[str, ...]]:
    """``text`` cut at ``places``: one choice for what stays, several for what moves."""
    position = 0
    for start, end, options in sorted(places):
        yield (text[position:start],)
        yield options
        position = end
    yield (text[position:],)
