"""Bare repositories, written and read with git itself."""

import hashlib
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.settings import read_environment

PROTECTED = r"""#!/bin/sh
while read -r branch; do
  if [ "$1" = "refs/heads/$branch" ]; then
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
  fi
done < "$GIT_DIR/protected-branches"
"""
ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}
LONG_AGO, MINUTE = 3600, 60
Commit = tuple[str, Mapping[str, bytes | None]]
"""Message, and path -> content (``None`` removes the file)."""
Dated = tuple[int, Commit]
"""Seconds since the epoch, and the commit."""


def git_environment() -> dict[str, str]:
    """What a git process needs, and nothing of the user's configuration."""
    given = read_environment().variables
    kept = {name: given[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP") if name in given}
    return {**kept, **ISOLATED, "LC_ALL": "C"}


def run_git(*arguments: str, cwd: Path, stdin: bytes = b"") -> bytes:
    """Git's output.

    Raises:
        subprocess.CalledProcessError: git failed; its words are in ``stderr``.
    """
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=cwd, input=stdin, env=git_environment(), capture_output=True, check=True)
    return done.stdout


def write_commits(path: Path, branch: str, commits: Iterable[Commit], *, when: int) -> None:
    """Add ``commits`` to ``branch``, by ``git fast-import``, a minute apart from ``when`` (epoch seconds) on."""
    _write(path, branch, [(when + MINUTE * number, commit) for number, commit in enumerate(commits)], new=False)


def _write(path: Path, branch: str, commits: Iterable[Dated], *, new: bool) -> None:
    stream: list[bytes] = []
    for number, (when, (message, files)) in enumerate(commits):
        stream.append(_header(branch, message, when, follows=number == 0 and not new))
        stream.extend(_file(name, content) for name, content in files.items())
        stream.append(b"\n")
    run_git("fast-import", "--quiet", "--date-format=raw", cwd=path, stdin=b"".join(stream))


def blob_id(content: bytes) -> str:
    """Git's name of a file's content."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _header(branch: str, message: str, when: int, *, follows: bool) -> bytes:
    text = message.encode()
    head = f"commit refs/heads/{branch}\ncommitter Stand-in <stand-in@localhost> {when} +0000\ndata {len(text)}\n"
    start = f"\nfrom refs/heads/{branch}^0\n" if follows else "\n"
    return head.encode() + text + start.encode()


def _file(name: str, content: bytes | None) -> bytes:
    if content is None:
        return f"D {name}\n".encode()
    return f"M 100644 inline {name}\ndata {len(content)}\n".encode() + content + b"\n"


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

    def _files(self, ref: str | None) -> dict[str, bytes] | None:
        """All files of the branch, where git need not be asked."""
        with self._lock:
            if self.place.exists() or ref not in {None, self.branch}:
                return None
            held = dict[str, bytes | None]()
            for _when, (_message, files) in self._history():
                held |= files
        return {path: content for path, content in held.items() if content is not None}

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
                return
        write_commits(self.path, self.branch, [(message, files)], when=when)

    def read(self, path: str, ref: str | None = None) -> bytes | None:
        """A file's bytes on a branch, tag or commit (default: the default branch), ``None`` where there is none."""
        if (files := self._files(ref)) is not None:
            return files.get(path)
        try:
            return run_git("cat-file", "blob", f"{ref or self.branch}:{path}", cwd=self.path)
        except subprocess.CalledProcessError:
            return None

    def listing(self, path: str = "", ref: str | None = None) -> list[tuple[str, str, str]]:
        """``(type, object id, path)`` of a directory's entries; empty where it is none."""
        where = f"{path.strip('/')}/".lstrip("/")
        below = {name: content for name, content in (self._files(ref) or {}).items() if name.startswith(where)}
        if below and not any("/" in name.removeprefix(where) for name in below):
            return [("blob", blob_id(content), name) for name, content in sorted(below.items())]
        try:
            folder = filter(None, [where])
            lines = run_git("ls-tree", ref or self.branch, "--", *folder, cwd=self.path).decode().splitlines()
        except subprocess.CalledProcessError:
            return []
        found = (re.fullmatch(r"\d+ (\w+) ([0-9a-f]+)\t(.*)", line) for line in lines)
        return [(match[1], match[2], match[3]) for match in found if match]

    def has(self, ref: str) -> bool:
        """Whether there is such a branch or tag."""
        return ref == self.branch or self.resolve(ref) is not None

    def resolve(self, ref: str) -> str | None:
        """The commit of a branch or tag, ``None`` where there is none."""
        try:
            return run_git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", cwd=self.path).decode().strip()
        except subprocess.CalledProcessError:
            return None
