"""What is inside of a release's artifacts, before anything is sent: wheels, programs, and a source that may change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from release.channels import kind_of
from release.channels.bundle import Bundle
from release.channels.proof import check_of
from release.channels.text.platforms import named_system
from release.errors import InputError, ReleaseError, ServiceError, Stopped
from release.http.workers import Workers
from release.metadata.archive import TooMuch, is_archive, members
from release.metadata.content import content_of
from release.metadata.programs import check_program
from release.metadata.requirements import check_bundle
from release.metadata.tarball import FILES, is_made_on_demand, marks, warning
from release.metadata.wheel import Wheel, read_wheel
from release.records import Artifact, Release
from release.session import Session
from release.settings import Channel


@dataclass(frozen=True)
class Inspection:
    """What was found: problems stop a release, warnings do not."""

    problems: tuple[ReleaseError, ...] = ()
    warnings: tuple[str, ...] = ()
    wheels: tuple[Wheel, ...] = ()


def inspect_artifacts(session: Session, artifacts: Iterable[Artifact], program: str) -> Inspection:
    """Look into every wheel, and every archive whose name says a system; the others are not downloaded.

    Args:
        session: collaborators.
        artifacts: of the release.
        program: the product's, without ``.exe``.

    Raises:
        Stopped: the user interrupted.
    """
    wanted = [one for one in artifacts if is_archive(one.file_name) and (_is_wheel(one) or named_system(one.file_name))]
    with Workers(max(1, min(4, len(wanted)))) as workers:
        begun = [workers.submit(_inspect, session, artifact, program) for artifact in wanted]
        return joined(future.result() for future in begun)


def joined(parts: Iterable[Inspection]) -> Inspection:
    """Several inspections as one."""
    every = list(parts)
    return Inspection(
        tuple(problem for part in every for problem in part.problems),
        tuple(line for part in every for line in part.warnings),
        tuple(wheel for part in every for wheel in part.wheels),
    )


def check_bundles(wheels: Sequence[Wheel], bundles: Iterable[Bundle]) -> Inspection:
    """What users of the channels would miss at run time. Pure."""
    found = [finding for bundle in bundles for wheel in wheels for finding in check_bundle(wheel, bundle)]
    problems = (InputError(one.text, one.fix) for one in found if one.certain)
    return Inspection(tuple(problems), tuple(f"{one.text}. {one.fix}" for one in found if not one.certain))


def inspect_release(
    session: Session, release: Release, channels: Iterable[Channel], *, anonymous: bool = True
) -> Inspection:
    """All of it: artifacts, what channels install beside them, and a source that may change.

    Args:
        session: collaborators.
        release: with its artifacts.
        channels: which.
        anonymous: look also without a token at what repositories hold, of which GitHub shows little to many.

    Raises:
        Stopped: the user interrupted.
    """
    known = [artifact for artifact in release.artifacts.values() if artifact.sha256]
    inside = inspect_artifacts(session, known, check_of(session.settings.project)[0])
    if not anonymous and session.reading_token() is None:
        return inside
    return joined([inside, check_channels(session, inside.wheels, channels), check_source(session, release)])


def check_channels(session: Session, wheels: Sequence[Wheel], channels: Iterable[Channel]) -> Inspection:
    """What users of each channel would miss, by the files that its target holds now.

    Args:
        session: collaborators.
        wheels: of the release; without any nothing is read.
        channels: which.

    Raises:
        Stopped: the user interrupted.
    """
    with Workers(session.settings.http.concurrency) as workers:
        begun = [workers.submit(_check_channel, session, wheels, one) for one in channels if wheels]
        return joined(future.result() for future in begun)


def _check_channel(session: Session, wheels: Sequence[Wheel], channel: Channel) -> Inspection:
    try:
        token = session.token(channel)
        read = {path: session.github.file(channel.target, path, token) for path in channel.paths}
        bundle = kind_of(channel.kind).bundle(
            channel, {path: content for path, content in read.items() if content is not None}
        )
    except Stopped:
        raise
    except ReleaseError as error:
        return Inspection(warnings=(f"what {channel.name} installs beside the wheel was not read: {error.wrong}",))
    return check_bundles(wheels, [bundle] if bundle else [])


def check_source(session: Session, release: Release) -> Inspection:
    """A warning for each artifact whose bytes can change after its checksum was published, as the tag's tree says.

    Raises:
        Stopped: the user interrupted.
    """
    made = [one for one in release.artifacts.values() if is_made_on_demand(one.url)]
    if not made:
        return Inspection()
    project, token = session.settings.project, session.reading_token()
    try:
        read = {path: session.github.file(project.repository, path, token, release.tag) for path in FILES}
    except ServiceError as error:
        return Inspection(warnings=(f"whether the tag's tarball can change was not read: {error.wrong}",))
    found = marks({path: content for path, content in read.items() if content is not None})
    return Inspection(warnings=tuple(line for one in made if (line := warning(one.name, project.name, found))))


def _is_wheel(artifact: Artifact) -> bool:
    return artifact.file_name.endswith(".whl")


def _inspect(session: Session, artifact: Artifact, program: str) -> Inspection:
    try:
        with content_of(session.transport, artifact) as file:
            if _is_wheel(artifact):
                return Inspection(wheels=(read_wheel(file, artifact.file_name),))
            wrong = check_program(members(file, artifact.file_name), artifact.file_name, program)
    except Stopped:
        raise
    except TooMuch as error:
        return Inspection(warnings=(f"{artifact.file_name} was not looked into: {error}",))
    except ServiceError as error:
        return Inspection(warnings=(f"{artifact.file_name} was not looked into: {error.wrong}",))
    except InputError as error:
        return Inspection((error,))
    fix = "Attach the archive that its name promises, or correct project.check in invoke.yaml."
    return Inspection((InputError(wrong, fix),)) if wrong else Inspection()
