"""A rollback decided step by step, in a clone that gets deeper, is the one that the whole history gives."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from release.channels import kind_of
from release.channels.settings import read_settings
from release.channels.wish import Wish
from release.errors import ReleaseError
from release.git.clone import Clone, clone
from release.git.command import make_remote
from release.repository.history import DEPTH
from release.rollback.restore import Restoration
from tests.support.releases import CONFIGURED, REPOSITORY

CHANNEL = read_settings(CONFIGURED).channels["scoop"]
PATH = "bucket/kekkai.json"
WHOLE = 1_000_000


def manifest(version: str, *, note: str = "", digit: str = "0") -> bytes:
    url = f"{REPOSITORY}/releases/download/v{version}/kekkai-{version}-py3-none-any.whl"
    return json.dumps({"version": version, "description": note, "url": url, "hash": digit * 64}).encode()


@dataclass(frozen=True)
class Made:
    """A commit: what it does to the files, the places of its parents (counted back from it), and its clock."""

    does: str
    first: int = 1
    second: int = 0
    clock: int = 0


def contents(does: str, mine: bytes | None, theirs: bytes | None, past: Sequence[bytes | None]) -> bytes | None:
    """The manifest after a commit, ``None`` where there is none."""
    held = json.loads(mine) if mine and mine.startswith(b"{") else {"version": "0.0.1", "description": ""}
    version = str(held["version"])
    return {
        "edit": manifest(version, note=f"{held['description']}x"),
        "correct": manifest(version, note=str(held["description"]), digit="1"),
        "undo": past[len(past) // 2] if past else mine,
        "break": b"broken", "remove": None, "other": mine, "take theirs": theirs,
    }.get(does, manifest(does) if does[0] == "0" else mine)  # fmt: skip


def write(folder: Path, history: Sequence[Made]) -> Path:
    """A bare repository with these commits, made in one go; the last is the head."""
    path, script, held = folder / "target.git", b"", list[bytes | None]()
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    for place, made in enumerate([Made("0.0.1"), *history], 1):
        parents = [max(1, place - back) for back in (made.first, made.second) if back and place > 1]
        parents = list(dict.fromkeys(parents))
        mine, theirs = (held[parent - 1] for parent in (parents[:1] + parents[-1:])) if parents else (None, None)
        held.append(contents(made.does, mine, theirs, held))
        lines = [f"commit refs/heads/c{place}", f"mark :{place}", f"committer a <a@b> {9999 + made.clock} +0000"]
        lines += ["data 0", *(f"{word} :{parent}" for word, parent in zip(("from", "merge"), parents, strict=False))]
        script += "\n".join([*lines, f"M 100644 inline other\ndata {len(str(place))}\n{place}\n"]).encode()
        body = held[-1]
        script += f"D {PATH}\n".encode() if body is None else b"M 100644 inline %b\ndata %d\n%b\n" % (
            PATH.encode(), len(body), body)  # fmt: skip
    script += b"reset refs/heads/main\nfrom :%d\n" % (len(history) + 1)
    subprocess.run(["git", "fast-import", "--quiet"], input=script, cwd=path, check=True)
    return path


def opened(path: Path, folder: Path, depth: int) -> Clone:
    remote = make_remote({"PATH": os.environ["PATH"]}, f"file://{path}", None, "X", protocols="file")
    return clone(remote, folder / f"{depth}.git", depth=depth)


def decision(target: Clone, wish: Wish) -> object:
    """What would be written, or the words of the refusal."""
    files = Restoration(CHANNEL, kind_of("scoop"), wish)
    try:
        return files.decide(target), files.good
    except ReleaseError as error:
        return str(error)


VERSIONS = ["0.0.1", "0.0.2", "0.0.3"]
DEEDS = [*VERSIONS, "edit", "correct", "undo", "break", "remove", "other", "other", "take theirs"]
COMMITS = st.builds(
    Made, st.sampled_from(DEEDS), st.sampled_from([1, 1, 1, 2, 5]), st.sampled_from([0, 0, 2, 3, 12]), st.integers(0, 3)
)
MERGED_ONLY = [Made("0.0.2"), Made("0.0.3"), Made("other", 3), Made("take theirs", 1, 2), *[Made("other")] * 9]
TWICE_MERGED = [
    Made("0.0.2"),
    Made("0.0.1", 2),
    *[Made("other", 2)] * 2,
    Made("other"),
    Made("0.0.2", 1, 3),
    Made("edit"),
]


@settings(max_examples=15)
@given(st.lists(COMMITS, min_size=1, max_size=24), st.sampled_from(VERSIONS), st.sampled_from([None, *VERSIONS]))
@example(MERGED_ONLY, "0.0.3", "0.0.2")
@example(MERGED_ONLY, "0.0.3", None)
@example(TWICE_MERGED, "0.0.2", None)
def test_decision_is_that_of_the_whole_history(history: list[Made], bad: str, good: str | None) -> None:
    wish = Wish("kekkai", bad, None if good == bad else good, "")
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name), history)
        whole, stepping = (opened(path, Path(name), depth) for depth in (WHOLE, 1))
        assert decision(opened(path, Path(name), 2), wish) == decision(whole, wish)
        more = True
        while more:
            for main_only in (True, False):
                known, every = (one.commits([PATH], main_only=main_only) for one in (stepping, whole))
                assert known == every[: len(known)]
            more = stepping.deepen()
        assert known == every


@pytest.mark.parametrize(("back", "fetched"), [(5, 100), (300, 400)], ids=["near", "300 commits back"])
def test_what_is_fetched_grows_with_the_distance_to_the_good_version(tmp_path: Path, back: int, fetched: int) -> None:
    """Not with the age of the repository, nor with that of the good version."""
    old = [*[Made("other")] * 1000, Made("0.0.2"), *[Made("other")] * back]
    target = opened(write(tmp_path, old), tmp_path, DEPTH)
    files = Restoration(CHANNEL, kind_of("scoop"), Wish("kekkai", "0.0.2", None, ""))
    edit = files.decide(target)
    assert edit is not None
    assert (files.good, edit.files) == ("0.0.1", {PATH: manifest("0.0.1")})
    command = ["git", "rev-list", "--count", "HEAD"]
    counted = subprocess.run(command, cwd=target.directory, capture_output=True, check=True).stdout
    assert int(counted) == fetched
