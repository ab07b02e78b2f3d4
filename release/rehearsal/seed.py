"""How the stand-in's world begins: the configured repositories with some history, an image and a package."""

from collections.abc import Container, Iterator, Mapping
from functools import partial
from pathlib import Path

from release.channels import kind_of
from release.channels import settings as channel_settings
from release.channels.adopted import Product
from release.channels.published import Published
from release.channels.rehearsed import Services
from release.errors import InputError
from release.rehearsal.github.bare import Commit, Repository
from release.rehearsal.github.workflows import hears
from release.rehearsal.world import World
from release.safe_yaml import read_yaml
from release.settings import Channel, InvalidSettings, Settings

FOLDER = ".github/workflows"


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
    if (found := read_yaml(str(path), content)).problems:
        raise InvalidSettings(found.problems)
    return channel_settings.read_settings(found.value or {})


def receiver_path(channel: Channel, *, alone: bool = True) -> str:
    """The workflow file by which a target hears of this channel."""
    return f"{FOLDER}/{channel.workflow or ('receive.yml' if alone else f'receive-{channel.name}.yml')}"


def channel_files(channel: Channel, made: Published) -> dict[str, bytes]:
    """The files of a configured channel at a version."""
    return kind_of(channel.kind).rehearsed.files(channel, made.of(channel.artifact))


def target_history(
    settings: Settings, target: str, versions: list[Published], real: Mapping[str, bytes], held: Container[str]
) -> Iterator[Commit]:
    """A repository's commits: its own bumps, with another package's and edits of the README between them.

    Args:
        settings: with the channels.
        target: which repository.
        versions: that its channels served, oldest first.
        real: path -> content of its real files.
        held: names of the channels whose files are among these; the others' are made up.
    """
    channels = [channel for channel in settings.channels.values() if channel.target == target]
    readme = f"# {target}\n\nMade up.\n"
    yield "Initial commit", {"README.md": readme.encode(), **_workflows(settings, channels, real), **real}
    for number, made in enumerate(versions):
        for channel in settings.channels.values():
            rehearsed, files = kind_of(channel.kind).rehearsed, channel_files(channel, made)
            elsewhere = rehearsed.home(channel, made.of(channel.artifact)) != target
            if not files or elsewhere or channel.name in held:
                continue
            yield rehearsed.message(made.name, made.version), files
            if other := rehearsed.other_files(f"1.{number}.1"):
                yield f"other: update to 1.{number}.1", other
    if not real:
        yield "Say more in the README", {"README.md": f"{readme}\nReport problems upstream.\n".encode()}


def _workflows(settings: Settings, channels: list[Channel], real: Mapping[str, bytes]) -> dict[str, bytes]:
    """The workflows by which the target hears, but for those that its real files have already."""
    project, files = settings.project, {}
    product = Product(project.name, project.repository, project.branch)
    heard = [channel for channel in channels if channel.event_type]
    for channel in channels:
        if channel.event_type and any(hears(path, content, channel.event_type) for path, content in real.items()):
            continue
        content = kind_of(channel.kind).adopted.receiver(product, channel).encode()
        files[receiver_path(channel, alone=len(heard) == 1)] = content
    return files


def seed_repositories(
    world: World, root: Path, versions: list[Published], real: Mapping[str, Mapping[str, bytes]], held: Container[str]
) -> None:
    """The product's and every target's repository, at the last of ``versions`` or with its ``real`` files."""
    channels = world.settings.channels.values()
    targets = {channel.target for channel in channels}
    homes = {kind_of(channel.kind).rehearsed.home(channel, made) for channel in channels for made in versions}
    for name in sorted({world.product, *targets, *homes}):
        history = partial(target_history, world.settings, name, versions, real.get(name, {}), held)
        branch = world.settings.project.branch if name == world.product else "main"
        world.repositories[name] = Repository(name, root / f"{name}.git", history, branch)


def seed_services(settings: Settings, services: Services, versions: list[Published]) -> None:
    """What reached users of ``versions`` beside the targets' files, oldest first."""
    for made in versions:
        for channel in settings.channels.values():
            kind_of(channel.kind).rehearsed.publish(
                services, channel, made.of(channel.artifact), latest=True, seed=True
            )
