"""A bare clone in a directory of ours: read files at any commit, write a commit, push it. Never forces.

Commits are made by git's own plumbing, without a work tree: no filter, hook, symbolic link or letter case of this
machine's file system can change a byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from release.errors import EditRefused
from release.git.blobs import read_blobs
from release.git.command import GitFailed, Remote, run_git

IDENTITY = ("release-distributions", "release-distributions@noreply.invalid")
FILE_MODES = {"100644", "100755"}
MOST_COMMITS = 100_000  # that touched one channel's files


def clone(remote: Remote, into: Path, *, history: bool = False, branch: str | None = None) -> "Clone":
    """A clone of one branch in the new directory ``into``.

    Args:
        remote: where from.
        into: must not exist.
        history: fetch every commit; else the newest alone.
        branch: ``None`` for the default branch.

    Raises:
        Refused: the token is refused, or cannot see the repository.
        EditRefused: the repository is empty.
        GitFailed: anything else.
    """
    depth = () if history else ("--depth", "1")
    only = ("--branch", branch) if branch else ()
    options = ("--quiet", "--bare", "--single-branch", "--no-tags", "--template=")
    run_git(remote, into.parent, "clone", *options, *depth, *only, "--", remote.url, into.name)
    try:
        name = run_git(remote, into, "symbolic-ref", "--short", "HEAD").decode().strip()
        head = run_git(remote, into, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    except GitFailed:
        raise EditRefused(f"{remote.url} has no commits", "Push the channel's files there first.") from None
    return Clone(remote, into, name, head, history=history)


def tag_commit(remote: Remote, tag: str) -> str | None:
    """The commit that a tag of the remote repository points to, ``None`` where there is no such tag."""
    ref = f"refs/tags/{tag}"
    lines = run_git(remote, Path.cwd(), "ls-remote", "--", remote.url, ref, f"{ref}^{{}}").decode().splitlines()
    found = {name: commit for commit, _, name in (line.partition("\t") for line in lines)}
    return found.get(f"{ref}^{{}}") or found.get(ref)


class Clone:
    """One branch of a repository.

    Attributes:
        branch: its name.
        head: its newest commit, as of the last ``refresh``.
    """

    def __init__(self, remote: Remote, directory: Path, branch: str, head: str, *, history: bool) -> None:
        self.remote, self.directory, self.branch, self.head, self._history = remote, directory, branch, head, history

    def refresh(self) -> str:
        """Fetch the branch again; returns its head."""
        ref = f"refs/heads/{self.branch}"
        depth = () if self._history else ("--depth", "1")
        self._git("fetch", "--quiet", "--no-tags", *depth, "origin", f"+{ref}:{ref}")
        self.head = self._git("rev-parse", "--verify", ref).decode().strip()
        return self.head

    def files(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The content at ``head`` of those ``paths`` that exist.

        Raises:
            EditRefused: one is a symbolic link or a folder.
        """
        found = []
        for path in paths:
            if entry := self._entry(path):
                if entry[0] not in FILE_MODES:
                    raise EditRefused(f"{path} of {self.remote.url} is no plain file", "Put a plain file there.")
                found.append(path)
        return {
            path: body
            for path, body in zip(found, self.blobs((self.head, p) for p in found), strict=True)
            if body is not None
        }

    def names(self, folder: str) -> tuple[str, ...]:
        """The paths of the plain files directly in ``folder`` (``""`` for the top) at ``head``."""
        where = ("--", f"{folder}/") if folder else ()
        entries = self._git("ls-tree", "-z", self.head, *where).decode("utf-8", "replace").split("\0")
        parted = [entry.partition("\t") for entry in entries if entry]
        return tuple(path for meta, _, path in parted if meta.split()[0] in FILE_MODES)

    def commits(self, paths: Sequence[str], *, main_only: bool = False) -> tuple[str, ...]:
        """The commits that touched ``paths``, newest first: through merges, or only what the branch itself held.

        Raises:
            EditRefused: there are more than anybody has made of one channel's files.
        """
        line = ["--first-parent"] if main_only else []
        log = ("log", "--topo-order", f"--max-count={MOST_COMMITS + 1}", *line, "--format=%H", self.head)
        found = tuple(self._git(*log, "--", *paths).decode().split())
        if len(found) > MOST_COMMITS:
            wrong = f"More than {MOST_COMMITS} commits of {self.remote.url} touched {paths[0]}"
            raise EditRefused(wrong, "Restore the file by hand; its history is too long to be judged.")
        return found

    def blobs(self, wanted: Iterable[tuple[str, str]]) -> Iterator[bytes | None]:
        """The content of each (commit, path), ``None`` where there is none; read as it is asked for, some at a time.

        Raises:
            EditRefused: one is larger than any file of a channel.
        """
        return read_blobs(lambda *how, data: self._git("cat-file", *how, data=data), self.remote.url, wanted)

    def commit(self, files: Mapping[str, bytes], message: str) -> str:
        """A commit on ``head`` that writes ``files`` and nothing else; returns its id. Nothing is pushed."""
        index = {"GIT_INDEX_FILE": str(self.directory / "release-index")}
        self._git("read-tree", self.head, extra=index)
        lines = [f"{self._mode(path)} {self._store(body)}\t{path}\n" for path, body in files.items()]
        self._git("update-index", "--index-info", data="".join(lines).encode(), extra=index)
        tree = self._git("write-tree", extra=index).decode().strip()
        name, email = IDENTITY
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", email))
        }
        made = self._git("commit-tree", tree, "-p", self.head, "-F", "-", data=f"{message}\n".encode(), extra=who)
        return made.decode().strip()

    def push(self, commit: str, branch: str | None = None) -> None:
        """Make ``branch`` (``None`` for the cloned one) point to ``commit``, where that is a fast forward.

        Raises:
            RaceLost, Protected, Refused, GitFailed: nothing of ours arrived, or (``GitFailed``) it is not known.
        """
        self._git("push", "--porcelain", "origin", f"{commit}:refs/heads/{branch or self.branch}")

    def tip(self) -> str:
        """The branch's newest commit in the remote repository now."""
        return self._git("ls-remote", "origin", f"refs/heads/{self.branch}").decode().partition("\t")[0]

    def branch_files(self, branch: str, paths: Iterable[str]) -> dict[str, bytes] | None:
        """What another branch of the repository holds at ``paths``; ``None`` where there is no such branch."""
        ref = f"refs/heads/{branch}"
        if not self._git("ls-remote", "origin", ref).strip():
            return None
        self._git("fetch", "--quiet", "--no-tags", "--depth", "1", "origin", f"+{ref}:refs/release/other")
        wanted = list(paths)
        found = zip(wanted, self.blobs(("refs/release/other", path) for path in wanted), strict=True)
        return {path: body for path, body in found if body is not None}

    def _git(self, *arguments: str, data: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        return run_git(self.remote, self.directory, *arguments, data=data, extra=extra)

    def _entry(self, path: str) -> list[str]:
        """Mode, type and id of ``path`` at ``head``; empty where there is none."""
        return self._git("ls-tree", self.head, "--", path).decode("utf-8", "replace").split()[:3]

    def _mode(self, path: str) -> str:
        return (self._entry(path) or ["100644"])[0]

    def _store(self, body: bytes) -> str:
        return self._git("hash-object", "-w", "--stdin", data=body).decode().strip()
