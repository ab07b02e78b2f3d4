"""A package as the channel's files have it: nuspec, scripts, VERIFICATION.txt, and its downloads of the release."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname, join
from urllib.parse import unquote

from release.channels.change import Files
from release.channels.choco.address import is_file
from release.channels.choco.downloads import Installed, check_computed, downloads
from release.channels.choco.install_script import Script, parse_script
from release.channels.choco.nuspec import Nuspec, parse_nuspec, software_version
from release.channels.choco.settings import ChocoChannel
from release.channels.choco.verification import Verified, urls_in, verified
from release.channels.text.literal import Decoded, decode_file, line_of
from release.channels.text.urls import SHA256
from release.channels.text.versions import Move
from release.errors import EditRefused, InputError
from release.records import Download

LEGACY = "cp1252"  # how Windows PowerShell reads a script without a byte order mark
TEMPLATES = {"update.ps1"}  # of the field's updater: it never reaches a user
NUMBERS = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){2,3}(?![0-9.])")
PAGES = {"releaseNotes", "projectSourceUrl", "docsUrl"}
SCRIPTS = ("Install", "Uninstall", "BeforeModify")
BESIDE = ("helpers.ps1", "data.ps1", "VERIFICATION.txt", "verification.txt", "Verification.txt")


def nuspec_path(channel: ChocoChannel) -> str:
    """The one nuspec of the channel.

    Raises:
        InputError: ``files`` names none or several.
    """
    found = [path for path in channel.paths if path.lower().endswith(".nuspec")]
    if len(found) != 1:
        raise InputError(f"channels.{channel.name}.files names {len(found)} files *.nuspec", "Name one nuspec.")
    return found[0]


def usual_paths(channel: ChocoChannel) -> tuple[str, ...]:
    """Where scripts and VERIFICATION.txt of a package usually are, but for those that ``files`` names."""
    top = dirname(nuspec_path(channel))
    folders = {join(top, "tools"), *(dirname(path) for path in channel.paths if path.lower().endswith(".ps1"))}
    names = [f"{start}{name}.ps1" for name in SCRIPTS for start in ("chocolatey", "Chocolatey")]
    names += [name.lower() for name in names[::2]]
    found = [join(folder, name) for folder in sorted(folders) for name in [*names, *BESIDE]]
    known = {path.lower() for path in channel.paths}
    return tuple(path for path in [*found, join(top, "legal/VERIFICATION.txt")] if path.lower() not in known)


@dataclass(frozen=True)
class Package:
    """What a package's files say.

    Attributes:
        nuspec: of the package.
        scripts: those that users run, with their encoding.
        proofs: every VERIFICATION.txt by its path.
        named: the paths that the configuration names.
    """

    nuspec: Nuspec
    scripts: dict[str, tuple[Decoded, Script]]
    proofs: dict[str, Decoded]
    named: tuple[str, ...]

    @cached_property
    def software(self) -> str:
        """The version of the software in it."""
        return software_version(self.nuspec.version)

    def pages_of(self, version: str) -> list[str]:
        """Where the nuspec sends its readers to pages of ``version``: ``path line N``."""
        held, spec = Move(version, version), self.nuspec
        pages = (part for part in spec.parts if part.name in PAGES and held.carried(unquote(spec.text(part))))
        return [f"{spec.path} line {spec.line(part)}" for part in pages]

    @property
    def is_silent(self) -> bool:
        """Whether nothing in it runs, and nothing is said of files inside."""
        return not self.proofs and not any(script.used.strip() for _, script in self.scripts.values())

    def installed(self, released: Callable[[str], bool]) -> list[Installed]:
        """The downloads of every script, of which none may be computed."""
        found = self.urls(released)
        for path, (_, script) in self.scripts.items():
            check_computed(script, [one for one in found if one.path == path])
        return found

    def urls(self, wanted: Callable[[str], bool]) -> list[Installed]:
        """Those URLs of every script that are ``wanted``, with their checksums."""
        return [one for _, script in self.scripts.values() for one in downloads(script, wanted)]

    def verified(self, released: Callable[[str], bool], found: list[Installed]) -> list[Verified]:
        """The files that the package carries inside."""
        known = {one.address for one in found} | {one.sum_text.lower() for one in found if one.sum}
        if found:
            known |= {s.text.value.lower() for _, script in self.scripts.values() for s in script.sums if s.text}
        return [one for path, source in self.proofs.items() for one in verified(path, source.text, released, known)]


def parse_package(channel: ChocoChannel, files: Files) -> Package:
    """The package in ``files``, those of ``usual_paths`` included where they are there.

    Raises:
        EditRefused: a file that ``files`` of the configuration names is not there, or cannot be read.
    """
    if missing := [path for path in channel.paths if path not in files]:
        raise EditRefused(f"{missing[0]} is not there", "Create the package once by hand; updates keep it current.")
    path = nuspec_path(channel)
    nuspec = parse_nuspec(path, files[path])
    wanted = [p for p in dict.fromkeys([*channel.paths, *usual_paths(channel)]) if p in files]
    texts = {p: decode_file(p, files[p], LEGACY) for p in wanted if p.lower().endswith((".ps1", ".psm1", ".txt"))}
    scripts = {
        p: (source, parse_script(p, source.text, nuspec.version))
        for p, source in texts.items()
        if not p.lower().endswith(".txt") and basename(p).lower() not in TEMPLATES
    }
    proofs = {p: source for p, source in texts.items() if p.lower().endswith("verification.txt")}
    return Package(nuspec, scripts, proofs, channel.paths)


def held_downloads(package: Package) -> list[Download]:
    """Every file of the release that the package downloads or carries, the main one first.

    One of another version beside them counts too. Where no URL names the version, all that have a checksum count.

    Raises:
        EditRefused: a URL is computed, or it is not clear which checksum is whose.
    """
    move = Move(package.nuspec.version, package.nuspec.version)

    def released(url: str) -> bool:
        return move.carried(unquote(url))

    found = package.installed(released)
    folders = {_folder(one.address) for one in found}
    others = [one for one in package.urls(lambda url: not released(url)) if one.sum]
    found += [one for one in others if not folders or _folder(one.address) in folders]
    inside = _inside(package, released, found)
    return [
        *(_download(one.address, one.sum_text, line_of(one.script.text, one.position), package) for one in found),
        *(_download(one.address, one.sum_text, one.line, package) for one in inside),
    ]


def _inside(package: Package, released: Callable[[str], bool], found: list[Installed]) -> list[Verified]:
    """The files that the package carries; what VERIFICATION.txt says beside scripts that download proves nothing."""
    urls = [url for source in package.proofs.values() for _, url in urls_in(source.text) if is_file(url)]
    try:
        return package.verified(released if any(map(released, urls)) else lambda _: True, found)
    except EditRefused:
        if not found:
            raise
        return []


def _folder(url: str) -> str:
    """The folder of a URL, whatever version is in it."""
    return NUMBERS.sub("", url.rpartition("/")[0])


def _download(url: str, digits: str, line: int, package: Package) -> Download:
    held = Move(package.nuspec.version, package.nuspec.version)
    other = NUMBERS.search(url)
    version = package.software if held.carried(unquote(url)) else other and other[0]
    return Download(url.partition("#")[0], digits.lower() if SHA256.fullmatch(digits) else None, version or None, line)
