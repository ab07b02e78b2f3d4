"""What one invocation works with: settings, environment, transport, GitHub, and where lines of progress go."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.settings import Channel, Environment, Settings

if TYPE_CHECKING:
    from release.github.client import GitHub
    from release.http.transport import Transport


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

    def newest_release(self) -> dict[str, Any] | None:
        """The newest stable release of the product as GitHub gives it, ``None`` where there is none.

        Raises:
            ServiceError: GitHub does not say.
        """
        project = self.settings.project
        return self.github.latest_release(project.repository, self.reading_token(), project.prefix)

    def reading_token(self) -> str | None:
        """The token for reading the product's repository, ``None`` where there is none."""
        return self.environment.get("GITHUB_TOKEN")
