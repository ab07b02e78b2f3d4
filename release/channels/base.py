"""What every kind of channel answers. Text and records in, text and records out; a session comes in as an argument."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Generic

from release.channels.bundle import Bundle
from release.channels.change import Change, Files
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.channels.verdict import Expected, Verdict, judge
from release.errors import ReleaseError
from release.records import Outcome, Served, State
from release.settings import Channel, ChannelT, Project

if TYPE_CHECKING:
    from release.channels.adopted import Adopted
    from release.channels.sources import Sources
    from release.channels.wish import Wish
    from release.findings import Line
    from release.session import Session

__all__ = ["Change", "Files", "Kind"]

Checks = Mapping[str, "Callable[[], list[Line]]"]
"""What is looked at, in a word -> the look."""


class Kind(Generic[ChannelT]):
    """A kind of channel: one that is told by a dispatch and of which nothing else is known. Subclasses override.

    An instance holds no state.

    Attributes:
        settings: the record of its channels, with the keys that they have.
        edits_files: its own files in the target say what users get: ``update.NAME`` exists, git's history can go back.
        replaces: a newer version takes the place of an older one, and an older one its place only where that is meant.
        follows_latest: a moving tag has to be the newest stable release.
        longest_pause: seconds between two reads, at most, while somebody waits.
        systems: on which of ``linux``, ``macos``, ``windows`` an installation from it is tried.
        installer: the package manager that GitHub's machines of these systems lack, empty where they have it.
    """

    settings: ClassVar[type[Channel]] = Channel
    edits_files: ClassVar[bool] = False
    replaces: ClassVar[bool] = False
    follows_latest: ClassVar[bool] = False
    longest_pause: ClassVar[float] = 30.0
    systems: ClassVar[tuple[str, ...]] = ()
    installer: ClassVar[str] = ""

    # What it can express, and its files

    def native_version(self, version: str) -> str:
        """``version`` (SemVer) as this channel writes it.

        Raises:
            InputError: the channel cannot express it.
        """
        return version

    def paths(self, channel: ChannelT) -> tuple[str, ...]:
        """The files that hold version and checksum; all of them must exist."""
        return channel.paths

    def extra_paths(self, channel: ChannelT) -> tuple[str, ...]:
        """Files that are edited too where they exist."""
        del channel
        return ()

    def sibling_paths(self, channel: ChannelT, paths: Iterable[str]) -> list[str]:
        """Those of ``paths``, beside the channel's first file, that an edit has to know."""
        del channel, paths
        return []

    def needs_commit(self, channel: ChannelT, files: Files) -> bool:
        """Whether an edit needs the commit of the release's tag (``Change.commit``)."""
        del channel, files
        return False

    def served(self, channel: ChannelT, files: Files) -> Served:
        """The version and checksums that ``files`` hold.

        Raises:
            EditRefused: a file is missing, or has not the shape of this kind.
        """
        raise NotImplementedError

    def edit(self, channel: ChannelT, files: Files, change: Change) -> dict[str, bytes]:
        """The files that must be written, new ones included; empty where all is as it should be.

        Raises:
            EditRefused: a place that must change was not found exactly as often as expected.
        """
        raise NotImplementedError

    def notes(self, channel: ChannelT, before: Files, after: Files) -> tuple[str, ...]:
        """What a person should look at after an edit, one line each."""
        del channel, before, after
        return ()

    def commit_message(self, change: Change) -> str:
        """The channel's usual message for a bump."""
        return f"{change.project}: update to {change.version}"

    # What it serves

    def readable(self, channel: ChannelT) -> bool:
        """Whether anything says what this channel serves."""
        del channel
        return self.edits_files

    def read(self, channel: ChannelT, version: str, sources: "Sources") -> Served:
        """What users get, read where they get it; ``version`` as this channel writes it.

        Raises:
            ReleaseError: it cannot be read.
        """
        del version
        return self.served(channel, sources.files(self.paths(channel)))

    def judge(self, channel: ChannelT, served: Served, expected: Expected) -> Verdict:
        """What was read, held against what it should be."""
        del channel
        return judge(served, expected)

    # The way back

    def advise(self, channel: ChannelT, project: Project, bad: str, good: str) -> str:
        """What people do to have ``good`` in place of ``bad``; a channel's own files went back to it already."""
        if self.edits_files:
            return f"Users who updated to {bad} install {good} of {project.name} again from {channel.target}."
        return f"Restore {channel.target} by hand."

    def roll_back(self, session: "Session", channel: ChannelT, wish: "Wish") -> Outcome:
        """Go back to ``wish.good``, for a kind without files in git; a failure is raised.

        Raises:
            ReleaseError: it cannot be done.
        """
        version = wish.good or wish.bad
        reason = f"a channel of kind {channel.kind} is told, its files are not known here"
        return Outcome(channel.name, State.MANUAL, channel.target, version=version, reason=reason,
                       next=self.advise(channel, session.settings.project, wish.bad, version))  # fmt: skip

    def left_to_people(self, session: "Session", channel: ChannelT, wish: "Wish", *, moved: bool) -> str | None:
        """Why the way back needs a person although the files are as they should be; ``None`` where it does not.

        Args:
            session: collaborators.
            channel: whose files hold ``wish.good``.
            wish: the rollback, its ``good`` known.
            moved: whether this rollback moved them.
        """
        del session, channel, wish, moved
        return None

    # What would fail tomorrow

    def examine(self, session: "Session", channel: ChannelT) -> Checks:
        """What doctor looks at beside token, target and receiver."""
        del session, channel
        return {}

    # What its users get

    def bundle(self, channel: ChannelT, files: Files) -> Bundle | None:
        """What ``files`` install beside a wheel of the product; ``None`` where that is not theirs to say."""
        del channel, files
        return None

    # On this machine

    @property
    def prover(self) -> Prover[ChannelT] | None:
        """How users install, run, upgrade and remove it; ``None``: there is no proof."""
        return None

    @property
    def rehearsed(self) -> Rehearsed[ChannelT]:
        """How the stand-in plays this kind."""
        return Rehearsed()

    @property
    def adopted(self) -> "Adopted[ChannelT]":
        """How a product takes it up: settings to begin with, and the target's workflow."""
        from release.channels.adopted import Adopted  # noqa: PLC0415 - only `init` asks

        return Adopted()


def cannot_read(reason: str, fix: str = "Try it again later.") -> ReleaseError:
    """The error of a source that does not say what is served."""
    return ReleaseError(reason, fix)
