"""Every chosen channel serves the last good version again; one channel's failure does not stop another."""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import replace

from release.channels import kind_of
from release.channels.text.versions import is_older
from release.channels.verdict import same_version
from release.channels.wish import Wish
from release.errors import InputError, ReleaseError, ServiceError, Stopped, one_line
from release.git.command import PROTOCOLS
from release.http.workers import Workers
from release.metadata.version import parse_version, tag_of
from release.records import Outcome, State
from release.repository.clone import require_token
from release.repository.push import AGAIN
from release.rollback.files import FilesRollback
from release.rollback.under_way import unless_under_way
from release.session import Session
from release.settings import Channel, Project

GRACE_SECONDS = 1.5  # after Ctrl-C, for what is on its way
BEFORE = "interrupted before it was rolled back"
MAY = "interrupted: it may have been moved"


def plan_rollback(
    session: Session, channels: Sequence[Channel], bad: str, good: str | None = None, *, reason: str = ""
) -> list[Outcome]:
    """What ``rollback`` would do: ``planned`` with the diff, or why a channel needs or takes nothing.

    Raises:
        InputError: as ``rollback``; a token that is not set is none here.
    """
    return rollback(session, channels, bad, good, reason=reason, dry_run=True)


def rollback(
    session: Session, channels: Sequence[Channel], bad: str, good: str | None = None, *, reason: str = "",
    dry_run: bool = False, release_is_latest: bool | None = None, protocols: str = PROTOCOLS,
) -> list[Outcome]:  # fmt: skip
    """Move ``channels`` from ``bad`` back to ``good``.

    Args:
        session: collaborators.
        channels: in the order of the report.
        bad: the version to leave.
        good: the version to go to; ``None``: what each channel's files held directly before ``bad``.
        reason: a sentence for the commit.
        dry_run: shows diffs, writes nothing.
        release_is_latest: whether ``bad`` is GitHub's latest release; ``None`` asks GitHub.
        protocols: what git may speak, ``:`` between them.

    Returns:
        One outcome for each channel: ``served``, ``skipped`` (already done), ``manual``, ``pending`` (a pull
        request waits), ``unconfirmed``, ``failed`` with the reason, or ``planned``. ``version`` is the good one
        where it is known; ``serves`` was read after the change.

    Raises:
        InputError: versions make no sense, or a token is not set; nothing was done.
    """
    wish = _wish(session, channels, bad, good, reason)
    wish = replace(wish, dry_run=dry_run, protocols=protocols)
    if not dry_run:
        _require_tokens(session, channels)
    outcomes = _perform(session, channels, wish)
    if release_is_latest is None:
        release_is_latest = _found_latest(session, wish.bad)
    if release_is_latest and outcomes:
        outcomes[0] = _marked(session, wish, outcomes[0])
    return outcomes


def _wish(session: Session, channels: Sequence[Channel], bad: str, good: str | None, reason: str) -> Wish:
    if not bad:
        raise InputError("A rollback needs the bad version", "Give it with --version.")
    bad, good = parse_version(bad), parse_version(good) if good else None
    if good and same_version(bad, good):
        raise InputError(f"--version and --to are both {bad}", "Name an older good version with --to, or leave it out.")
    if good and is_older(bad, good):
        raise InputError(f"--to {good} is newer than {bad}", f"Bring it out with: invoke dist.all --version {good}")
    if good is None and channels and all(kind_of(channel.kind).follows_latest for channel in channels):
        raise InputError("No other channel tells which version was good", "Name it with --to.")
    return Wish(session.settings.project.name, bad, good, one_line(reason))


def _require_tokens(session: Session, channels: Sequence[Channel]) -> None:
    for channel in channels:
        if kind_of(channel.kind).edits_files:
            require_token(session, channel)


