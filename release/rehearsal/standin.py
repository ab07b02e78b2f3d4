"""The stand-in as one object: five servers on loopback over one world, and what a test or a person does to it."""

import re
import shutil
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import yaml

from release.channels import kind_of
from release.rehearsal.clock import Clock
from release.rehearsal.credentials import DEFAULT_TOKENS, know_logins, know_tokens
from release.rehearsal.feed import Feed
from release.rehearsal.github import releases
from release.rehearsal.github.bare import Commit, Repository
from release.rehearsal.github.isolated import ISOLATED
from release.rehearsal.places import places
from release.rehearsal.processes import ROOT
from release.rehearsal.real import Real
from release.rehearsal.receivers import Receivers
from release.rehearsal.records import Dispatch, Json, PublishedRelease, Run, Token
from release.rehearsal.seed import FOLDER, read_settings, seed_repositories, seed_services
from release.rehearsal.servers.faults import RUN_KINDS, channel_fault
from release.rehearsal.servers.registry import Registry
from release.rehearsal.servers.servers import Servers
from release.rehearsal.world import World

HISTORY = ("0.0.0-rc.1", "0.0.0")


class StandIn(Servers):
    """GitHub and friends, as a context manager.

    Args:
        root: an empty or missing directory for the bare repositories.
        version: a published release that no channel serves yet; ``None`` for none.
        old_version: what every channel serves.
        delay: seconds before each answer, of every server.
        run_delay: seconds from a dispatch to its run's being shown.
        run_time: seconds that a run takes beside its receiver's work.
        tokens: variable name -> made-up value, of GitHub's tokens.
        receiver: ``(channel, payload) -> whether the run succeeds``. Without it the channel's files are written
            at once by the stand-in itself; ``"update"`` runs the real update tasks.
        project: the directory of ``invoke.yaml`` with the names of everything.
        clock: the time of runs and of every answer's ``Date``.
        real: the files that the targets really hold, which then are at their own versions, not at ``old_version``.

    Attributes:
        world: the state; see ``World``. ``registry`` and ``feed`` hold theirs.
        requests: every request so far, of all servers.
        faults: those that wait for their requests; ``faults.clear()`` ends them.
        configuration: a file for ``-f``, which leads every address of ``invoke.yaml`` to this stand-in.
        receiver_log: what the receivers' processes said.
    """

    def __init__(  # noqa: PLR0913 - every one has a default; a record would say the same twice
        self, root: Path, *, version: str | None = "0.0.2", old_version: str = "0.0.1", delay: float = 0.0,
        run_delay: float = 0.3, run_time: float = 0.5, tokens: Mapping[str, str] = DEFAULT_TOKENS,
        receiver: Callable[[str, Json], bool] | str | None = None, project: Path = ROOT,
        clock: Clock | None = None, real: Real | None = None,
    ) -> None:  # fmt: skip
        registry = Registry({})
        world = World(read_settings(project), run_delay, run_time, clock or Clock())
        super().__init__(world, registry, Feed(), root, delay)
        self.project, self.receiver_log, self.real = project, list[str](), real or Real()
        world.names = self.real.names
        self._given = know_tokens(world, tokens)
        self._logins = know_logins(world, self._given, registry.users)
        self._seed(self.real.versions or [*HISTORY, old_version], version)
        self.receivers = Receivers(world, registry, self.feed, self.pages, self.environment, project, self.receiver_log)
        named = {None: self.receivers.directly, "update": self.receivers.by_update}
        world.receiver = named[receiver] if receiver is None or isinstance(receiver, str) else receiver

    def _seed(self, old: list[str], version: str | None) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        made = [self.publish(each, prerelease="-" in each).made for each in old]
        led = self.real.led(self.server_url, partial(releases.checksum_at, self.world))
        seed_repositories(self.world, self.root, made, led, self.real.channels)
        seed_services(self.world.settings, self, made)
        if version:
            self.publish(version, prerelease="-" in version)
        self.configuration = self.root / "invoke.yaml"
        self.configuration.write_text(yaml.safe_dump(places(self.world.settings, self)), encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the program, and git, at the stand-in."""
        return {
            "GITHUB_API_URL": self.api_url, "GITHUB_SERVER_URL": self.server_url, **self._given, **self._logins,
            "INVOKE_RUNTIME_CONFIG": str(self.configuration), **ISOLATED,
        }  # fmt: skip

    def publish(self, version: str, *, prerelease: bool = False, tag: str | None = None) -> PublishedRelease:
        """A new release with its real files; change the record that comes back to bend it."""
        release = releases.make_release(self.world, version, prerelease=prerelease, tag=tag)
        with self.world.lock:
            self.world.releases.append(release)
        return release

    def release(self, version: str) -> PublishedRelease:
        """The release of a version."""
        return next(release for release in self.world.releases if release.version == version)

    def misbehave(self, channel: str, kind: str) -> None:
        """Make a channel misbehave in one of the ways of ``KINDS``."""
        told = self.world.channel(channel)
        if fault := channel_fault(kind, told):
            self.faults.add(fault)
        elif kind in (rehearsed := kind_of(told.kind).rehearsed).misbehaviours:
            rehearsed.misbehave(self, told, kind)
        elif kind == "no-receiver":
            self._deafen(channel)
        elif kind in RUN_KINDS:
            self.world.behaviour[channel] = kind
        else:
            raise ValueError(kind)

    def _deafen(self, channel: str) -> None:
        repository, told = self.repository(channel), self.world.channel(channel)
        held, event = repository.at(), re.escape((told.event_type or "workflow_dispatch").encode())
        for _, _, path in held.inside(FOLDER):
            deaf = re.sub(rb"(?<![\w.-])" + event + rb"(?![\w.-])", rb"not-\g<0>", held.contents[path])
            if deaf != held.contents[path] and (told.event_type or path.endswith(f"/{told.workflow}")):
                repository.commit("Listen to something else", {path: deaf}, int(time.time()))

    def serve(self, channel: str, version: str) -> None:
        """Make a channel serve a published version at once, without any dispatch."""
        self.receivers.directly(channel, {"version": version})

    def age(self, seconds: float) -> None:
        """Let this much time pass since every run so far."""
        with self.world.lock:
            for run in self.world.runs:
                run.created, run.updated = run.created - seconds, run.updated - seconds

    def add_repository(self, name: str, files: Mapping[str, bytes], token: str | None = None) -> Repository:
        """One more repository; the token of this variable may write to it."""
        first: list[Commit] = [("Initial commit", {"README.md": b"# A repository\n", **files})]
        repository = Repository(name, self.root / f"{name}.git", lambda: first)
        with self.world.lock:
            self.world.repositories[name] = repository
            if token:
                self.world.token_named(token).repositories.add(name)
        return repository

    def repository(self, name: str) -> Repository:
        """A repository by a channel's name or as ``owner/name``."""
        known = self.world.settings.channels
        return self.world.repositories[known[name].target if name in known else name]

    def token(self, name: str) -> Token:
        """The token of an environment variable, to be bent: ``standin.token(NAME).denied.add("actions:read")``."""
        return self.world.token_named(name)

    @property
    def dispatches(self) -> list[Dispatch]:
        """Every dispatch that was accepted, oldest first."""
        with self.world.lock:
            return list(self.world.dispatches)

    @property
    def runs(self) -> list[Run]:
        """Every run that was started, shown or not."""
        with self.world.lock:
            return list(self.world.runs)
