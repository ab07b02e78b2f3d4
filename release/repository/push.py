"""An edit as a commit on the newest head: redone after a lost race, a pull request where the branch is protected."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from release.errors import ReleaseError, ServiceError
from release.git.clone import Clone
from release.git.command import Protected, RaceLost
from release.git.push import Unseen, push_once
from release.github.own import is_own_pull
from release.github.pulls import pull_url
from release.session import Session
from release.settings import Channel

AGAIN = "Run the same command again: what is done is skipped."
BRANCHES = 9  # tried for a pull request
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
    """An edit that arrived, or may have.

    Attributes:
        edit: what was written.
        commit: its id.
        attempts: pushes that it took.
        pull: the page of the pull request that waits, ``None`` where it is on the default branch.
        unseen: why it is not known whether it arrived at all; ``None`` where it did.
    """

    edit: Edit
    commit: str
    attempts: int
    pull: str | None = None
    unseen: str | None = None


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
        pushed = Pushed(edit, target.commit(edit.files, edit.message), attempt)
        try:
            return _arrive(session, channel, target, pushed)
        except Unseen as unseen:
            return replace(pushed, unseen=unseen.wrong)
        except RaceLost:
            session.say(f"{channel.name}: somebody else pushed first (try {attempt} of {tries}).")
            if attempt < tries:
                pause = random.uniform(0.1, 1) * PAUSE * attempt  # noqa: S311 - jitter, no secret
                session.transport.sleep(min(pause, session.settings.retry.max_wait))
                target.refresh()
    raise RaceLost(
        f"{channel.target} was changed by others during each of {tries} tries",
        "Run it again when nothing else pushes there.",
    )


def _arrive(session: Session, channel: Channel, target: Clone, pushed: Pushed) -> Pushed:
    """Push to the branch itself, else to one of its own with a pull request."""
    try:
        if push_once(target, pushed.commit, target.branch):
            return pushed
    except Protected:
        session.say(f"{channel.name}: {target.branch} is protected, so this becomes a pull request.")
        return replace(pushed, pull=_propose(session, channel, target, pushed))
    raise RaceLost(f"Somebody else pushed to {channel.target} at the same time", "Run it again.")


def _propose(session: Session, channel: Channel, target: Clone, pushed: Pushed) -> str:
    """The page of an open pull request with exactly this commit; an earlier run's is found again."""
    token, edit, branch = session.token(channel, pulls=True), pushed.edit, _own_branch(target, pushed)
    body = f"{edit.message}\n\n`{target.branch}` takes no direct push, so this waits for a person."
    pull = {"title": edit.title, "head": branch, "base": target.branch, "body": body}
    try:
        if page := _open_pull(session, channel, branch):
            return page
        return pull_url(session.github.create_pull(channel.target, token, pull), _page(session, channel))
    except ServiceError as error:
        if error.status == 422 and (page := _open_pull(session, channel, branch)):
            return page
        wrong = f"The branch {branch} of {channel.target} was pushed, but got no pull request: {error.wrong}"
        raise ServiceError(wrong, error.fix, error.status) from None


def _own_branch(target: Clone, pushed: Pushed) -> str:
    """A branch that holds exactly this change on the current head, and nothing else; others are left alone."""
    names = [pushed.edit.branch, *(f"{pushed.edit.branch}-{number}" for number in range(2, BRANCHES + 1))]
    for branch in names:
        if not target.tip(branch) and push_once(target, pushed.commit, branch):
            return branch
        if target.is_twin(pushed.commit, branch):
            return branch
    raise ReleaseError(
        f"The branches {names[0]} to {names[-1]} of {target.remote.url} exist and hold something else",
        "Merge or close their pull requests, delete the branches, and run it again.",
    )


def _open_pull(session: Session, channel: Channel, branch: str) -> str | None:
    head = f"{channel.target.partition('/')[0]}:{branch}"
    found = session.github.pulls(channel.target, session.token(channel, pulls=True), head=head)
    own = (pull for pull in found if is_own_pull(pull, channel.target, branch))
    return next((pull_url(pull, _page(session, channel)) for pull in own), None)


def _page(session: Session, channel: Channel) -> str:
    return f"{session.environment.server_url}/{channel.target}"
