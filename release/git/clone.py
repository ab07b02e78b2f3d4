"""A bare clone in a directory of ours: read files at any commit, write a commit, push it. Never forces.

Commits are made by ``git fast-import``, without a work tree: no filter, hook, symbolic link or letter case of this
machine's file system can change a byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from release.errors import EditRefused
from release.git.blobs import read_blobs
from release.git.command import GitFailed, Remote, run_git
from release.git.shallow import known_commits, read_boundary
from release.git.stream import MARKED, commit_stream

WHO = "release-distributions <release-distributions@noreply.invalid>"
FILE_MODES = {"100644", "100755"}
MOST_COMMITS = 100_000  # that touched one channel's files
GROWTH = 4  # so many times as deep with every step


def clone(remote: Remote, into: Path, *, depth: int = 1, branch: str | None = None) -> "Clone":
    """A clone of one branch in the new directory ``into``.

    Args:
        remote: where from.
        into: must not exist.
        depth: so many commits down from the newest; ``deepen`` gets more.
        branch: ``None`` for the default branch.

    Raises:
        Refused: the token is refused, or cannot see the repository.
        EditRefused: the repository is empty, or its HEAD is no branch.
        GitFailed: anything else.
    """
    only = ("--branch", branch) if branch else ()
    options = ("--quiet", "--bare", "--single-branch", "--no-tags", "--template=")
    run_git(remote, into.parent, "clone", *options, "--depth", str(depth), *only, "--", remote.url, into.name)
    try:
        head, name = run_git(remote, into, "rev-parse", "HEAD^{commit}", "--symbolic-full-name", "HEAD").split()
    except GitFailed:
        raise EditRefused(f"{remote.url} has no commits", "Push the channel's files there first.") from None
    if not name.startswith(b"refs/heads/"):
        raise EditRefused(f"HEAD of {remote.url} is no branch", "Make it point to the default branch there.")
    return Clone(remote, into, name.decode().removeprefix("refs/heads/"), head.decode(), depth=depth)


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

    def __init__(self, remote: Remote, directory: Path, branch: str, head: str, *, depth: int) -> None:
        self.remote, self.directory, self.branch, self.head, self._depth = remote, directory, branch, head, depth
        self._known, self._logs, self._made = list[str](), dict[tuple[str, ...], set[str]](), 0

    def refresh(self) -> str:
        """Fetch the branch again; returns its head."""
        ref = f"refs/heads/{self.branch}"
        self._fetch(f"+{ref}:{ref}")
        self.head = self._git("rev-parse", "--verify", ref).decode().strip()
        return self.head

    def deepen(self) -> bool:
        """Fetch older commits; whether there were any. The head stays."""
        before = read_boundary(self.directory)
        if before:
            self._depth *= GROWTH
            self._fetch(f"refs/heads/{self.branch}")
        return read_boundary(self.directory) != before

    def files(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The content at ``head`` of those ``paths`` that exist.

        Raises:
            EditRefused: one is a symbolic link or a folder.
        """
        entries = self._entries(paths := list(paths))
        found = [path for path in paths if path in entries]
        if odd := [path for path in found if entries[path] not in FILE_MODES]:
            raise EditRefused(f"{odd[0]} of {self.remote.url} is no plain file", "Put a plain file there.")
        bodies = zip(found, self.blobs((self.head, path) for path in found), strict=True)
        return {path: body for path, body in bodies if body is not None}

    def names(self, folder: str) -> tuple[str, ...]:
        """The paths of the plain files directly in ``folder`` (``""`` for the top) at ``head``."""
        where = ("--", f"{folder}/") if folder else ()
        entries = self._git("ls-tree", "-z", self.head, *where).decode("utf-8", "replace").split("\0")
        parted = [entry.partition("\t") for entry in entries if entry]
        return tuple(path for meta, _, path in parted if meta.split()[0] in FILE_MODES)

    def commits(self, paths: Sequence[str], *, main_only: bool = False) -> tuple[str, ...]:
        """The known commits that touched ``paths``, newest first: through merges too, or only on the branch itself.

        Those that the branch itself held just before are among them: what they hold is known, however old it is.
        In a shallow clone those come first that the whole history would show first, and nothing else comes.

        Raises:
            EditRefused: there are more than anybody has made of one channel's files.
        """
        touched = self._touched(paths, "--first-parent", "--format=%H %P")
        touched = touched if main_only else touched | self._touched(paths, "--topo-order", "--format=%H")
        self._known = self._known or self._all_known()
        return tuple(commit for commit in self._known if commit in touched)

    def _touched(self, paths: Sequence[str], *how: str) -> set[str]:
        log = ("log", f"--max-count={MOST_COMMITS + 1}", *how, self.head, "--", *paths)
        if log not in self._logs:
            lines = self._git(*log).decode().splitlines()
            self._logs[log] = {commit for line in lines for commit in line.split()[:2]}
            if len(lines) > MOST_COMMITS:
                wrong = f"More than {MOST_COMMITS} commits of {self.remote.url} touched {paths[0]}"
                raise EditRefused(wrong, "Restore the file by hand; its history is too long to be judged.")
        return self._logs[log]

    def _all_known(self) -> list[str]:
        lines = self._git("rev-list", "--topo-order", "--parents", self.head).decode().splitlines()
        return known_commits([line.split() for line in lines], read_boundary(self.directory))

    def blobs(self, wanted: Iterable[tuple[str, str]]) -> Iterator[bytes | None]:
        """The content of each (commit, path), ``None`` where there is none; read as it is asked for, some at a time.

        Raises:
            EditRefused: one is larger than any file of a channel.
        """
        return read_blobs(lambda *how, data: self._git("cat-file", *how, data=data), self.remote.url, wanted)

    def commit(self, files: Mapping[str, bytes], message: str) -> str:
        """A commit on ``head`` that writes ``files`` and nothing else; returns its id. Nothing is pushed."""
        self._made += 1
        stream = commit_stream(f"refs/release/{self._made}", f"{WHO} now", f"{message}\n", files,
                               parent=self.head, modes=self._entries(files))  # fmt: skip
        return self._git("fast-import", "--quiet", "--date-format=now", data=stream + MARKED).decode().strip()

    def push(self, commit: str, branch: str | None = None) -> None:
        """Make ``branch`` (``None`` for the cloned one) point to ``commit``, where that is a fast forward.

        Raises:
            RaceLost, Protected, Refused, GitFailed: nothing of ours arrived, or (``GitFailed``) it is not known.
        """
        self._git("push", "--porcelain", "origin", f"{commit}:refs/heads/{branch or self.branch}")

    def tip(self, branch: str | None = None) -> str:
        """A branch's newest commit in the remote repository now; empty where there is no such branch."""
        ref = f"refs/heads/{branch or self.branch}"
        lines = self._git("ls-remote", "origin", ref).decode().splitlines()  # of ...{ref} too
        return next((commit for commit, _, name in (line.partition("\t") for line in lines) if name == ref), "")

    def is_twin(self, commit: str, branch: str) -> bool:
        """Whether the newest commit of another branch of the repository has the parents and the tree of ``commit``."""
        self._fetch(f"+refs/heads/{branch}:refs/release/other")
        return self._made_of("refs/release/other") == self._made_of(commit)

    def _made_of(self, commit: str) -> list[bytes]:
        """Tree and parents as the commit itself names them, also where they are not here."""
        lines = self._git("cat-file", "commit", commit).partition(b"\n\n")[0].splitlines()
        return [line for line in lines if line.startswith((b"tree ", b"parent "))]

    def _fetch(self, what: str) -> None:
        depth = ("--depth", str(self._depth)) if read_boundary(self.directory) else ()
        self._git("fetch", "--quiet", "--no-tags", *depth, "origin", what)
        self._known, self._logs = [], {}

    def _git(self, *arguments: str, data: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        return run_git(self.remote, self.directory, *arguments, data=data, extra=extra)

    def _entries(self, paths: Iterable[str]) -> dict[str, str]:
        """Path -> mode at ``head``, of those that are there."""
        listed = self._git("ls-tree", "-z", self.head, "--", *paths).decode("utf-8", "replace").split("\0")
        return {path: about.split()[0] for about, _, path in (entry.partition("\t") for entry in listed[:-1])}
