"""Proof that a channel serves a version, read from the repositories and the registry themselves, not from a report."""

import hashlib
import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from release.rehearsal.packages import choco_version
from release.rehearsal.standin import StandIn
from release.settings import Channel


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at: whether it is as it should be, and what was seen."""

    right: bool
    text: str


@dataclass(frozen=True)
class Held:
    """What a target's files say: version, URL and checksum."""

    version: str
    url: str
    sha256: str


def read_held(standin: StandIn, channel: Channel) -> Held:
    """What the files of ``channel`` hold on the default branch; empty texts where a place is missing."""
    repository = standin.repository(channel.name)
    files = {path.rsplit(".", 1)[-1]: (repository.read(path) or b"").decode("utf-8-sig") for path in channel.paths}
    if channel.kind == "homebrew":
        url = _first(r'^  url "([^"]*)"', files["rb"])
        return Held(_version_in(standin, url), url, _first(r'^  sha256 "([^"]*)"', files["rb"]))
    if channel.kind == "scoop":
        value = json.loads(files["json"] or "{}")
        return Held(str(value.get("version")), str(value.get("url")), str(value.get("hash")))
    script = files["ps1"]
    version = _first(r"<version>([^<]*)<", files["nuspec"])
    return Held(version, _first(r"^\$url\s*= '([^']*)'", script), _first(r"^\$checksum\s*= '([^']*)'", script))


def _version_in(standin: StandIn, url: str) -> str:
    """The published version whose files have this URL, empty where none has."""
    for release in standin.world.releases:
        if url in {place[0] for place in release.made.artifacts.values()}:
            return release.version
    return ""


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else ""


def all_channels(standin: StandIn) -> tuple[str, ...]:
    """The names of the configured channels, in their order."""
    return tuple(standin.world.settings.channels)


def prove(standin: StandIn, version: str, channels: tuple[str, ...]) -> Iterator[Fact]:
    """A fact per channel that has files or an image: it serves ``version``, with the checksum that it states."""
    for channel in (standin.world.channel(name) for name in channels):
        if channel.image:
            yield _prove_image(standin, channel.name, channel.image, version)
        elif channel.paths:
            yield _prove_files(standin, channel, version)


def _prove_files(standin: StandIn, channel: Channel, version: str) -> Fact:
    held, name = read_held(standin, channel), channel.name
    wanted = choco_version(version) if channel.kind == "choco" else version
    if held.version != wanted:
        return Fact(right=False, text=f"{name}: {channel.target} holds {held.version or 'no version'}, not {wanted}")
    real = _hash_of(held.url)
    if real != held.sha256:
        return Fact(right=False, text=f"{name}: {held.url} hashes to {real}, the file says {held.sha256}")
    return Fact(right=True, text=f"{name}: {channel.target} holds {wanted}; {held.url} hashes to {real[:12]}...")


def _hash_of(url: str) -> str:
    if not url.startswith("http://127.0.0.1:"):
        return "nothing: it is not the stand-in's address"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the line above
            return hashlib.sha256(answer.read()).hexdigest()
    except OSError as failed:
        return f"nothing: {failed}"


def _prove_image(standin: StandIn, name: str, image: str, version: str) -> Fact:
    digest, latest = (standin.registry.digest(image, tag) for tag in (version, "latest"))
    right = digest is not None and digest == latest
    words = "is" if right else "is NOT"
    return Fact(
        right=right, text=f"{name}: {image}:latest {words} the image of {version} ({(digest or 'none')[:19]}...)"
    )


def told(standin: StandIn, version: str, channels: tuple[str, ...]) -> Iterator[Fact]:
    """A fact per channel: it was told of ``version`` exactly once, with the payload that it needs."""
    for channel in (standin.world.channel(name) for name in channels):
        wanted = _payload(standin, channel, version)
        got = [
            d.payload for d in standin.dispatches
            if d.repository == channel.target and d.name in {channel.event_type, channel.workflow}
            and set(wanted.values()) & set(d.payload.values())
        ]  # fmt: skip
        right = got == [wanted]
        yield Fact(right, f"{channel.name}: {'told once, with the right payload' if right else f'told {got}'}")


def _payload(standin: StandIn, channel: Channel, version: str) -> dict[str, str]:
    release = standin.release(version)
    if channel.workflow:
        names = {"{version}": version, "{tag}": release.tag}
        return {key: _filled(value, names) for key, value in channel.inputs.items()}
    return {"version": version, "sha256": release.made.of(channel.artifact).source_sha256}


def _filled(text: str, names: dict[str, str]) -> str:
    for place, value in names.items():
        text = text.replace(place, value)
    return text
