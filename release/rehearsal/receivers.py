"""What the targets do when they are told: the real update code in a process of its own, or a short cut for tests."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from release.channels import kind_of
from release.channels.published import Published
from release.channels.rehearsed import WRONG_CHECKSUM
from release.rehearsal.feed import Feed
from release.rehearsal.pages import Pages
from release.rehearsal.processes import ROOT, run
from release.rehearsal.records import Json, PublishedRelease
from release.rehearsal.seed import channel_files
from release.rehearsal.servers.registry import Registry
from release.rehearsal.world import World
from release.settings import Channel, read_environment

NOWHERE = "http://127.0.0.1:9"  # nobody listens there: nothing that is not the stand-in's is reached
OFFLINE = {"HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE, "https_proxy": NOWHERE, "http_proxy": NOWHERE}
KEPT = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG", "VIRTUAL_ENV")
SECRET = re.compile(r"TOKEN|WEBHOOK|USERNAME")
WRONG = "0" * 63 + "1"


@dataclass
class Receivers:
    """Every channel's receiver.

    Attributes:
        environment: of a process: the stand-in's, without the tokens of other channels.
        project: the directory of ``invoke.yaml``.
        log: what each process said, newest last.
    """

    world: World
    registry: Registry
    feed: Feed
    pages: Pages
    environment: Mapping[str, str]
    project: Path
    log: list[str]

    def by_update(self, channel: str, payload: Json) -> bool:
        """Run ``update.CHANNEL`` as the receiver workflows do; whether it ended well."""
        told = self.world.channel(channel)
        if not kind_of(told.kind).edits_files:
            return self.directly(channel, payload)
        version, checksum = str(payload.get("version", "")), str(payload.get("sha256", ""))
        done = self._run([f"update.{channel}", "--version", version, "--sha256", checksum], channel)
        if done and (release := next((r for r in self.world.releases if r.version == version), None)):
            if self._is_wrong(told):
                self._spoil(told, release)
            self._publish(told, release)
        return done

    def _run(self, command: list[str], channel: str) -> bool:
        given = read_environment().variables
        token = self.world.channel(channel).token
        mine = {name: v for name, v in self.environment.items() if not SECRET.search(name) or name == token}
        kept = {name: given[name] for name in KEPT if name in given}
        variables = kept | mine | OFFLINE | {"PYTHONPATH": str(ROOT)}
        done = run(command, self.project, variables, lambda: not self.world.closed.is_set())
        self.log.append(f"{channel}: {' '.join(command[:3])} -> {done.code}\n{done.err}{done.out}")
        return done.code == 0

    def directly(self, channel: str, payload: Json) -> bool:
        """Make the channel serve the payload's version at once, without the update code."""
        told = {str(value) for value in payload.values()}
        release = next((r for r in self.world.releases if told & {r.version, r.tag}), None)
        if release is None:
            return False
        settings = self.world.channel(channel)
        if files := channel_files(settings, self._taken(settings, release)):
            self._commit(settings, release, files)
        self._publish(settings, release)
        return True

    def _publish(self, channel: Channel, release: PublishedRelease) -> None:
        """What reaches users beside the target's files."""
        rehearsed = kind_of(channel.kind).rehearsed
        made = self._taken(channel, release).of(channel.artifact)
        rehearsed.publish(self, channel, made, latest=self._newest(release), seed=False)

    def _is_wrong(self, channel: Channel) -> bool:
        return self.world.behaviour.get(channel.name) == WRONG_CHECKSUM

    def _taken(self, channel: Channel, release: PublishedRelease) -> Published:
        """What the channel's receiver takes the release for."""
        made = release.made
        if not self._is_wrong(channel):
            return made
        artifacts = {name: (url, WRONG) for name, (url, _) in made.artifacts.items()}
        return replace(made, source_sha256=WRONG, wheel_sha256=WRONG, artifacts=artifacts)

    def _newest(self, release: PublishedRelease) -> bool:
        stable = [r for r in self.world.releases if not r.prerelease and r.repository == release.repository]
        return bool(stable) and max(stable, key=lambda r: (r.time, r.id)) is release

    def _spoil(self, channel: Channel, release: PublishedRelease) -> None:
        """A wrong checksum in the files that were edited rightly."""
        repository = self.world.repository(channel.target)
        held = {path: repository.read(path) or b"" for path in channel.paths}
        repository.commit("Spoil it", {path: _spoilt(held[path], release) for path in held}, int(time.time()))

    def _commit(self, channel: Channel, release: PublishedRelease, files: Mapping[str, bytes]) -> None:
        home = kind_of(channel.kind).rehearsed.home(channel, release.made.of(channel.artifact))
        repository = self.world.repository(home)
        with self.world.lock:
            if any(repository.read(path) != content for path, content in files.items()):
                message = kind_of(channel.kind).rehearsed.message(release.made.name, release.version)
                repository.commit(message, dict(files), int(time.time()))


def _spoilt(content: bytes, release: PublishedRelease) -> bytes:
    return re.sub("|".join(release.checksums).encode(), WRONG.encode(), content, flags=re.IGNORECASE)
