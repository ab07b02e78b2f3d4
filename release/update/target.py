"""An edit as a commit on the newest head: redone after a lost race, a pull request where the branch is protected."""

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from release.errors import InputError, ReleaseError, ServiceError
from release.git.clone import Clone, clone
from release.git.command import PROTOCOLS, GitFailed, Protected, RaceLost, make_remote
from release.session import Session
from release.settings import Channel

PAUSE = 0.5  # seconds at most before the second try; each further one may take as much longer


@dataclass(frozen=True)
class Edit:
    """Files to write on one head.

    Attributes:
        files: path -> new content.
        before: path -> content now, of every path that exists.
        message: of the commit; its first line is the title of a pull request.
        branch: where it goes if the default branch takes no push.
    """

    files: Mapping[str, bytes]
    before: Mapping[str, bytes] = field(repr=False)
    message: str
    branch: str

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True)
class Pushed:
    """An edit that arrived.

    Attributes:
        edit: what was written.
        commit: its id.
        attempts: pushes that it took.
        pull: the page of the pull request that waits, ``None`` where it is on the default branch.
    """

    edit: Edit
    commit: str
    attempts: int
    pull: str | None = None


@contextmanager
def cloned(
    session: Session, channel: Channel, *, writes: bool = True, history: bool = False, protocols: str = PROTOCOLS
) -> Iterator[Clone]:
    """A clone of the channel's target that is gone afterwards; without ``writes`` a token is not required.

    Raises:
        InputError: the channel has no token; nothing was cloned.
    """
    url = f"{session.environment.server_url}/{channel.target}.git"
    token = require_token(session, channel) if writes else session.token(channel)
    remote = make_remote(
        session.environment.variables, url, token, session.token_name(channel),
        stall=session.settings.http.timeout, protocols=protocols,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="release-", ignore_cleanup_errors=True) as folder:
        session.say(f"{channel.name}: cloning {url}")
        yield clone(remote, Path(folder) / "target.git", history=history)


def require_token(session: Session, channel: Channel) -> str:
    """The channel's token, or the App's.

    Raises:
        InputError: there is none.
    """
    if token := session.token(channel):
        return token
    raise InputError(
        f"Unauthorized: {channel.token} is not set, so {channel.target} cannot be changed",
        f"Set {channel.token} to a token with Contents: write on {channel.target}.",
    )


def push_edit(
    session: Session, channel: Channel, target: Clone, decide: Callable[[Clone], Edit | None], tries: int
) -> Pushed | None:
    """Decide on the head, commit, push; where somebody else was faster, decide again on the new head.

    Args:
        session: collaborators.
        channel: whose target it is.
        target: its clone.
        decide: the edit that this head needs, ``None`` where it needs none; its errors end it all.
        tries: pushes at most.

    Returns:
        ``None`` where nothing had to be written.

    Raises:
        RaceLost: every push was too late.
        ReleaseError: refused, or not to be had.
    """
    for attempt in range(1, tries + 1):
        edit = decide(target)
        if edit is None:
            return None
        commit = target.commit(edit.files, edit.message)
        try:
            _push(target, commit)
        except Protected:
            session.say(f"{channel.name}: {target.branch} is protected, so this becomes a pull request.")
            return Pushed(edit, commit, attempt, _propose(session, channel, target, edit, commit))
        except RaceLost:
            session.say(f"{channel.name}: somebody else pushed first (try {attempt} of {tries}).")
            if attempt < tries:
                pause = random.uniform(0.1, 1) * PAUSE * attempt  # noqa: S311 - jitter, no secret
                session.transport.sleep(min(pause, session.settings.retry.max_wait))
                target.refresh()
        else:
            return Pushed(edit, commit, attempt)
    raise RaceLost(
        f"{channel.target} was changed by others during each of {tries} tries",
        "Run it again when nothing else pushes there.",
    )


def _push(target: Clone, commit: str) -> None:
    """Push; an answer that was lost is looked up, so that what arrived is not sent again."""
    try:
        target.push(commit)
    except (GitFailed, RaceLost):  # curl sends again by itself, and then our own commit is in the way
        if target.tip() != commit:
            raise


def _propose(session: Session, channel: Channel, target: Clone, edit: Edit, commit: str) -> str:
    """The page of an open pull request with ``edit``; an earlier run's is found again."""
    token = session.token(channel, pulls=True)
    there = target.branch_files(edit.branch, edit.files)
    if there is None:
        target.push(commit, edit.branch)
    elif there != dict(edit.files):
        raise ReleaseError(
            f"The branch {edit.branch} of {channel.target} exists and holds something else",
            "Merge or close its pull request, delete the branch, and run it again.",
        )
    if page := _open_pull(session, channel, edit.branch):
        return page
    body = f"{edit.message}\n\n`{target.branch}` takes no direct push, so this waits for a person."
    pull = {"title": edit.title, "head": edit.branch, "base": target.branch, "body": body}
    try:
        return str(session.github.create_pull(channel.target, token, pull).get("html_url"))
    except ServiceError as error:
        if error.status == 422 and (page := _open_pull(session, channel, edit.branch)):
            return page
        raise


def _open_pull(session: Session, channel: Channel, branch: str) -> str | None:
    head = f"{channel.target.partition('/')[0]}:{branch}"
    found = session.github.pulls(channel.target, session.token(channel, pulls=True), head=head)
    return next((str(p.get("html_url")) for p in found if _branch_of(p) in {branch, ""}), None)


def _branch_of(pull: Mapping[str, object]) -> str:
    head = pull.get("head")
    return str(head.get("ref") or "") if isinstance(head, Mapping) else ""
