"""Which URLs of a package are files of the release, and where each of them is in the new one."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from release.channels.text.derive import Derivation
from release.channels.text.urls import RELEASED, in_project
from release.errors import EditRefused

NUMBER = r"(?<![0-9.]){}(?![0-9])(?!\.[0-9])"  # no part of a version
WIDTHS = {"arm64": "arm64|aarch64", "64": NUMBER.format("64"), "32": NUMBER.format("32") + "|x86|i[36]86"}
DOWNLOAD = re.compile(r"/download/?$")  # SourceForge's way to say which mirror
FILE = re.compile(r"\.(?:7z|appx|bz2|cab|exe|gz|iso|jar|msi|msix|msixbundle|msp|msu|nupkg|otf|ps1|psm1|py|rar|tar|"
                  r"tgz|ttf|txz|vsix|whl|xpi|xz|zip|zst)$", re.IGNORECASE)  # fmt: skip


def is_file(url: str) -> bool:
    """Whether a URL is a file's rather than a page's."""
    with suppress(ValueError):  # of a host in brackets that is none
        return bool(FILE.search(DOWNLOAD.sub("", urlsplit(url).path)) or RELEASED.search(url))
    return False


def is_released(url: str, derivation: Derivation) -> bool:
    """Whether a URL is a file of the release that the package holds."""
    address, change = url.partition("#")[0], derivation.change
    own = in_project(address, change) and RELEASED.search(address) is not None
    return own or derivation.move.carried(url) or derivation.known(address) is not None


def moved_address(url: str, derivation: Derivation, *, alone: bool) -> tuple[str, str]:
    """The URL of the same file in the new release, and its SHA-256.

    Args:
        url: as it stands, variables filled in.
        derivation: from the old release to the new.
        alone: it is the only download: then it may become the channel's artifact if both are of one repository.

    Raises:
        EditRefused: it is no file of the new release; names the URL that was looked for.
    """
    address, mark, fragment = url.partition("#")
    change = derivation.change
    try:
        new, digits = derivation.moved(address)
    except EditRefused:
        if not (alone and in_project(address, change) and _kind(address) == _kind(change.url)):
            raise
        new, digits = change.url, change.checksum(change.url)
    if width_of(_name(new)) != width_of(_name(address)):
        raise EditRefused(f"{new} is for other machines", "Attach a file for the same ones to the release.")
    return new + mark + derivation.move.moved(fragment), digits.lower()


def width_of(words: str) -> str:
    """Which machines a text names: ``64``, ``32``, ``arm64`` or empty."""
    return next((name for name, pattern in WIDTHS.items() if re.search(pattern, words, re.IGNORECASE)), "")


def _name(url: str) -> str:
    return DOWNLOAD.sub("", url).rpartition("/")[2]


def _kind(url: str) -> str:
    return _name(url).rpartition(".")[2].lower()


def folder_of(url: str, derivation: Derivation) -> str:
    """The folder of a URL without the old version."""
    return derivation.move.pattern.sub("\0", url.rpartition("/")[0])
