"""The release that is meant: from a record, or looked up while its channels are being read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from release.config import Channel, Project
from release.crew import Crew
from release.dispatch import Ahead, look_ahead
from release.errors import InputError
from release.metadata import Found, find, resolve, version_known
from release.options import Options
from release.recorded import read_record
from release.records import Release
from release.session import Session
from release.versions import LATEST, parse_version, tag_of, wanted_version

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0  # seconds between two looks for what is not public yet


@dataclass(frozen=True)
class Looked:
    """A release that was looked up, and what its channels were being read as meanwhile."""

    found: Found
    ahead: Ahead | None = None


def look(session: Session, options: Options, names: Sequence[str], channels: Sequence[Channel] = ()) -> Looked:
    """Find the release, and begin to read ``channels`` beside it.

    Raises:
        ReleaseError: it cannot be told which version is meant.
    """
    crew = Crew(session.settings.http.concurrency)
    if options.record:
        found = only_needed(read_record(options.record), names, options)
        check_same_version(options, found.release, session.settings.project)
        ahead = look_ahead(session, crew, channels, found.release.version) if channels else None
        return Looked(replace(found, heard="the record"), ahead)
    wanted = wanted_version(options.version, session.environment, session.settings.project)
    known = resolve(session, wanted)
    version = version_known(session, known)
    ahead = look_ahead(session, crew, channels, version) if channels else None
    until = session.transport.clock() + options.wait * 60
    found = find(session, known, names, options.progress)

    def again(before: Found) -> Found:
        return find(session, version, names, options.progress, before.release.artifacts)

    found = wait_for(session, found, again, until)
    return Looked(replace(found, heard=wanted.source), ahead)


def wait_for(session: Session, found: Found, look_again: Callable[[Found], Found], until: float) -> Found:
    """Look again and again while something is not public yet, until that time (seconds of the clock)."""
    pause = FIRST_PAUSE
    while found.missing and (left := until - session.transport.clock()) > 0:
        session.say(f"Not public yet: {found.problems[0].wrong}. Looking again in {min(pause, left):.0f} s.")
        session.transport.sleep(min(pause, left))
        found, pause = look_again(found), min(pause * 1.5, LONGEST_PAUSE)
    return found


def only_needed(found: Found, names: Sequence[str], options: Options) -> Found:
    """The record with the needed artifacts only; one that is missing makes it a version that is not published yet.

    Raises:
        InputError: one is missing, and this is no dry run.
    """
    held = found.release.artifacts
    lacking = [name for name in names if name not in held]
    if lacking and not options.dry_run:
        raise InputError(f"The record has no artifact {lacking[0]!r}", "Write it anew: invoke release.extract --json")
    artifacts = {name: held[name] for name in names if name in held}
    return replace(found, release=replace(found.release, artifacts=artifacts, published=not lacking))


def check_same_version(options: Options, release: Release, project: Project) -> None:
    """Refuse a record of another version than ``--version``, or of another form of tag than the project's.

    Raises:
        InputError: it is.
    """
    asked = options.version if options.version in {"", LATEST} else parse_version(options.version)
    if asked and asked != release.version:
        wrong = f"The record is of {release.version}, --version asks for {options.version}"
        raise InputError(wrong, "Leave one of the two out.")
    if release.tag != (tag := tag_of(release.version, project)):
        wrong = f"The record's tag is {release.tag!r}, this project's tag of {release.version} is {tag!r}"
        raise InputError(wrong, "Write the record anew with this invoke.yaml, or correct project.tag.")
