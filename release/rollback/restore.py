"""The decision of a rollback in git: which files the newest head needs, as at the last good commit."""

from typing import Any

from release.channels.base import Kind
from release.channels.text.versions import is_older
from release.channels.verdict import same_version
from release.channels.wish import Wish
from release.errors import EditRefused, ReleaseError
from release.git.clone import Clone
from release.repository.history import Held, History, foreign_edit, holds, last_of, version_before
from release.repository.push import Edit
from release.rollback.under_way import OURS
from release.settings import Channel

NAME_SERVED = "Name what it serves with --version if {} is the bad one."


class Restoration:
    """The files of one channel.

    Attributes:
        good: the version to go to, once it is known.
    """

    def __init__(self, channel: Channel, kind: Kind[Any], wish: Wish) -> None:
        self.channel, self.kind, self.wish, self.good = channel, kind, wish, wish.good

    def decide(self, target: Clone) -> Edit | None:
        """What this head needs; ``None`` where it serves the good version.

        Raises:
            ReleaseError: it serves a third version, never served the bad one, or was edited by hand since.
        """
        bad, paths = self.wish.bad, [*self.kind.paths(self.channel), *self.kind.extra_paths(self.channel)]
        before = target.files(paths)
        serves = self.kind.served(self.channel, before)
        history = History(target, self.channel, self.kind)
        good = self.good = self.wish.good or self._good_of(history, serves.version)
        if holds(serves, good):
            return None
        if not holds(serves, bad):
            raise ReleaseError(
                f"{self.channel.target} serves {serves.version}, which is neither {bad} nor {good}",
                NAME_SERVED.format(serves.version),
            )
        old = self._restorable(history, good)
        files = {path: body for path, body in old.files.items() if before.get(path) != body}
        return Edit(files, before, self._message(old, good), f"{OURS}{self.wish.project}-{bad}-to-{good}")

    def _good_of(self, history: History, serves: str | None) -> str:
        bad, target = self.wish.bad, self.channel.target
        good = history.find(lambda known: version_before(known.main, bad)) or version_before(history.all, bad)
        if good is None and not any(one.is_of(bad) for one in history.all) and not same_version(serves or "", bad):
            raise ReleaseError(
                f"{target} never served {bad}; it serves {serves}",
                f"In rollback.all leave it out: --skip {self.channel.name}.",
            )
        if good is None:
            raise ReleaseError(f"{target} held no version before {bad}", "Name the good one with --to.")
        if is_older(good, bad) is not True:
            raise ReleaseError(
                f"{target} held {good} before {bad}, which is no older version; it serves {serves}",
                self._instead(good, serves),
            )
        return good

    def _instead(self, good: str, serves: str | None) -> str:
        """What to do where ``good`` is no older version."""
        if not same_version(serves or "", self.wish.bad):
            return NAME_SERVED.format(serves)
        return f"Name an older one with --to, or bring it back with: invoke dist.{self.channel.name} --version {good}"

    def _restorable(self, history: History, good: str) -> Held:
        """The state to restore: the last that held ``good``, wherever a merge brought it from."""
        old = history.find(lambda known: last_of(known.all, good))
        if old is None:
            raise ReleaseError(
                f"The history of {self.channel.target} has no commit that held {good}", "Name another one with --to."
            )
        if commit := foreign_edit(history.all, old) or foreign_edit(history.main, old):
            raise EditRefused(
                f"Commit {commit} of {self.channel.target} changed the files since {good}, and is no bump",
                "Undo that commit or restore the files by hand: a rollback would lose it.",
            )
        return old

    def _message(self, old: Held, good: str) -> str:
        why = f"Reason: {self.wish.reason}\n\n" if self.wish.reason else ""
        files = ", ".join(self.kind.paths(self.channel))
        return f"{self.wish.project}: roll back {self.wish.bad} to {good}\n\n{why}Restores {files} as at {old.commit}."
