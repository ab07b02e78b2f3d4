"""What a repository of the stand-in holds, before git has it and after."""

from pathlib import Path

import pytest

from release.rehearsal.github.bare import Repository
from release.rehearsal.github.snapshots import NOTHING, Snapshot

FILES = {
    "README.md": b"# A repository\n", "b.txt": b"", "b/c/deep.txt": b"\r\n\0", "b/a.txt": b"a", "b-c": b"sorts between",
    ".github/workflows/receive.yml": b"on: push\n", "wide \u00e9": b"\xff",
    "b/c/d/e": b"deeper", '"quoted': b"1",
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(
        "a/b", tmp_path / "b.git", lambda: [("Initial", {"gone": b"1"}), ("More", {**FILES, "gone": None})]
    )


def test_git_holds_the_same_under_the_same_names(repository: Repository) -> None:
    before = repository.at()
    assert not repository.place.exists()
    after = repository.at(repository.resolve("main"))
    assert repository.place.exists()
    assert after == repository.at() == before == Snapshot.of(FILES)
    assert list(after.entries) == list(before.entries)
    assert [path for _, _, path in after.inside("b")] == ["b/a.txt", "b/c"]


@pytest.mark.parametrize("git", [False, True], ids=["before git has it", "after"])
def test_refs(repository: Repository, *, git: bool) -> None:
    commit = repository.resolve("main") if git else None
    for ref in (None, "main", "HEAD", "refs/heads/main", *([commit] if commit else [])):
        assert repository.at(ref).contents["b.txt"] == b"", ref
    for ref in ("v0.0.2", "refs/heads/other", "0" * 40, "../../HEAD"):
        assert repository.at(ref) == NOTHING, ref


@pytest.mark.parametrize("git", [False, True], ids=["before git has it", "after"])
def test_a_commit_is_seen_at_once(repository: Repository, *, git: bool) -> None:
    assert repository.read("new") is None
    if git:
        assert repository.resolve("main")
    repository.commit("New", {"new": b"1", "b.txt": None}, 1_800_000_000)
    assert (repository.read("new"), repository.read("b.txt")) == (b"1", None)
    assert repository.place.exists() is git
