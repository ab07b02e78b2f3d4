"""The channel's registry, with the login from the environment where one is wanted."""

from urllib.parse import urlsplit

from release.channels.docker.settings import DockerChannel
from release.findings import Level, Line
from release.registry.client import Registry
from release.session import Session

SECONDS = 5.0  # without an answer of a registry, while nothing depends on it
GHCR = "ghcr.io"
FINE_GRAINED = "github_pat_"  # how GitHub's fine-grained tokens begin


def open_registry(
    session: Session, channel: DockerChannel, *, login: bool = True, attempts: int | None = None,
    timeout: float | None = None,
) -> Registry:  # fmt: skip
    """The channel's registry.

    Args:
        session: its environment may hold the login.
        channel: names the variables of it.
        login: whether it is used; else the registry is read as anybody reads it.
        attempts: tries of one request, ``None`` for ``retry.attempts``.
        timeout: seconds without an answer, ``None`` for ``http.timeout``.
    """
    get = session.environment.get
    user, password = (get(channel.username), get(channel.password)) if login else (None, None)
    granted = session.granted.setdefault((channel.registry, user), {})
    return Registry(
        session.transport, channel.registry, user, password, attempts=attempts, timeout=timeout, granted=granted,
        variables=(channel.username, channel.password),
    )  # fmt: skip


def check_login(session: Session, channel: DockerChannel) -> list[Line]:
    """Whether the registry takes the login, seen by reading with it.

    Raises:
        ServiceError: it does not, or cannot be reached.
    """
    names = (channel.username, channel.password)
    missing = [name for name in names if not session.environment.get(name)]
    if missing:
        level = Level.FAILED if len(missing) < len(names) else Level.WARNING
        text = f"{' and '.join(missing)} not set: rollback of {channel.name} needs both"
        fix = f"Set {' and '.join(missing)} to a login that may push {channel.reference}."
        return [Line(channel.name, "registry", level, text, fix)]
    if (session.environment.get(channel.password) or "").startswith(FINE_GRAINED) and is_ghcr(channel):
        text = f"{channel.password} is a fine-grained token, and {GHCR} takes none"
        fix = "Use the job's GITHUB_TOKEN with packages: write, or a classic token with write:packages."
        return [Line(channel.name, "registry", Level.FAILED, text, fix)]
    registry = open_registry(session, channel, attempts=2, timeout=SECONDS)
    registry.head(channel.image, "latest")
    return [Line(channel.name, "registry", Level.OK, f"{registry.host} takes the login of {channel.username}")]


def is_ghcr(channel: DockerChannel) -> bool:
    """Whether the image is in GitHub's own registry."""
    return urlsplit(channel.registry).hostname == GHCR
