"""Files of many commits are read in bounded memory; what is too large is refused before it is unpacked."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from release.errors import EditRefused
from release.git.blobs import AT_ONCE, LARGEST, UNPACKED
from release.git.clone import Clone
from release.git.command import make_remote


def repository(folder: Path, contents: Iterable[bytes]) -> Clone:
    """A commit for each content of the file ``f``, ten to the same tree."""
    path = folder / "x.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    script = b"".join(
        b"commit refs/heads/main\ncommitter a <a@b> %d +0000\ndata 0\nM 100644 inline f\ndata %d\n%b\n"
        % (number + 1, len(body), body)
        for number, body in enumerate(contents)
    )
    subprocess.run(["git", "fast-import", "--quiet"], input=script, cwd=path, check=True)
    remote = make_remote({"PATH": os.environ["PATH"]}, "http://127.0.0.1:1/a/x.git", None, "X")
    return Clone(remote, path, "main", "main", depth=1)


def test_many_versions_come_in_their_order(tmp_path: Path) -> None:
    contents = [b"%d\n" % number * (number % 7) for number in range(AT_ONCE + 100)]
    target = repository(tmp_path, contents)
    commits = target.commits(["f"])
    assert list(target.blobs((commit, "f") for commit in reversed(commits))) == contents


def test_what_is_not_there_or_no_file_is_nothing(tmp_path: Path) -> None:
    target = repository(tmp_path, [b"a", b""])
    assert list(target.blobs([("main", "f"), ("main", "none"), ("main", ""), ("main~1", "f"), ("none", "f")])) == [
        b"", None, None, b"a", None,
    ]  # fmt: skip
    assert list(target.blobs([])) == []


def test_large_versions_are_unpacked_some_at_a_time(tmp_path: Path) -> None:
    """A small repository whose versions would fill the memory: as many are held as were asked for."""
    count = 4 * UNPACKED // LARGEST
    target = repository(tmp_path, (bytes([65 + number]) * LARGEST for number in range(count)))
    seen = 0
    for body in target.blobs((commit, "f") for commit in target.commits(["f"])):
        assert body is not None
        assert len(body) == LARGEST
        seen += 1
    assert seen == count


def test_a_file_larger_than_any_is_refused_and_named(tmp_path: Path) -> None:
    target = repository(tmp_path, [b"a" * (LARGEST + 1)])
    with pytest.raises(EditRefused, match=f"f of .* has {LARGEST + 1} bytes"):
        list(target.blobs([("main", "f")]))
