"""What is wrong with good records: names of repositories that GitHub cannot have, and no channel at all."""

from collections.abc import Iterable

from release.errors import InputError
from release.settings.forms import REPOSITORY
from release.settings.records import Settings
from release.settings.wrong import without_tokens


def check_repositories(settings: Settings, channels: Iterable[str] | None = None) -> list[str]:
    """A problem for each repository name that GitHub cannot have: the project's and the channels' targets."""
    chosen = settings.channels if channels is None else channels
    named = {"project.repository": settings.project.repository}
    named |= {f"channels.{name}.target": settings.channels[name].target for name in chosen}
    return [
        without_tokens(f"{where} is {value!r}, not a repository: write owner/name as GitHub shows it")
        for where, value in named.items()
        if not REPOSITORY.fullmatch(value)
    ]


def require_channels(settings: Settings) -> None:
    """Refuse a configuration without a channel, for what works on channels.

    Raises:
        InputError: it has none.
    """
    if not settings.channels:
        raise InputError("No channel is configured: `channels:` is empty", "Add one there; the README shows each kind.")
