"""The stand-in's state: what GitHub, the registry and the feed know. Every reader and writer holds ``lock``."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.channels.rehearsed import Published
from release.rehearsal.clock import Clock
from release.rehearsal.github.allowance import Allowance
from release.rehearsal.github.bare import Repository
from release.rehearsal.servers.http import Answer, json_answer
from release.settings import Channel, Settings

Json = dict[str, Any]
DOCS = "https://docs.github.com/rest"


class AnswerError(Exception):
    """The request is refused with this answer, in GitHub's shape."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(message)
        body = {"message": message, **more, "documentation_url": DOCS, "status": str(status)}
        self.answer: Answer = json_answer(body, status, headers)


@dataclass
class Token:
    """A token that GitHub knows.

    Attributes:
        name: of the environment variable that holds it.
        value: what is sent.
        repositories: ``owner/name`` of those that it may write to.
        denied: permissions that it lacks there, such as ``actions:read`` or ``contents:write``.
        scopes: of a classic token; ``None`` for a fine-grained one.
        expires: ``2027-01-31 00:00:00 UTC``, ``None`` where the server does not say.
        limits: what may be asked with it, and was.
    """

    name: str
    value: str
    repositories: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    scopes: str | None = None
    expires: str | None = None
    limits: Allowance = field(default_factory=Allowance)


@dataclass
class Asset:
    """A file of a release; ``digest`` is what GitHub states (``None``: nothing)."""

    name: str
    content: bytes | Path
    digest: str | None
    state: str = "uploaded"


@dataclass
class PublishedRelease:
    """A release of a repository; ``tarball`` is ``None`` while the tag's archive is missing.

    ``files`` holds what is downloaded from other paths than GitHub's, or by a configured address: path -> content.
    """

    id: int
    repository: str
    version: str
    tag: str
    prerelease: bool
    tarball: bytes | Path | None
    assets: list[Asset]
    made: Published
    time: float
    draft: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Run:
    """A workflow run; it is shown from ``visible`` on."""

    id: int
    repository: str
    workflow: str
    name: str
    title: str
    event: str
    channel: str | None
    payload: Json
    created: float
    updated: float
    visible: bool = False
    status: str = "queued"
    conclusion: str | None = None


@dataclass(frozen=True)
class Dispatch:
    """A dispatch that was accepted: ``event`` is ``repository_dispatch`` or ``workflow_dispatch``.

    ``name`` is the event type or the workflow's file; ``payload`` the client payload or the inputs.
    """

    repository: str
    event: str
    name: str
    payload: Json
    token: str
    time: float


@dataclass
class World:
    """Everything.

    Attributes:
        behaviour: the faults of whole channels: channel -> a word of ``KINDS``.
        channels: channels that are not configured: repository and event -> the name that the receiver gets.
        names: patterns of the files, beside the artifacts, that a release has because channels download them.
        run_details: whether ``return_run_details`` is known, which it is not on older servers.
        errors: what went wrong in the stand-in itself.
        refuses: whether what is beyond GitHub's limits is answered 429; it is counted in any case.
        under_way: requests to the API that have no answer yet.
    """

    settings: Settings
    run_delay: float
    run_time: float
    clock: Clock = field(default_factory=Clock)
    server_url: str = ""
    api_url: str = ""
    assets_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    closed: threading.Event = field(default_factory=threading.Event)
    repositories: dict[str, Repository] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    releases: list[PublishedRelease] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    issues: dict[str, list[Json]] = field(default_factory=dict)
    comments: dict[tuple[str, int], list[Json]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    behaviour: dict[str, str] = field(default_factory=dict)
    receiver: Callable[[str, Json], bool] = lambda _channel, _payload: True
    channels: dict[tuple[str, str], str] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)
    names: Sequence[str] = ()
    run_details: bool = True
    errors: list[str] = field(default_factory=list)
    refuses: bool = False
    under_way: int = 0
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(10_000_001))

    @property
    def product(self) -> str:
        """``owner/name`` of the product."""
        return self.settings.project.repository

    def channel_of(self, repository: str, event: str, name: str) -> str | None:
        """The channel that is told by this event type, or workflow file, in this repository."""
        for channel in self.settings.channels.values():
            if channel.target == repository and name in {channel.event_type, channel.workflow}:
                return channel.name
        return self.channels.get((repository, event))

    def channel(self, name: str) -> Channel:
        """A channel's configuration."""
        return self.settings.channels[name]

    def next_id(self) -> int:
        """A number never given before."""
        return next(self._ids)

    def start(self, work: Callable[[], None]) -> None:
        """Do ``work`` in a thread that ``close`` waits for."""
        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()

    def play(self, steps: Iterator[float]) -> None:
        """Do ``steps``, which yield the seconds to wait before they go on, in the time of ``clock``."""
        self.clock.play(steps, self.start, self.closed)

    def repository(self, name: str) -> Repository:
        """The repository, looked up in any letter case as GitHub does.

        Raises:
            AnswerError: 404.
        """
        for known, repository in self.repositories.items():
            if known.lower() == name.lower():
                return repository
        raise AnswerError(404, "Not Found")

    def token_named(self, name: str) -> Token:
        """The token of an environment variable."""
        return next(token for token in self.tokens.values() if token.name == name)


def iso(seconds: float) -> str:
    """``2026-11-22T21:00:00Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
