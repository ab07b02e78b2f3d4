"""How the stand-in's world begins: the configured repositories with some history, an image and a package."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import yaml

from release.channels import settings as channel_settings
from release.errors import InputError
from release.rehearsal.feed import Feed
from release.rehearsal.github.bare import Commit, Repository
from release.rehearsal.packages import Published, choco_version, other_files, package_files
from release.rehearsal.receiving import publish_workflow, receiver_workflow
from release.rehearsal.servers.registry import Registry
from release.rehearsal.world import World
from release.settings import Channel, InvalidSettings, Settings, check_yaml

FOLDER = ".github/workflows"
MESSAGES = {
    "homebrew": "chore: bump {name} to v{version}",
    "scoop": "{name}: Update to version {version}",
    "choco": "{name}: update to {version}",
}


def read_settings(project: Path) -> Settings:
    """The configuration of the project in this directory, without anybody's overrides.

    Raises:
        InputError: there is none, or it is not as it should be.
    """
    path = project / "invoke.yaml"
    try:
        content = path.read_bytes()
    except OSError as failed:
        raise InputError(f"{path} cannot be read: {failed}", "Run it in a checkout.") from None
    if problems := check_yaml(str(path), content):
        raise InvalidSettings(problems)
    return channel_settings.read_settings(yaml.safe_load(content) or {})


def receiver_path(channel: Channel, *, alone: bool = True) -> str:
    """The workflow file by which a target hears of this channel."""
    return f"{FOLDER}/{channel.workflow or ('receive.yml' if alone else f'receive-{channel.name}.yml')}"


def bump_message(channel: Channel, name: str, version: str) -> str:
    """The channel's usual message of a commit."""
    return MESSAGES.get(channel.kind, "{name} {version}").format(name=name, version=version)


def target_history(settings: Settings, target: str, versions: list[Published]) -> Iterator[Commit]:
    """A repository's commits: its own bumps, with another package's and edits of the README between them."""
    channels = [channel for channel in settings.channels.values() if channel.target == target]
    readme = f"# {target}\n\nMade up.\n"
    yield "Initial commit", {"README.md": readme.encode(), **_workflows(settings, channels)}
    for number, made in enumerate(versions):
        for channel in (channel for channel in channels if channel.paths):
            yield bump_message(channel, made.name, made.version), package_files(channel, made)
            yield f"other: update to 1.{number}.1", other_files(channel.kind, f"1.{number}.1")
    yield "Say more in the README", {"README.md": f"{readme}\nReport problems upstream.\n".encode()}


def _workflows(settings: Settings, channels: list[Channel]) -> dict[str, bytes]:
    name, files = settings.project.name, {}
    heard = [channel for channel in channels if channel.event_type]
    for channel in channels:
        content = (
            publish_workflow(name, channel.inputs)
            if channel.workflow
            else receiver_workflow(name, channel.name, channel.event_type or "")
        )
        files[receiver_path(channel, alone=len(heard) == 1)] = content
    return files


def seed_repositories(world: World, root: Path, versions: list[Published]) -> None:
    """The product's and every target's repository, at the last of ``versions``."""
    targets = {channel.target for channel in world.settings.channels.values()}
    for name in sorted({world.product, *targets}):
        history = partial(target_history, world.settings, name, versions)
        branch = world.settings.project.branch if name == world.product else "main"
        world.repositories[name] = Repository(name, root / f"{name}.git", history, branch)


def seed_services(settings: Settings, registry: Registry, feed: Feed, versions: list[Published]) -> None:
    """Fill registry and feed with ``versions``, oldest first; ``latest`` is the last stable one."""
    for made in versions:
        for channel in settings.channels.values():
            if channel.image:
                registry.push(channel.image, made.version, latest="-" not in made.version)
            if channel.feed:
                feed.push(made.name, choco_version(made.version), "Approved")


def service_variables(settings: Settings, registry_url: str, feed_url: str) -> Mapping[str, str]:
    """The variables that point every channel's registry and feed at the stand-in's, as Invoke reads them."""
    told: dict[str, str] = {}
    for channel in settings.channels.values():
        places = {"REGISTRY": registry_url if channel.registry else None, "FEED": feed_url if channel.feed else None}
        told |= {f"INVOKE_CHANNELS_{channel.name.upper()}_{key}": url for key, url in places.items() if url}
    return told
