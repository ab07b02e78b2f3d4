"""What the channel gave before: the version that users upgrade from."""

from collections.abc import Sequence
from itertools import takewhile

from release.channels import kind_of
from release.channels.proof import Before
from release.channels.text.versions import is_older
from release.repository.clone import cloned
from release.repository.history import DEPTH, Held, History, holds
from release.session import Session
from release.settings import Channel


def version_before(session: Session, channel: Channel, version: str) -> Before | None:
    """The version that the channel's files held before ``version``, ``None`` where they held none.

    Raises:
        ReleaseError: the target cannot be read.
    """
    kind = kind_of(channel.kind)
    if not kind.edits_files:
        return None
    with cloned(session, channel, writes=False, depth=DEPTH) as target:
        if not holds(kind.served(channel, target.files(kind.paths(channel))), version):
            return None
        return History(target, channel, kind).find(lambda known: before_in(known.main, version))


def before_in(history: Sequence[Held], version: str) -> Before | None:
    """The newest commit of another version, where the newest of all is of ``version``. Pure.

    Args:
        history: newest first, what users were served in turn.
        version: SemVer.
    """
    now = list(takewhile(lambda one: one.is_of(version), history))
    older = next((one for one in history[len(now) :] if one.serves and one.serves.version), None)
    if not now or older is None or older.serves is None or older.serves.version is None:
        return None
    return Before(older.serves.version, older.commit, newer=is_older(version, older.serves.version) is True)
