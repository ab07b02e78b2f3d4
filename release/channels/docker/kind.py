"""Docker: an image tag per version, built by a workflow of the product's repository."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from release.channels.base import Checks, Kind
from release.channels.docker.login import check_login
from release.channels.docker.prove import PROVER
from release.channels.docker.read import PRIVATE, read_image
from release.channels.docker.rehearsal import RehearsedImage
from release.channels.docker.rollback import roll_back_image
from release.channels.proof import Prover
from release.channels.rehearsed import Rehearsed
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict
from release.channels.wish import Wish
from release.errors import InputError
from release.records import Outcome, Served, State
from release.settings import Channel, Project

if TYPE_CHECKING:
    from release.session import Session
from release.channels.docker.settings import DockerChannel

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")  # the distribution specification's grammar of a tag


class Docker(Kind):
    """An image in a registry; it has no checksum of an artifact, and versions stand side by side."""

    follows_latest = True
    settings = DockerChannel
    systems = ("linux",)

    def native_version(self, version: str) -> str:
        """The version as it is, where it is a tag.

        Raises:
            InputError: it holds what a tag cannot hold, such as ``+``.
        """
        if not TAG.fullmatch(version):
            raise InputError(
                f"Docker cannot express version {version!r} as a tag",
                "Leave the build metadata out, or leave the channel out with --skip.",
            )
        return version

    def readable(self, channel: Channel) -> bool:
        """Its registry says what it serves."""
        del channel
        return True

    def read(self, channel: Channel, version: str, sources: Sources) -> Served:
        """The digests of the version's tag and of ``latest``."""
        return read_image(cast("DockerChannel", channel), version, sources)

    def judge(self, channel: Channel, served: Served, expected: Expected) -> Verdict:
        """The tag is there, users can pull it and, for the newest stable version, ``latest`` is the same image."""
        if served.review == PRIVATE:
            wrong = f"the package is private, users cannot pull it: {channel.image}"
            return Verdict(State.FAILED, replace(served, review=None), wrong, refused=True)
        if served.digest is None:
            return Verdict(State.BEHIND, None, f"there is no tag {expected.version}")
        if served.latest or expected.newest is False:
            return Verdict(State.SERVED, served)
        if served.unread:
            return Verdict(State.UNKNOWN, served, served.unread)
        other = "`latest` is another image"
        if expected.newest is None:
            unknown = f"{other}; whether it should be this one could not be read from GitHub"
            return Verdict(State.UNKNOWN, served, unknown)
        return Verdict(State.BEHIND, served, other)

    def advise(self, channel: Channel, project: Project, bad: str, good: str) -> str:
        """``latest`` is pulled again."""
        del project, good
        reference = cast("DockerChannel", channel).reference
        return f"Users who pulled it go back with: docker pull {reference}:latest (the tag {bad} stays)"

    def roll_back(self, session: "Session", channel: Channel, wish: Wish) -> Outcome:
        """``latest`` points to the good version's digest again."""
        return roll_back_image(session, cast("DockerChannel", channel), wish, self.native_version, self.advise)

    def examine(self, session: "Session", channel: Channel) -> Checks:
        """Whether the registry takes the login."""
        return {"registry": lambda: check_login(session, cast("DockerChannel", channel))}

    @property
    def prover(self) -> Prover:
        """Pull by digest, run without a network."""
        return PROVER

    @property
    def rehearsed(self) -> Rehearsed:
        """An image in the stand-in's registry."""
        return RehearsedImage()