def _perform(session: Session, channels: Sequence[Channel], wish: Wish) -> list[Outcome]:
    """The channels in git at the same time, then those without files there, which go where the others go."""
    files = {one.name: FilesRollback(session, one, wish) for one in channels if kind_of(one.kind).edits_files}
    begun: dict[str, Future[Outcome]] = {}
    with Workers(session.settings.http.concurrency) as workers:
        try:
            for name, one in files.items():
                begun[name] = workers.submit(one.run)
            wait(begun.values())
            goods = [one.good for one in files.values() if one.good]
            for channel in (one for one in channels if one.name not in files):
                begun[channel.name] = workers.submit(_without_files, session, channel, wish, goods)
            wait(begun.values())
        except KeyboardInterrupt:
            session.stop.set()
            wait(begun.values(), timeout=GRACE_SECONDS)
    return [_ended(channel, wish, files.get(channel.name), begun.get(channel.name)) for channel in channels]


def _ended(channel: Channel, wish: Wish, files: FilesRollback | None, future: "Future[Outcome] | None") -> Outcome:
    """How it ended; where an interrupt came first, what is true now."""
    if future and future.done() and not isinstance(future.exception(), Stopped):
        return future.result()
    if files:
        return files.interrupted()
    version = wish.good or wish.bad
    if future is None:
        return Outcome(channel.name, State.FAILED, channel.target, version=version, reason=BEFORE, next=AGAIN)
    return Outcome(channel.name, State.UNCONFIRMED, channel.target, version=version, reason=MAY, next=AGAIN)


def _without_files(session: Session, channel: Channel, wish: Wish, goods: Sequence[str]) -> Outcome:
    """A channel whose kind has no files in git; without ``--to`` it goes where all the others agree to go."""
    if wish.good is None and goods:
        if others := [good for good in goods if not same_version(good, goods[0])]:
            reason = f"the other channels go to different versions ({goods[0]}, {others[0]})"
            outcome = Outcome(channel.name, State.FAILED, channel.target, version=wish.bad, reason=reason)
            return replace(outcome, next="Name the good version with --to.")
        wish = replace(wish, good=max(goods, key=_dots))
    started = session.transport.clock()
    if session.stop.is_set():
        return Outcome(channel.name, State.FAILED, channel.target, version=wish.bad, reason=BEFORE, next=AGAIN)
    try:
        outcome = kind_of(channel.kind).roll_back(session, channel, wish)
        outcome = outcome if outcome.state is State.MANUAL else unless_under_way(session, channel, wish.bad, outcome)
    except Stopped:
        raise
    except ReleaseError as error:
        outcome = Outcome(channel.name, State.FAILED, channel.target, version=wish.good or wish.bad)
        outcome = replace(outcome, reason=error.wrong, next=error.fix)
    return replace(outcome, seconds=round(session.transport.clock() - started, 3))


def _dots(version: str) -> int:
    """SemVer has more dots than a channel's own form of the same version."""
    return version.count(".")


def _found_latest(session: Session, bad: str) -> bool:
    """As ``_is_latest``; not where an interrupt came first, which loses nothing of what was done."""
    if session.stop.is_set():
        return False
    try:
        return _is_latest(session, bad)
    except KeyboardInterrupt:
        session.stop.set()
        return False


def _is_latest(session: Session, bad: str) -> bool:
    """Whether GitHub's latest release is ``bad``; not where that cannot be had."""
    project = session.settings.project
    try:
        found = session.newest_release()
    except (ServiceError, ReleaseError):
        return False
    return found is not None and found.get("tag_name") == tag_of(bad, project)


def _marked(session: Session, wish: Wish, outcome: Outcome) -> Outcome:
    """With what is to be done about the release itself; said once, whatever the number of channels."""
    mark = _mark_release(session.settings.project, wish.bad)
    return replace(outcome, next=f"{outcome.next.rstrip('. ')}; {mark}" if outcome.next else mark)


def _mark_release(project: Project, bad: str) -> str:
    """How GitHub's latest release stops being ``bad``."""
    tag = tag_of(bad, project)
    return (
        f"{tag} is still GitHub's latest release, and what looks for new versions would bring it back: "
        f"gh release edit {tag} --prerelease --repo {project.repository}"
    )
