"""A push whose answer was lost is looked up, so that nothing is sent twice and nothing is claimed that is not known."""

from release.errors import ReleaseError
from release.git.clone import Clone
from release.git.command import GitFailed, RaceLost


class Unseen(ReleaseError):  # noqa: N818 - says what happened
    """The answer to a push was lost, and what is there cannot be read: it may have arrived."""


def push_once(target: Clone, commit: str, branch: str) -> bool:
    """Make ``branch`` point to ``commit``, which follows ``target.head``; ``False``: somebody else was faster.

    Raises:
        Unseen: it may have arrived.
        Protected, Refused, GitFailed: it did not.
    """
    try:
        target.push(commit, branch)
    except (GitFailed, RaceLost) as lost:  # curl sends again by itself, and then our own commit is in the way
        there = _look(target, branch, lost)
        if isinstance(lost, GitFailed) and there in {"", target.head}:
            raise
        return there == commit
    return True


def _look(target: Clone, branch: str, lost: ReleaseError) -> str:
    try:
        return target.tip(branch)
    except ReleaseError as error:
        wrong = f"{branch} of {target.remote.url} may have been pushed: {lost.wrong}; then {error.wrong}"
        raise Unseen(wrong, error.fix) from None
