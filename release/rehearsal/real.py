"""The real files of targets in a rehearsal: what they hold, and how they are led to the stand-in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from release.channels import kind_of
from release.errors import InputError, ReleaseError
from release.metadata.assets import pattern_of
from release.metadata.version import parse_version
from release.records import Download
from release.rehearsal.checkouts import read_checkout
from release.settings import Channel, InvalidSettings, Settings

GITHUB = "https://github.com"
LITERAL = re.compile(r"https?://[^\s\"'<>(){$]+(?![^\s\"'<>()]*[{$])(?=[\s\"'<>()]|$)")  # no template
ASSET = re.compile(r"[A-Za-z0-9._+~@%-]+")
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Held:
    """What a channel's real files hold.

    Attributes:
        target: whose they are.
        paths: of all that an edit may have to know.
        version: SemVer.
        downloads: what users get by them.
    """

    target: str
    paths: Sequence[str]
    version: str
    downloads: Sequence[Download]


@dataclass(frozen=True)
class Real:
    """What targets really hold.

    Attributes:
        folders: target -> path -> content.
        channels: name of a channel with files -> what they hold.
        addresses: how an address in them begins -> its path at the stand-in.
        names: of the release's files that they download, ``{version}`` or ``{python_version}`` for the version.
    """

    folders: Mapping[str, Files] = field(default_factory=dict)
    channels: Mapping[str, Held] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()

    @property
    def versions(self) -> list[str]:
        """Those that the channels hold, each once."""
        return list(dict.fromkeys(held.version for held in self.channels.values()))

    def led(self, server: str, checksum: Callable[[str], str | None]) -> dict[str, dict[str, bytes]]:
        """``folders`` with the product's addresses led to a server, and the checksums of what is served there.

        Args:
            server: the stand-in's address.
            checksum: path there -> sha256 of its bytes; ``None`` where nothing is.
        """
        found = {target: dict(files) for target, files in self.folders.items()}
        for held in self.channels.values():
            sums = {one.sha256: checksum(path) for one in held.downloads if (path := self.path_of(one.url))}
            for path in held.paths:
                found[held.target][path] = self._led(found[held.target][path], server, sums)
        return found

    def path_of(self, url: str) -> str | None:
        """Where a file of the release is at the stand-in; ``None`` for an address elsewhere."""
        found = (path + url.removeprefix(start) for start, path in self.addresses.items() if _begins(url, start))
        return next(found, None)

    def _led(self, content: bytes, server: str, sums: Mapping[str | None, str | None]) -> bytes:
        for start, path in self.addresses.items():
            content = re.sub(re.escape(start).encode() + rb"(?![\w-])", (server + path).encode(), content)
        for old, new in sums.items():
            if old and new:
                content = content.replace(old.encode(), new.encode())
                content = content.replace(old.upper().encode(), new.upper().encode())
        return content


def _begins(url: str, start: str) -> bool:
    return url.startswith(start) and re.match(r"[\w-]", url[len(start) :]) is None


def read_real(folder: Path, settings: Settings, server: str = GITHUB) -> Real:
    """The files of every target that ``folder`` holds as ``OWNER/REPO/...``.

    Args:
        folder: of checkouts.
        settings: of the product.
        server: where GitHub really is, as the product's addresses begin.

    Raises:
        InvalidSettings: with every problem: a channel's files are not there, or cannot be edited.
    """
    if not folder.is_dir():
        raise InputError(f"--files {folder} is no folder", "Give the one with OWNER/REPO of each target in it.")
    targets = {settings.project.repository, *(channel.target for channel in settings.channels.values())}
    folders = {name: read_checkout(folder / name) for name in sorted(targets) if (folder / name).is_dir()}
    addresses = dict(_addresses(settings, server))
    found, problems = dict[str, Held](), list[InputError]()
    for channel in settings.channels.values():
        try:
            if kind_of(channel.kind).edits_files:
                found[channel.name] = _held(folder, channel, folders.get(channel.target))
        except ReleaseError as error:
            problems.append(InputError(f"Channel {channel.name}: {error.wrong}", error.fix))
    real = Real(folders, found, addresses)
    problems += [wrong for name, held in found.items() for wrong in _elsewhere(real, name, held)]
    if problems:
        raise InvalidSettings(problems)
    names = dict.fromkeys(name for held in found.values() for name in _names(real, held, settings))
    return Real(folders, found, addresses, list(names))


def _addresses(settings: Settings, server: str) -> Iterator[tuple[str, str]]:
    """The product's own page, and what artifacts' addresses begin with, up to what differs with the version."""
    project = settings.project
    yield f"{server}/{project.repository}", f"/{project.repository}"
    words = {"{server}": server, "{repository}": project.repository, "{name}": project.name}
    for spec in settings.artifacts.values():
        url = re.sub(r"\{\w+\}", lambda found: words.get(found[0], found[0]), spec.url or "").partition("{")[0]
        if url and not url.startswith(f"{server}/{project.repository}"):
            start = url[: url.rindex("/")]
            yield start, "/" + start.partition("://")[2]


def _held(folder: Path, channel: Channel, files: Files | None) -> Held:
    kind, place = kind_of(channel.kind), folder / channel.target
    if files is None:
        raise InputError(f"there is no folder {place}", f"Put a checkout of {channel.target} there.")
    if missing := [path for path in kind.paths(channel) if path not in files]:
        wrong = f"{place} has no file {missing[0]}"
        raise InputError(wrong, f"Create it, or correct channels.{channel.name} in invoke.yaml.")
    named = [*kind.paths(channel), *kind.extra_paths(channel), *kind.sibling_paths(channel, files)]
    paths = [path for path in dict.fromkeys(named) if path in files]
    known = {path: files[path] for path in paths}
    served = kind.served(channel, known)
    if kind.needs_commit(channel, known):
        wrong = f"{paths[0]} downloads by git what a tag points to, and the stand-in has no tags in git"
        raise InputError(wrong, f"Rehearse the other channels; see it later: update.{channel.name} --dry-run.")
    if served.version is None:
        raise InputError(f"{paths[0]} does not say its version", "Write it there.")
    return Held(channel.target, paths, parse_version(served.version), served.downloads)


def _elsewhere(real: Real, name: str, held: Held) -> Iterator[InputError]:
    """A problem for each download that is no file of the release."""
    for one in held.downloads:
        if real.path_of(one.url) is None:
            where = f"{held.paths[0]} line {one.line}" if one.line else held.paths[0]
            wrong = f"Channel {name}: {where} downloads {one.url}, which is neither the product's nor an artifact's"
            yield InputError(wrong, "Add it to artifacts in invoke.yaml: the rehearsal leads those to this machine.")


def _names(real: Real, held: Held, settings: Settings) -> Iterator[str]:
    """Patterns of the attached files that the channel's texts name, its own downloads first."""
    page = f"/{settings.project.repository}/releases/download/"
    texts = [real.folders[held.target][path].decode("utf-8", "replace") for path in held.paths]
    literal = (re.split("[#?]", found)[0] for text in texts for found in LITERAL.findall(text))
    for url in (*(one.url for one in held.downloads), *literal):
        path = real.path_of(url) or ""
        file = unquote(path.rpartition("/")[2])
        if path.startswith(page) and ASSET.fullmatch(file):
            yield pattern_of(file, held.version, python=file.endswith(".whl"))
