"""What the targets do when they are told: the real update code in a process of its own, or a short cut for tests."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from release.channels import kind_of
from release.rehearsal.feed import Feed
from release.rehearsal.pages import Pages
from release.rehearsal.seed import channel_files
from release.rehearsal.servers.registry import Registry
from release.rehearsal.world import Json, PublishedRelease, World
from release.settings import Channel, read_environment

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("-m", "release.commands.program")
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
    python: str = sys.executable

    def by_update(self, channel: str, payload: Json) -> bool:
        """Run ``update.CHANNEL`` as the receiver workflows do; whether it ended well."""
        told = self.world.channel(channel)
        if not kind_of(told.kind).edits_files or self.world.behaviour.get(channel) == "wrong-checksum":
            return self.directly(channel, payload)
        version, checksum = str(payload.get("version", "")), str(payload.get("sha256", ""))
        command = [self.python, *PROGRAM, f"update.{channel}", "--version", version, "--sha256", checksum]
        done = self._run(command, channel)
        if done and (release := next((r for r in self.world.releases if r.version == version), None)):
            self._publish(told, release)
        return done

    def _run(self, command: list[str], channel: str) -> bool:
        given = read_environment().variables
        token = self.world.channel(channel).token
        mine = {name: v for name, v in self.environment.items() if not SECRET.search(name) or name == token}
        variables = {name: given[name] for name in KEPT if name in given} | mine | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, cwd=self.project, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        ) as process:  # fmt: skip
            self.world.start(_ender(self.world, process))
            said = process.communicate()[0]
        self.log.append(f"{channel}: {' '.join(command[3:6])} -> {process.returncode}\n{said}")
        return process.returncode == 0

    def directly(self, channel: str, payload: Json) -> bool:
        """Make the channel serve the payload's version at once, without the update code."""
        told = {str(value) for value in payload.values()}
        release = next((r for r in self.world.releases if told & {r.version, r.tag}), None)
        if release is None:
            return False
        settings = self.world.channel(channel)
        if files := channel_files(settings, release.made):
            self._commit(settings, release, files)
        self._publish(settings, release)
        return True

    def _publish(self, channel: Channel, release: PublishedRelease) -> None:
        """What reaches users beside the target's files."""
        rehearsed = kind_of(channel.kind).rehearsed
        rehearsed.publish(self, channel, release.made.of(channel.artifact), latest=self._newest(release), seed=False)

    def _newest(self, release: PublishedRelease) -> bool:
        stable = [r for r in self.world.releases if not r.prerelease and r.repository == release.repository]
        return bool(stable) and max(stable, key=lambda r: (r.time, r.id)) is release

    def _commit(self, channel: Channel, release: PublishedRelease, files: Mapping[str, bytes]) -> None:
        if self.world.behaviour.get(channel.name) == "wrong-checksum":
            right = release.made.of(channel.artifact).source_sha256.encode()
            files = {path: content.replace(right, WRONG.encode()) for path, content in files.items()}
        home = kind_of(channel.kind).rehearsed.home(channel, release.made.of(channel.artifact))
        repository = self.world.repository(home)
        with self.world.lock:
            if any(repository.read(path) != content for path, content in files.items()):
                message = kind_of(channel.kind).rehearsed.message(release.made.name, release.version)
                repository.commit(message, dict(files), int(time.time()))


def _ender(world: World, process: "subprocess.Popen[str]") -> Callable[[], None]:
    """Ends the process that we started when the stand-in closes before it."""

    def watch() -> None:
        while process.poll() is None:
            if world.closed.wait(0.05):
                process.kill()
                return

    return watch
