"""The release that is meant: from a record, or looked up while something else is being read beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from release.errors import InputError
from release.metadata.artifacts import Found, find, resolve, version_known
from release.metadata.hashing import Progress, no_progress
from release.metadata.record import read_record
from release.metadata.version import LATEST, given_version, tag_of, wanted_version
from release.records import Release
from release.session import Session
from release.settings import Project

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0  # seconds between two looks for what is not public yet


@dataclass(frozen=True)
class Asked:
    """What is looked up.

    Attributes:
        names: the artifacts that are needed, by their names in the configuration.
        version: as the user gave it; empty for what the event says, else the newest.
        record: a file of ``release.extract`` to be read instead, ``-`` for stdin.
        wait: minutes for what is not public yet.
        dry_run: whether a record may lack an artifact.
        progress: of downloads.
    """

    names: Sequence[str]
    version: str = ""
    record: str = ""
    wait: float = 0.0
    dry_run: bool = False
    progress: Progress = no_progress


def look_up(session: Session, asked: Asked, begin: Callable[[str], None] = lambda _version: None) -> Found:
    """Find the release; ``begin`` is called once with its version, as soon as that is known.

    Raises:
        ReleaseError: it cannot be told which version is meant.
    """
    if asked.record:
        found = only_needed(read_record(asked.record), asked)
        check_same_version(asked, found.release, session.settings.project)
        begin(found.release.version)
        return replace(found, heard="the record")
    wanted = wanted_version(asked.version, session.environment, session.settings.project)
    known = resolve(session, wanted)
    version = version_known(session, known)
    begin(version)
    until = session.transport.clock() + asked.wait * 60
    found = find(session, known, asked.names, asked.progress)

    def again(before: Found) -> Found:
        return find(session, version, asked.names, asked.progress, before.release.artifacts)

    return replace(wait_for(session, found, again, until), heard=wanted.source)


def wait_for(session: Session, found: Found, look_again: Callable[[Found], Found], until: float) -> Found:
    """Look again and again while something is not public yet, until that time (seconds of the clock)."""
    pause = FIRST_PAUSE
    while found.missing and (left := until - session.transport.clock()) > 0:
        session.say(f"Not public yet: {found.problems[0].wrong}. Looking again in {min(pause, left):.0f} s.")
        session.transport.sleep(min(pause, left))
        found, pause = look_again(found), min(pause * 1.5, LONGEST_PAUSE)
    return found


def only_needed(found: Found, asked: Asked) -> Found:
    """The record with the needed artifacts only; one that is missing makes it a version that is not published yet.

    Raises:
        InputError: one is missing, and this is no dry run.
    """
    held = found.release.artifacts
    lacking = [name for name in asked.names if name not in held]
    if lacking and not asked.dry_run:
        raise InputError(f"The record has no artifact {lacking[0]!r}", "Write it anew: invoke release.extract --json")
    artifacts = {name: held[name] for name in asked.names if name in held}
    return replace(found, release=replace(found.release, artifacts=artifacts, published=not lacking))


def check_same_version(asked: Asked, release: Release, project: Project) -> None:
    """Refuse a record of another version than ``--version``, or of another form of tag than the project's.

    Raises:
        InputError: it is.
    """
    version = asked.version if asked.version in {"", LATEST} else given_version(asked.version, project)
    if version and version != release.version:
        wrong = f"The record is of {release.version}, --version asks for {asked.version}"
        raise InputError(wrong, "Leave one of the two out.")
    if release.tag != (tag := tag_of(release.version, project)):
        wrong = f"The record's tag is {release.tag!r}, this project's tag of {release.version} is {tag!r}"
        raise InputError(wrong, "Write the record anew with this invoke.yaml, or correct project.tag.")
