"""The channel's registry with the login from the environment, where there is one."""

from release.records import Level, Line
from release.registry.client import Registry
from release.session import Session
from release.settings import Channel

LOGIN = ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")
SECONDS = 5.0  # without an answer of a registry, while nothing depends on it


def open_registry(
    session: Session, channel: Channel, *, attempts: int | None = None, timeout: float | None = None
) -> Registry:
    """The channel's registry."""
    user, password = map(session.environment.get, LOGIN)
    return Registry(session.transport, channel.registry or "", user, password, attempts=attempts, timeout=timeout)


def check_login(session: Session, channel: Channel) -> list[Line]:
    """Whether the registry takes the login, seen by reading with it.

    Raises:
        ServiceError: it does not, or cannot be reached.
    """
    user, password = map(session.environment.get, LOGIN)
    if not (user and password):
        missing = " and ".join(name for name in LOGIN if not session.environment.get(name))
        level = Level.FAILED if user or password else Level.WARNING
        text = f"{missing} not set: rollback of {channel.name} needs both"
        return [Line(channel.name, "registry", level, text, f"Set {missing} to a login that may push {channel.image}.")]
    registry = open_registry(session, channel, attempts=2, timeout=SECONDS)
    registry.head(channel.image or "", "latest")
    return [Line(channel.name, "registry", Level.OK, f"{registry.host} takes the login of {LOGIN[0]}")]
