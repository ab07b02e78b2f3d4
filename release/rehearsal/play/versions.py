"""The versions of a rehearsal: those that come after what the channels serve."""

from collections.abc import Iterable
from typing import NamedTuple

from semver import Version

FIRST = "0.0.1"


class Versions(NamedTuple):
    """What is served at the beginning, a release, a bad one, and the next good one."""

    old: str
    good: str
    bad: str
    next: str


def versions_after(held: Iterable[str]) -> Versions:
    """The three after the newest of those that channels hold; after 0.0.1 where none is held."""
    old = max(map(Version.parse, held), default=Version.parse(FIRST))
    good = old.bump_patch()
    bad = good.bump_patch()
    return Versions(str(old), str(good), str(bad), str(bad.bump_patch()))
