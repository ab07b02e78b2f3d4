"""The stand-in's state: what GitHub, the registry and the feed know. Every reader and writer holds ``lock``."""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from release.rehearsal.clock import Clock
from release.rehearsal.github.bare import Repository
from release.rehearsal.records import AnswerError, Dispatch, Json, PublishedRelease, Run, Token
from release.settings import Channel, Settings


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
