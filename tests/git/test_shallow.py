"""What a shallow clone knows for sure: nothing that may come elsewhere, or be made of more, in the whole history."""

import pytest

from release.git.shallow import known_commits

# the graph in topological order, the boundary, what is known
GRAPHS = {
    "the whole history": ("c b, b a, a", "", "c b a"),
    "one line": ("d c, c b, b", "b", "d c"),
    "the newest alone": ("d", "d", ""),
    "a branch that left and came back": ("f e d, d c, e c, c b, b a, a", "a", "f d e c b"),
    "a branch that left below": ("f e d, d x, x, e c, c b, b", "b x", "f"),
    "one that may be below the other's boundary": ("h a d, d r, r, a b, b", "b", "h"),
    "a second root": ("f e d, d, e c, c", "c", "f"),
    "a boundary of another branch": ("c b, b", "x", "c b"),
}


@pytest.mark.parametrize(("graph", "boundary", "known"), GRAPHS.values(), ids=GRAPHS.keys())
def test_known_commits(graph: str, boundary: str, known: str) -> None:
    assert known_commits([line.split() for line in graph.split(", ")], set(boundary.split())) == known.split()
