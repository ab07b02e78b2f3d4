"""The session of one invocation: its tokens are asked for here, and where lines of progress go is known here."""

import threading
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from release.errors import ServiceError
from release.settings import Channel, Environment, Settings

CONTENTS_READ = {"contents": "read"}
ISSUES = {"issues": "write"}
PULLS = {"contents": "write", "pull_requests": "write"}
NOT_FOR_IT = frozenset({403, 404, 422})  # the App is not for this repository: what is public can be read without

if TYPE_CHECKING:
    from release.github.app import App
    from release.github.client import GitHub
    from release.github.workflows import Workflow
    from release.http.transport import Transport
    from release.registry.login import Key


@dataclass(frozen=True)
class Session:
    """The collaborators of every step.

    Attributes:
        say: takes a line of progress (stderr).
        redact: takes every secret out of a text.
        stop: set when the user interrupts.
        app: the GitHub App that serves where a token is not set, ``None`` where there is none.
        granted: by registries: address and user (``None``: anybody) -> what each image's login gave.
        typed: makes commands in a text those that a person can type here.
    """

    settings: Settings
    environment: Environment
    transport: "Transport"
    github: "GitHub"
    say: Callable[[str], None] = lambda _line: None
    redact: Callable[[str], str] = str
    stop: threading.Event = field(default_factory=threading.Event)
    app: "App | None" = None
    granted: "dict[tuple[str, str | None], dict[Key, str]]" = field(default_factory=dict, repr=False)
    typed: Callable[[str], str] = str

    def spare(self, until: float) -> "Session":
        """The same for reads that nobody needs after ``until`` (monotonic seconds): all other requests go first."""
        github = copy(self.github)
        github.transport = self.transport.spare(until)
        return replace(self, transport=github.transport, github=github)

    def remembering(self) -> "Session":
        """The same for a look at everything at one time: what was read of GitHub once is not asked again."""
        return replace(self, github=self.github.remembering())

    def token(self, channel: Channel, *, pulls: bool = False) -> str | None:
        """The channel's token from the environment, else the App's for its target; ``None`` where there is neither.

        Ask again for each use that may come later: an App's token lives an hour.

        Args:
            channel: whose target it is for.
            pulls: whether it must be able to open a pull request.

        Raises:
            ReleaseError: the App has none for this target.
        """
        own = self.environment.get(channel.token)
        if own or self.app is None:
            return own
        return self.app.token(channel.target, PULLS if pulls else self.needs(channel.target))

    def token_name(self, channel: Channel) -> str:
        """Where the channel's token comes from, for messages: the name of its variable, or of the App's."""
        return channel.token if self.app is None or self.environment.get(channel.token) else self.app.name

    def needs(self, target: str) -> dict[str, str]:
        """What the App's token for ``target`` must be allowed, for all channels there that have none of their own."""
        there = [one for one in self.settings.channels.values()
                 if one.target.lower() == target.lower() and not self.environment.get(one.token)]  # fmt: skip
        contents = {} if all(one.workflow for one in there) else {"contents": "write"}
        return {**contents, "actions": "write" if any(one.workflow for one in there) else "read"}

    def workflows(self, channel: Channel) -> "list[Workflow]":
        """Every workflow of the channel's target.

        Raises:
            ServiceError: the list cannot be read (it needs Actions: read).
        """
        from release.github.workflows import read_workflows  # noqa: PLC0415 - it needs a YAML parser

        return read_workflows(self.github, channel.target, self.token(channel), self.settings.http.concurrency)

    def newest_release(self) -> dict[str, Any] | None:
        """The newest stable release of the product as GitHub gives it, ``None`` where there is none.

        Raises:
            ServiceError: GitHub does not say.
        """
        project = self.settings.project
        return self.github.latest_release(project.repository, self.reading_token(), project.prefix)

    def reading_token(self) -> str | None:
        """The token for reading the product's repository, ``None`` where there is none.

        Raises:
            ReleaseError: the App's key is not good.
        """
        try:
            return self._product_token(CONTENTS_READ)
        except ServiceError as error:
            if error.status in NOT_FOR_IT:
                return None
            raise

    def issues_token(self) -> str | None:
        """The token for the product's issues, ``None`` where there is none.

        Raises:
            ReleaseError: the App has none for them.
        """
        return self._product_token(ISSUES)

    def _product_token(self, permissions: dict[str, str]) -> str | None:
        own = self.environment.get("GITHUB_TOKEN")
        return own if own or self.app is None else self.app.token(self.settings.project.repository, permissions)
