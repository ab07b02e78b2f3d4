"""Moving a channel's own files to a release: in a checkout, or by a commit in the target. What a receiver runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from release.channels import kind_of
from release.errors import InputError, ReleaseError
from release.git.clone import Clone
from release.git.command import PROTOCOLS
from release.git.diff import unified
from release.records import Outcome, Release, Served, State
from release.repository.clone import cloned
from release.repository.push import AGAIN, Edit, Pushed, push_edit
from release.session import Session
from release.settings import Channel
from release.update.bump import Bump, make_bump
from release.update.checkout import read_folder, write_folder

TRIES = 5


def update(
    session: Session, channel_name: str, release: Release, *, given_sha256: Mapping[str, str] | str | None = None,
    path: Path | None = None, dry_run: bool = False, allow_downgrade: bool = False, protocols: str = PROTOCOLS,
) -> Outcome:  # fmt: skip
    """Edit the channel's files so that they serve ``release``.

    Args:
        session: collaborators.
        channel_name: its key in the configuration.
        release: with the checksums that were seen to be true.
        given_sha256: what the user or a payload says: of the channel's artifact, or by artifact or asset name.
        path: a checkout to edit; ``None`` clones the target, commits and pushes.
        dry_run: shows the diff and writes nothing.
        allow_downgrade: also where the files hold a newer version.
        protocols: what git may speak, ``:`` between them.

    Returns:
        ``served`` (pushed and read back), ``sent`` (a checkout was edited), ``pending`` (a pull request waits),
        ``skipped`` (nothing to change), or ``planned`` (dry run), with the diff. An interrupt ends it with what is
        true then, and ``session.stop`` set.

    Raises:
        InputError: no such channel, a checksum is not the release's, or the token is not set; nothing was cloned.
        EditRefused: the files cannot be edited safely; nothing was written.
        ReleaseError: clone, push or pull request failed.
    """
    started = session.transport.clock()
    channel = _editable(session, channel_name)
    bump = make_bump(session, channel, release, given_sha256, allow_downgrade=allow_downgrade)
    sha256 = bump.change.sha256 or None
    planned = Outcome(channel.name, State.PLANNED, channel.target, version=release.version, sha256=sha256)
    if release.prerelease and channel.prereleases == "skip":
        return replace(planned, state=State.SKIPPED, reason="this channel takes no pre-releases")
    work = _Work(session, channel, bump, planned)
    try:
        outcome = _performed(work, path, dry_run=dry_run, protocols=protocols)
    except KeyboardInterrupt:
        session.stop.set()
        outcome = replace(work.now, next=AGAIN)
    return replace(outcome, seconds=round(session.transport.clock() - started, 3))


@dataclass(frozen=True)
class _Work:
    """What one update works with; ``planned`` is its outcome before anything was done, ``noted`` grows on the way."""

    session: Session
    channel: Channel
    bump: Bump
    planned: Outcome
    noted: list[Outcome] = field(default_factory=list)

    @property
    def now(self) -> Outcome:
        """What is true if we are interrupted now."""
        before = replace(self.planned, state=State.FAILED, reason="interrupted before anything was changed")
        return self.noted[-1] if self.noted else before

    def may(self, reason: str) -> None:
        """From now on an interrupt leaves it open what was done."""
        self.noted.append(replace(self.planned, state=State.UNCONFIRMED, reason=f"interrupted: {reason}"))


def _editable(session: Session, name: str) -> Channel:
    channel = session.settings.channels.get(name)
    if channel is None or not kind_of(channel.kind).edits_files:
        known = [c.name for c in session.settings.channels.values() if kind_of(c.kind).edits_files]
        raise InputError(f"{name!r} is no channel whose files can be edited", f"Known: {', '.join(known)}.")
    return channel


def _performed(work: _Work, path: Path | None, *, dry_run: bool, protocols: str) -> Outcome:
    if path is not None:
        return _in_folder(work, path, dry_run=dry_run)
    with cloned(work.session, work.channel, writes=not dry_run, protocols=protocols) as target:
        return _in_target(work, target, dry_run=dry_run)


def _in_target(work: _Work, target: Clone, *, dry_run: bool) -> Outcome:
    """Edit a clone and push, or in a dry run show it."""
    pushed = None
    if not dry_run:
        pushed = push_edit(work.session, work.channel, target, partial(_to_be_pushed, work), TRIES)
    elif edit := work.bump.decide(target):
        return _noted(work, edit, replace(work.planned, diff=unified(edit.before, edit.files)))
    return _pushed(work, target, pushed) if pushed else _holds(work.planned, work.bump.served(target))


def _in_folder(work: _Work, folder: Path, *, dry_run: bool) -> Outcome:
    """Edit a checkout, or in a dry run show it."""
    before = read_folder(folder, work.channel, work.bump.paths, work.bump.kind.sibling_paths)
    edit = work.bump.edit(before)
    if edit is None:
        return _holds(work.planned, work.bump.kind.served(work.channel, before))
    outcome = _noted(work, edit, replace(work.planned, diff=unified(edit.before, edit.files)))
    if dry_run:
        return outcome
    work.may(f"files in {folder} may have been edited")
    write_folder(folder, edit.files)
    return _noted(work, edit, replace(outcome, state=State.SENT, reason=f"edited in {folder}, not pushed"))


def _to_be_pushed(work: _Work, target: Clone) -> Edit | None:
    """The edit that the head needs; from here on it may be pushed at any moment."""
    edit = work.bump.decide(target)
    if edit is not None:
        work.may("it may have been pushed")
    return edit


def _noted(work: _Work, edit: Edit, outcome: Outcome) -> Outcome:
    """With what a person should look at."""
    notes = work.bump.notes(edit)
    said = [] if outcome.reason and notes and notes[0] in outcome.reason else notes
    return replace(outcome, reason="; ".join([*filter(None, [outcome.reason]), *said]) or None)


def _holds(planned: Outcome, served: Served) -> Outcome:
    return replace(planned, state=State.SKIPPED, reason=f"already holds {planned.version}", serves=served)


def _pushed(work: _Work, target: Clone, pushed: Pushed) -> Outcome:
    """What became of an edit that arrived, by what the target holds now."""
    diff = unified(pushed.edit.before, pushed.edit.files)
    outcome = replace(work.planned, attempts=pushed.attempts, diff=diff)
    if pushed.unseen:
        return replace(outcome, state=State.UNCONFIRMED, reason=pushed.unseen, next=AGAIN)
    if pushed.pull:
        reason = f"{target.branch} is protected: a pull request waits"
        return replace(outcome, state=State.PENDING, reason=reason, run_url=pushed.pull, next=f"Merge {pushed.pull}")
    work.may(f"commit {pushed.commit[:12]} was pushed, and what {target.remote.url} holds now was not read")
    try:
        serves = _read_back(work, target, pushed)
        return _noted(work, pushed.edit, replace(outcome, state=State.SERVED, serves=serves))
    except ReleaseError as error:
        reason = f"commit {pushed.commit[:12]} was pushed, but: {error.wrong}"
        return replace(outcome, state=State.UNCONFIRMED, reason=reason, next=error.fix)


def _read_back(work: _Work, target: Clone, pushed: Pushed) -> Served:
    """What the remote repository makes users get now.

    Raises:
        ReleaseError: a later commit changed it already, or it cannot be read.
    """
    head = target.refresh()
    serves = work.bump.served(target)
    if head == pushed.commit or target.files(pushed.edit.files) == dict(pushed.edit.files):
        return serves
    name = work.channel.target
    raise ReleaseError(f"{name} holds {serves.version} after a later commit", f"Look at the last commits of {name}.")
