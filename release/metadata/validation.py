"""Everything that can be checked before anything is sent; every problem at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from release.channels import kind_of
from release.errors import InputError, ReleaseError
from release.http.workers import Workers
from release.metadata.artifacts import Found
from release.metadata.checksums import check_given
from release.metadata.hashing import reach
from release.records import Release
from release.session import Session
from release.settings import AppCredentials, Channel, Environment, Settings, check_repositories


@dataclass(frozen=True)
class Question:
    """What is to be validated.

    Attributes:
        channels: the chosen ones.
        given: checksums that the user gave, artifact name -> lower-case hex digits.
        tokens: whether the channels' tokens must be present.
    """

    channels: Sequence[Channel]
    given: Mapping[str, str]
    tokens: bool = True


def validate(session: Session, found: Found, question: Question) -> list[ReleaseError]:
    """All problems, in the order in which a person would mend them; empty where the release may go out."""
    return [
        *found.problems,
        *check_given(question.given, found.release, session.settings.artifacts),
        *_check_reach(session, found),
        *_check_names(session.settings, question.channels),
        *(check_tokens(session.environment, question.channels) if question.tokens else ()),
        *check_versions(question.channels, found.release),
    ]


def _check_reach(session: Session, found: Found) -> list[ReleaseError]:
    """Ask for the headers of every artifact that was not asked for just now, such as those of a record."""
    rest = [a for a in found.release.artifacts.values() if a.name not in found.reached]
    with Workers(max(1, len(rest))) as workers:
        asked = [workers.submit(reach, session, artifact) for artifact in rest]
    return [error for one in asked if isinstance(error := one.exception(), ReleaseError)]


def _check_names(settings: Settings, channels: Iterable[Channel]) -> list[ReleaseError]:
    names = [channel.name for channel in channels]
    return [InputError(text, "Correct it in invoke.yaml.") for text in check_repositories(settings, names)]


TOKEN = re.compile(r"[\x21-\x7e]+")  # what a header can carry


def check_tokens(environment: Environment, channels: Iterable[Channel]) -> list[ReleaseError]:
    """A problem for each variable that has no token, or none that could be sent, with the channels that need it.

    A GitHub App serves those that are not set.
    """
    needed: dict[str, list[str]] = {}
    for channel in channels:
        token = environment.get(channel.token)
        if token is None or not TOKEN.fullmatch(token):
            needed.setdefault(channel.token, []).append(channel.name)
    if environment.app:
        unset = [variable for variable in needed if environment.get(variable) is None]
        needed = {variable: names for variable, names in needed.items() if variable not in unset}
        if unset and (wrong := _check_app(environment.app)):
            return [wrong, *_token_problems(environment, needed)]
    return _token_problems(environment, needed)


def _check_app(app: AppCredentials) -> ReleaseError | None:
    from release.github.signature import check_credentials  # noqa: PLC0415 - only who has an App pays for it

    return check_credentials(app)


def _token_problems(environment: Environment, needed: Mapping[str, list[str]]) -> list[ReleaseError]:
    return [
        InputError(
            f"Missing token: {variable} is not set, needed by {', '.join(names)}",
            f"Set {variable}; the README says with which permission.",
        )
        if environment.get(variable) is None
        else InputError(f"Malformed token: {variable} has characters that no token has", f"Copy it anew to {variable}.")
        for variable, names in needed.items()
    ]


def check_versions(channels: Iterable[Channel], release: Release) -> list[ReleaseError]:
    """A problem for each channel that cannot express the version."""
    problems: list[ReleaseError] = []
    for channel in channels:
        try:
            kind_of(channel.kind).native_version(release.version)
        except ReleaseError as error:
            problems.append(InputError(f"Channel {channel.name}: {error.wrong}", error.fix))
    return problems


def warnings(channels: Iterable[Channel], release: Release) -> list[str]:
    """What is allowed and worth a second look."""
    going = [channel.name for channel in channels if channel.prereleases == "publish"]
    if not release.prerelease or not going:
        return []
    who = f"{release.version} is a pre-release and goes to stable channels: {', '.join(going)}"
    return [f"Warning: {who}. Set `prereleases: skip` for a channel to keep it out."]
