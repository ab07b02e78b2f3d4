"""The community feed beside the package's repository: how far the review is, and what only its owner can do."""

from dataclasses import replace
from pathlib import PurePosixPath

from semver import Version

from release.channels.choco.feed import Review, read_feed
from release.channels.choco.nuspec import native_version
from release.channels.choco.settings import ChocoChannel
from release.channels.verdict import Verdict
from release.channels.wish import Wish
from release.errors import InputError, ServiceError
from release.records import State
from release.session import Session
from release.settings import Project

ABSENT = "absent"  # a version that the feed does not have
LISTED = {Review.APPROVED, Review.PENDING}
COMMUNITY = "https://community.chocolatey.org/api/v2"


def package_of(channel: ChocoChannel) -> str:
    """The package's id: the name of its nuspec.

    Raises:
        InputError: the configuration names no nuspec.
    """
    found = [path for path in channel.paths if path.lower().endswith(".nuspec")]
    if not found:
        raise InputError(f"Configuration: channels.{channel.name}.files names no nuspec", "Add it there.")
    return PurePosixPath(found[0]).stem


def judge_review(verdict: Verdict) -> Verdict:
    """What the package's repository holds, seen together with the feed. Pure."""
    served = verdict.served
    if verdict.state is not State.SERVED or served is None:
        return verdict
    if served.unread:
        return replace(verdict, state=State.UNKNOWN, reason=served.unread)
    if served.review == ABSENT:
        return replace(verdict, state=State.BEHIND, reason="the repository has it, the community feed does not (yet)")
    if served.review == Review.PENDING:
        said = (served.note or "").rpartition("community feed: ")[2]
        return replace(verdict, state=State.PENDING, reason=f"in moderation ({said})")
    if served.review in {None, Review.APPROVED}:
        return verdict
    refused = served.review == Review.REJECTED
    return replace(verdict, state=State.BEHIND, reason=f"the community feed has it as {served.review}", refused=refused)


def advise(channel: ChocoChannel, project: Project, bad: str, good: str) -> str:
    """The steps after a rollback; an approved version cannot be replaced (Chocolatey's documentation)."""
    name, page = package_of(channel), (channel.feed or COMMUNITY).rstrip("/")
    old, new = native_version(good), native_version(bad)
    following = Version.parse(bad).next_version("patch")
    return (
        f"1. Unlist {new}, signed in as owner: {page.removesuffix('/api/v2')}/packages/{name}/{new} "
        f"2. Users go back with: choco install {name} --version {old} --allow-downgrade, "
        f"and stay with: choco pin add --name {name} --version {old} "
        f"3. Publish {following} of {project.name}; an approved version cannot be replaced"
    )


def still_listed(session: Session, channel: ChocoChannel, wish: Wish, *, moved: bool) -> str | None:
    """Why users of Chocolatey can still get the bad version; ``None`` where they cannot."""
    if moved:
        return f"the repository holds {wish.good} again; the gallery needs its owner"
    if not channel.feed:
        return None
    try:
        native = native_version(wish.bad)
    except InputError:  # what Chocolatey cannot express was never there
        return None
    try:
        entry = read_feed(session.transport, channel.feed, package_of(channel), native)
    except ServiceError as error:
        return f"the repository holds {wish.good}; whether {native} is listed could not be read: {error.wrong}"
    return f"the repository holds {wish.good}; {native} is still listed" if entry and entry.review in LISTED else None
