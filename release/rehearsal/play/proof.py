"""Proof that a channel serves a version, read from the repositories and the registry themselves, not from a report."""

import hashlib
import urllib.request
from collections.abc import Iterator

from release.channels import kind_of
from release.channels.rehearsed import WRONG_CHECKSUM, Fact, Held
from release.rehearsal.standin import StandIn
from release.settings import Channel


def readable(channel: Channel) -> bool:
    """Whether anything says what the channel serves."""
    return kind_of(channel.kind).readable(channel)


def read_held(standin: StandIn, channel: Channel) -> Held:
    """What the files of ``channel`` hold on the default branch; empty texts where a place is missing."""
    repository = standin.repository(channel.name)
    if real := standin.real.channels.get(channel.name):
        served = kind_of(channel.kind).served(channel, {path: repository.read(path) or b"" for path in real.paths})
        return Held(served.version or "", tuple((one.url, one.sha256 or "") for one in served.downloads if one.sha256))
    files = {path: (repository.read(path) or b"").decode("utf-8-sig") for path in channel.paths}
    held = kind_of(channel.kind).rehearsed.held(channel, files) or Held("", ())
    shown = next((found for url, _ in held.downloads if (found := _version_in(standin, url))), "")
    return held if held.version else Held(shown, held.downloads)


def _version_in(standin: StandIn, url: str) -> str:
    """The published version whose files have this URL, empty where none has."""
    for release in standin.world.releases:
        if url in {place[0] for place in release.made.artifacts.values()}:
            return release.version
    return ""


def all_channels(standin: StandIn) -> tuple[str, ...]:
    """The names of the configured channels, in their order."""
    return tuple(standin.world.settings.channels)


def prove(standin: StandIn, version: str, channels: tuple[str, ...]) -> Iterator[Fact]:
    """A fact for all that each channel serves: it is ``version``, with the checksum that is stated."""
    for channel in (standin.world.channel(name) for name in channels):
        if kind_of(channel.kind).edits_files:
            yield _prove_files(standin, channel, version)
        yield from kind_of(channel.kind).rehearsed.prove(standin, channel, version)


def _prove_files(standin: StandIn, channel: Channel, version: str) -> Fact:
    held, name = read_held(standin, channel), channel.name
    wanted = kind_of(channel.kind).rehearsed.native_version(version)
    if held.version != wanted:
        return Fact(right=False, text=f"{name}: {channel.target} holds {held.version or 'no version'}, not {wanted}")
    if left := _left(standin, channel, version):
        return Fact(right=False, text=f"{name}: {channel.target} still has {left}")
    for url, sha256 in held.downloads:
        if (real := _hash_of(url)) != sha256:
            return Fact(right=False, text=f"{name}: {url} hashes to {real}, the file says {sha256}")
    shown = "; ".join(f"{url} hashes to {sha256[:12]}..." for url, sha256 in held.downloads)
    right = bool(shown) or not _downloads(standin, channel)
    return Fact(right, f"{name}: {channel.target} holds {wanted}; {shown or 'and no download'}")


def _downloads(standin: StandIn, channel: Channel) -> bool:
    """Whether the channel's files download anything: a package may be its nuspec alone."""
    if real := standin.real.channels.get(channel.name):
        return bool(real.downloads)
    return kind_of(channel.kind).rehearsed.notices(channel, WRONG_CHECKSUM)


def _left(standin: StandIn, channel: Channel, version: str) -> str:
    """A checksum of another version that the channel's files still hold, by plain search; empty where none is."""
    repository = standin.repository(channel.name)
    text = b"\n".join(repository.read(path) or b"" for path in channel.paths).lower()
    for release in standin.world.releases if version else ():
        for one in sorted(release.checksums) if release.version != version else ():
            if one.encode() in text:
                return f"{one[:12]}..., a checksum of {release.version}"
    return ""


def _hash_of(url: str) -> str:
    if not url.startswith("http://127.0.0.1:"):
        return "nothing: it is not the stand-in's address"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the line above
            return hashlib.sha256(answer.read()).hexdigest()
    except OSError as failed:
        return f"nothing: {failed}"


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
        names = {"{version}": version, "{tag}": release.tag, "{name}": release.made.name,
                 "{sha256}": release.made.of(channel.artifact).source_sha256}  # fmt: skip
        return {key: _filled(value, names) for key, value in channel.inputs.items()}
    if channel.artifact is None:
        return {"version": version}
    return {"version": version, "sha256": release.made.of(channel.artifact).source_sha256}


def _filled(text: str, names: dict[str, str]) -> str:
    for place, value in names.items():
        text = text.replace(place, value)
    return text
