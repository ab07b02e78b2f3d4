"""The configuration of a rehearsal: what is there, with every address that leaves this machine led to the stand-in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from release.channels import kind_of
from release.channels.rehearsed import Services
from release.errors import InputError
from release.settings import LOOPBACK, Settings


def places(settings: Settings, services: Services) -> dict[str, Any]:
    """The keys of ``invoke.yaml`` that are other ones in a rehearsal, as sections of it."""
    channels = {name: kind_of(one.kind).rehearsed.places(one, services) for name, one in settings.channels.items()}
    artifacts = {name: {"url": local_template(one.url)} for name, one in settings.artifacts.items() if one.url}
    return {"channels": {name: keys for name, keys in channels.items() if keys}, "artifacts": artifacts}


def local_template(url: str) -> str:
    """An artifact's address with ``{server}`` in front; another host's name becomes the first part of the path."""
    return re.sub(r"^https?://", "{server}/", url)


def merge(raw: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """``raw`` with the tables of ``more`` laid over it, as Invoke merges files."""
    merged = dict(raw)
    for key, value in more.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def check_loopback(raw: Mapping[str, Any]) -> None:
    """Refuse a configuration that names an address which the stand-in does not play.

    Raises:
        InputError: naming the first.
    """
    for path, text in _texts(raw, ""):
        host = urlsplit(text).hostname if "://" in text and not text.startswith("{") else None
        if host and not LOOPBACK.fullmatch(host):
            wrong = f"The rehearsal has no stand-in for {path}: {text}"
            raise InputError(wrong, "Let the kind's `places` lead it to the stand-in: nothing may leave this machine.")


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, path)
    elif isinstance(value, str):
        yield path, value
