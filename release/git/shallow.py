"""What a shallow clone knows for sure. Pure but for ``read_boundary``.

A boundary commit's parents are not there: it looks as if it had added every file, and what lies below it may come
back above it by another line. So neither it nor any commit that may be below it is relied on.
"""

from collections.abc import Collection, Sequence
from itertools import takewhile
from pathlib import Path

Line = Sequence[str]
"""A commit and its parents, as ``git rev-list --parents`` prints them."""


def read_boundary(repository: Path) -> set[str]:
    """The commits whose parents are not there; source: git's documentation of its repository layout."""
    shallow = repository / "shallow"
    return set(shallow.read_text().split()) if shallow.exists() else set()


def known_commits(lines: Sequence[Line], boundary: Collection[str]) -> list[str]:
    """The commits that come first in the whole history too, in the same order, with all of their parents here.

    That is so as long as every boundary commit is an ancestor: whatever is missing is below the boundary, and what
    is above it cannot be below it as well.

    Args:
        lines: in topological order, children first.
        boundary: commits whose parents are not there; others than those of ``lines`` do not count.
    """
    bits = {line[0]: 1 << place for place, line in enumerate(one for one in lines if one[0] in boundary)}
    below = dict[str, int]()  # commit -> the boundary commits that it is or comes from, a bit for each
    for commit, *parents in reversed(lines):
        below[commit] = bits.get(commit, 0)
        for parent in parents:
            below[commit] |= below.get(parent, 0)
    every = (1 << len(bits)) - 1
    return list(takewhile(lambda commit: commit not in bits and below[commit] == every, (line[0] for line in lines)))
