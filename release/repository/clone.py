"""A clone of a channel's repository, and the token that changing it takes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.errors import InputError
from release.git.clone import Clone, clone
from release.git.command import PROTOCOLS, make_remote
from release.session import Session
from release.settings import Channel


@contextmanager
def cloned(
    session: Session, channel: Channel, *, writes: bool = True, depth: int = 1, protocols: str = PROTOCOLS
) -> Iterator[Clone]:
    """A clone of the channel's target, ``depth`` commits deep, gone afterwards; only ``writes`` needs a token.

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
        yield clone(remote, Path(folder) / "target.git", depth=depth)


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
