"""A rollback of an image: ``latest`` points to the good version's digest again. The bad version's tag stays."""

from dataclasses import replace

from release.channels import kind_of
from release.channels.advice import advice
from release.channels.reading import open_registry
from release.errors import ReleaseError
from release.records import Outcome, Served, State
from release.registry.client import Registry
from release.rollback.restore import Wish
from release.rollback.under_way import unless_on_its_way
from release.session import Session
from release.settings import Channel

LATEST = "latest"


def roll_back_image(session: Session, channel: Channel, wish: Wish) -> Outcome:
    """Point ``latest`` to ``wish.good``, or in a dry run show it; a failure is an outcome too."""
    started = session.transport.clock()
    outcome = Outcome(channel.name, State.FAILED, channel.target, version=wish.good or wish.bad)
    try:
        outcome = unless_on_its_way(session, channel, wish.bad, _move(session, channel, wish, outcome))
    except ReleaseError as error:
        outcome = replace(outcome, reason=error.wrong, next=error.fix)
    return replace(outcome, seconds=round(session.transport.clock() - started, 3))


def _move(session: Session, channel: Channel, wish: Wish, outcome: Outcome) -> Outcome:
    if wish.good is None:
        raise ReleaseError("No other channel tells which version was good", "Name it with --to.")
    kind, image = kind_of(channel.kind), channel.image or ""
    good, bad = kind.native_version(wish.good), kind.native_version(wish.bad)
    registry = open_registry(session, channel)
    found = {tag: registry.head(image, tag) for tag in (good, bad, LATEST)}
    outcome = replace(outcome, serves=_served(found, good, bad))
    if found[good] is not None and found[LATEST] == found[good]:
        return replace(outcome, state=State.SKIPPED, reason=f"already rolled back: latest is {good}")
    wanted = _checked(image, found, good, bad)
    if wish.dry_run:
        shown = f"latest of {image}: {found[LATEST]} ({bad}) -> {wanted} ({good})\n"
        reason = f"latest is {bad}, would be {good}"
        return replace(outcome, state=State.PLANNED, reason=reason, diff=shown, next=_next(session, channel, wish))
    return _moved(session, channel, wish, replace(outcome, attempts=1), registry, wanted)


def _moved(
    session: Session, channel: Channel, wish: Wish, outcome: Outcome, registry: Registry, wanted: str
) -> Outcome:
    """Retag by digest, then read ``latest`` again."""
    image, good = channel.image or "", outcome.version
    registry.retag(image, wanted, LATEST)
    now = registry.head(image, LATEST)
    outcome = replace(
        outcome, serves=Served(good, latest=now == wanted, digest=now), next=_next(session, channel, wish)
    )
    if now == wanted:
        return replace(outcome, state=State.SERVED)
    return replace(outcome, reason=f"latest was moved to {wanted} and is {now or 'gone'} now")


def _checked(image: str, found: dict[str, str | None], good: str, bad: str) -> str:
    """The digest that ``latest`` has to get."""
    wanted = found[good]
    if wanted is None:
        raise ReleaseError(f"{image} has no tag {good}", "Name another good version with --to.")
    if found[bad] is None:
        raise ReleaseError(
            f"{image} never served {bad}: there is no such tag",
            "In rollback.all leave it out: --skip docker.",
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


def _next(session: Session, channel: Channel, wish: Wish) -> str:
    return advice(channel, session.settings.project, wish.bad, wish.good or "")
