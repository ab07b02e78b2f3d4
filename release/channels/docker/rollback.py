"""A rollback of an image: ``latest`` points to the good version's digest again. The bad version's tag stays."""

from collections.abc import Callable
from dataclasses import replace

from release.channels.docker.login import is_ghcr, open_registry
from release.channels.docker.settings import DockerChannel
from release.channels.wish import Wish
from release.errors import ReleaseError, ServiceError
from release.records import Outcome, Served, State
from release.registry.client import Registry
from release.session import Session
from release.settings import Project

LATEST = "latest"


def roll_back_image(
    session: Session, channel: DockerChannel, wish: Wish, native: Callable[[str], str],
    advise: Callable[[DockerChannel, Project, str, str], str],
) -> Outcome:  # fmt: skip
    """Point ``latest`` to ``wish.good``, or in a dry run show it.

    Args:
        session: collaborators.
        channel: whose image.
        wish: what is asked for.
        native: a version as a tag.
        advise: what users do afterwards.

    Raises:
        ReleaseError: it cannot be done; nothing was moved, or it is not seen.
    """
    if wish.good is None:
        raise ReleaseError("No other channel tells which version was good", "Name it with --to.")
    image, good, bad = channel.image, native(wish.good), native(wish.bad)
    registry = open_registry(session, channel)
    found = {tag: registry.head(image, tag) for tag in (good, bad, LATEST)}
    outcome = Outcome(channel.name, State.FAILED, channel.target, version=wish.good, serves=_served(found, good, bad))
    if found[good] is not None and found[LATEST] == found[good]:
        return replace(outcome, state=State.SKIPPED, reason=f"already rolled back: latest is {good}")
    wanted = _checked(channel, found, good, bad)
    outcome = replace(outcome, next=advise(channel, session.settings.project, wish.bad, wish.good))
    if wish.dry_run:
        shown = f"latest of {image}: {found[LATEST]} ({bad}) -> {wanted} ({good})\n"
        return replace(outcome, state=State.PLANNED, reason=f"latest is {bad}, would be {good}", diff=shown)
    try:
        return _moved(image, replace(outcome, attempts=1), registry, wanted)
    except ServiceError as error:
        raise _refused(channel, error) from None


def _refused(channel: DockerChannel, error: ServiceError) -> ServiceError:
    """GitHub's own registry refuses a package that was first pushed by hand, whatever the token may do."""
    if not (is_ghcr(channel) and error.status == 403):
        return error
    fix = f"{error.fix} A package that was first pushed by hand: add the repository under its `Manage Actions access`."
    return ServiceError(error.wrong, fix, error.status)


def _moved(image: str, outcome: Outcome, registry: Registry, wanted: str) -> Outcome:
    """Retag by digest, then read ``latest`` again; a registry that broke down on the way may have done it."""
    failed = None
    try:
        registry.retag(image, wanted, LATEST)
    except ServiceError as error:
        if error.status is not None and error.status < 500:
            raise
        failed = error
    try:
        now = registry.head(image, LATEST)
    except ServiceError as error:
        reason = f"latest may have been moved to {wanted}: {(failed or error).wrong}"
        return replace(outcome, state=State.UNCONFIRMED, reason=reason, serves=None)
    outcome = replace(outcome, serves=Served(outcome.version, latest=now == wanted, digest=now))
    if now == wanted:
        return replace(outcome, state=State.SERVED)
    if failed:
        raise failed
    return replace(outcome, reason=f"latest was moved to {wanted} and is {now or 'gone'} now")


def _checked(channel: DockerChannel, found: dict[str, str | None], good: str, bad: str) -> str:
    """The digest that ``latest`` has to get."""
    wanted, image = found[good], channel.image
    if wanted is None:
        raise ReleaseError(f"{image} has no tag {good}", "Name another good version with --to.")
    if found[bad] is None:
        raise ReleaseError(
            f"{image} never served {bad}: there is no such tag",
            f"In rollback.all leave it out: --skip {channel.name}.",
        )
    if found[LATEST] != found[bad]:
        raise ReleaseError(
            f"latest of {image} is neither {bad} nor {good}: {found[LATEST] or 'there is no such tag'}",
            "Look which version it is, and name that one with --version if it is the bad one.",
        )
    return wanted


def _served(found: dict[str, str | None], good: str, bad: str) -> Served:
    """What ``latest`` is, as far as it is one of the two."""
    latest = found[LATEST]
    version = next((tag for tag in (good, bad) if latest and found[tag] == latest), None)
    return Served(version, latest=version is not None, digest=latest)
