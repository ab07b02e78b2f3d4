"""What one invocation works with: settings, environment, transport, GitHub, and where lines of progress go."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.config import Channel, Environment, Settings, check_repositories, parse_settings
from release.errors import InputError
from release.redaction import make_redactor

if TYPE_CHECKING:
    from release.github import GitHub
    from release.transport import Transport


@dataclass(frozen=True)
class Session:
    """The collaborators of every step.

    Attributes:
        say: takes a line of progress (stderr).
        redact: takes every secret out of a text.
        stop: set when the user interrupts.
    """

    settings: Settings
    environment: Environment
    transport: "Transport"
    github: "GitHub"
    say: Callable[[str], None] = lambda _line: None
    redact: Callable[[str], str] = str
    stop: threading.Event = field(default_factory=threading.Event)

    def token(self, channel: Channel) -> str | None:
        """The channel's token from the environment, ``None`` where it is unset."""
        return self.environment.get(channel.token)

    def reading_token(self) -> str | None:
        """The token for reading the product's repository, ``None`` where there is none."""
        return self.environment.get("GITHUB_TOKEN")


def open_session(raw: Mapping[str, Any], environment: Environment, say: Callable[[str], None]) -> Session:
    """A session from Invoke's merged configuration and the environment.

    Raises:
        InputError: the configuration is wrong.
    """
    from release.github import GitHub  # noqa: PLC0415 - requests is imported only where a request can follow
    from release.transport import Transport  # noqa: PLC0415 - as above

    settings = parse_settings(raw)
    names = [channel.token for channel in settings.channels.values()]
    secrets = environment.secrets(names)
    redact, stop = make_redactor(secrets.values()), threading.Event()

    def tell(line: str) -> None:
        say(redact(line))

    transport = Transport(settings.http, settings.retry, say=tell, stop=stop)
    github = GitHub(transport, environment.api_url, {value: name for name, value in secrets.items()})
    environment.server_url  # noqa: B018 - a bad address is refused before anything starts
    return Session(settings, environment, transport, github, tell, redact, stop)


def require_repositories(settings: Settings) -> None:
    """Refuse repository names that GitHub cannot have, for tasks that do not list problems themselves.

    Raises:
        InputError: naming the first.
    """
    if problems := check_repositories(settings):
        raise InputError(f"Configuration: {problems[0]}", "Correct it in invoke.yaml.")
