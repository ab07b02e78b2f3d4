"""What the user asked for, and what follows from it: channels, given checksums, needed artifacts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from release.errors import InputError
from release.metadata.artifacts import Found
from release.metadata.checksums import parse_checksums
from release.metadata.hashing import Progress, no_progress
from release.metadata.lookup import Asked
from release.metadata.lookup import look_up as look_up_release
from release.session import Session
from release.settings import Channel, require_channels

MAIN = "source"  # the artifact that a bare --sha256 means where several channels are meant


@dataclass(frozen=True)
class Options:
    """What the user asked for, as the flags of section "Commands" of the README say it.

    Attributes:
        task: for the report.
        channel: the one of a ``dist.CHANNEL`` task; ``None`` for the tasks on all.
        wait: minutes; 0 for not at all.
        progress: of downloads.
        announce: takes the version and who named it, before anything is sent or written.
    """

    task: str
    version: str = ""
    sha256: Sequence[str] = ()
    record: str = ""
    channel: str | None = None
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    dry_run: bool = False
    wait: float = 0.0
    force: bool = False
    allow_downgrade: bool = False
    tokens: bool = True
    progress: Progress = no_progress
    announce: Callable[[str], None] = lambda _line: None


def choose(session: Session, options: Options) -> list[Channel]:
    """The channels asked for, in the configured order.

    Raises:
        InputError: a name is unknown, or none is left, or none is configured.
    """
    require_channels(session.settings)
    known, one = session.settings.channels, [options.channel] if options.channel else []
    only, skip = one or _names(options.only), _names(options.skip)
    for name in (*only, *skip):
        if name not in known:
            raise InputError(f"Unknown channel {name!r}", _nearest(name, known))
    only = only or list(known)
    chosen = [channel for name, channel in known.items() if name in only and name not in skip]
    if not chosen:
        raise InputError("No channel is left", "Leave out --skip, or name another channel with --only.")
    return chosen


def _names(given: Sequence[str]) -> list[str]:
    """``a,b`` is two names."""
    return [name.strip() for text in given for name in text.split(",")]


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return (f"Did you mean {near[0]}? " if near else "") + f"Known channels: {', '.join(known)}."


def given_checksums(options: Options, channels: Sequence[Channel]) -> dict[str, str]:
    """The ``--sha256`` values by artifact; a bare one means the artifact of the one channel, else the source."""
    main = channels[0].artifact if options.channel and channels[0].artifact else MAIN
    return parse_checksums(options.sha256, main)


def needed(session: Session, channels: Iterable[Channel], given: Mapping[str, str]) -> list[str]:
    """The artifacts that have to be looked at."""
    names = [channel.artifact for channel in channels if channel.artifact]
    return [name for name in session.settings.artifacts if name in names or name in given]


def look_up(
    session: Session, options: Options, names: Sequence[str], begin: Callable[[str], None] = lambda _version: None
) -> Found:
    """The release that the options mean, with the artifacts ``names``; ``begin`` hears of its version first."""
    asked = Asked(names, options.version, options.record, options.wait, options.dry_run, options.progress)
    found = look_up_release(session, asked, begin)
    options.announce(found.heading)
    return found
