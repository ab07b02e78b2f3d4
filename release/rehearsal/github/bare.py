"""Bare repositories, written and read with git itself."""

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.git.stream import commit_stream
from release.rehearsal.github.isolated import run_git
from release.rehearsal.github.snapshots import NOTHING, Snapshot, read_snapshot

PROTECTED = r"""#!/bin/sh
while read -r branch; do
  if [ "$1" = "refs/heads/$branch" ]; then
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
  fi
done < "$GIT_DIR/protected-branches"
"""
LONG_AGO, MINUTE = 3600, 60
COMMIT = re.compile("[0-9a-f]{40}")
Commit = tuple[str, Mapping[str, bytes | None]]
"""Message, and path -> content (``None`` removes the file)."""
Dated = tuple[int, Commit]
"""Seconds since the epoch, and the commit."""


def write_commits(path: Path, branch: str, commits: Iterable[Commit], *, when: int) -> None:
    """Add ``commits`` to ``branch``, by ``git fast-import``, a minute apart from ``when`` (epoch seconds) on."""
    _write(path, branch, [(when + MINUTE * number, commit) for number, commit in enumerate(commits)], new=False)


def _write(path: Path, branch: str, commits: Iterable[Dated], *, new: bool) -> None:
    ref, parent, stream = f"refs/heads/{branch}", None if new else f"refs/heads/{branch}^0", b""
    for when, (message, files) in commits:
        stream += commit_stream(ref, f"Stand-in <stand-in@localhost> {when} +0000", message, files, parent=parent)
        parent = None
    run_git("fast-import", "--quiet", "--date-format=raw", cwd=path, stdin=stream)


@dataclass
class Repository:
    """A repository of the stand-in.

    It is git's from the moment on in which something needs git. Before that its commits wait, and its files are read
    from them, because most tests ask for a few files and push nothing.

    Attributes:
        name: ``owner/name``.
        place: where the bare repository is, once ``path`` was asked for.
        first: its history.
        protected: branches that refuse a push.
        races: commits that arrive just before the next pushes, one for each.
    """

    name: str
    place: Path
    first: Callable[[], Iterable[Commit]]
    branch: str = "main"
    archived: bool = False
    private: bool = False
    issues: bool = True
    protected: set[str] = field(default_factory=set)
    races: list[Commit] = field(default_factory=list)
    disabled_workflows: dict[str, str] = field(default_factory=dict)
    _waiting: list[Dated] | None = None
    _snapshot: Snapshot | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def path(self) -> Path:
        """The bare repository, from now on."""
        with self._lock:
            if not self.place.exists():
                self._create(self._history())
        return self.place

    def _history(self) -> list[Dated]:
        if self._waiting is None:
            start = int(time.time()) - LONG_AGO
            self._waiting = [(start + MINUTE * number, commit) for number, commit in enumerate(self.first())]
        return self._waiting

    def _first_snapshot(self) -> Snapshot:
        if self._snapshot is None:
            held = dict[str, bytes | None]()
            for _when, (_message, files) in self._history():
                held |= files
            self._snapshot = Snapshot.of({path: content for path, content in held.items() if content is not None})
        return self._snapshot

    def _create(self, history: Iterable[Dated]) -> None:
        for folder in ("objects", "refs", "hooks"):
            (self.place / folder).mkdir(parents=True)
        (self.place / "HEAD").write_text(f"ref: refs/heads/{self.branch}\n")
        (self.place / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        _write(self.place, self.branch, history, new=True)

    def protect(self, *branches: str) -> None:
        """Refuse pushes to ``branches`` from now on, in GitHub's words."""
        self.protected |= set(branches)
        (self.path / "protected-branches").write_text("".join(f"{name}\n" for name in sorted(self.protected)))
        hook = self.path / "hooks" / "update"
        hook.write_text(PROTECTED)
        hook.chmod(0o755)

    def commit(self, message: str, files: Mapping[str, bytes | None], when: int) -> None:
        """One commit on the default branch, past every protection."""
        with self._lock:
            if not self.place.exists():
                self._history().append((when, (message, files)))
                self._snapshot = None
                return
        write_commits(self.path, self.branch, [(message, files)], when=when)

    def at(self, ref: str | None = None) -> Snapshot:
        """What a branch, tag or commit holds (default: the default branch); nothing where there is none."""
        with self._lock:
            if not self.place.exists() and not COMMIT.fullmatch(ref or ""):
                here = {None, "HEAD", self.branch, f"refs/heads/{self.branch}"}
                return self._first_snapshot() if ref in here else NOTHING  # one branch, and no tag
        commit = self.resolve(ref or self.branch)
        return read_snapshot(self.path, commit) if commit else NOTHING

    def read(self, path: str, ref: str | None = None) -> bytes | None:
        """A file's bytes on a branch, tag or commit (default: the default branch), ``None`` where there is none."""
        return self.at(ref).contents.get(path)

    def has(self, ref: str) -> bool:
        """Whether there is such a branch or tag."""
        return ref == self.branch or self.resolve(ref) is not None

    def resolve(self, ref: str) -> str | None:
        """The commit of a branch or tag, ``None`` where there is none."""
        branch = self.path / "refs" / "heads" / ref.removeprefix("refs/heads/")
        if branch.is_file() and COMMIT.fullmatch(commit := branch.read_text("utf-8").strip()):
            return commit
        try:
            return run_git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", cwd=self.path).decode().strip()
        except subprocess.CalledProcessError:
            return None
