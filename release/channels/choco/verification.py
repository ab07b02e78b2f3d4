"""VERIFICATION.txt: where the files inside a package were downloaded from, and their checksums.

Source: Chocolatey's rule CPMR0006 for packages that carry programs; the layout is free text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from release.channels.choco.address import is_file, width_of
from release.channels.text.literal import line_of
from release.channels.text.mentions import HEX
from release.channels.text.powershell import check_size
from release.errors import EditRefused

URL = re.compile(r"https?://[^\s<>\"'`|()\[\]{}]++")


@dataclass(frozen=True)
class Verified:
    """A URL of a VERIFICATION.txt and the checksum that is its.

    Attributes:
        path: of the file.
        address: the URL.
        sum_text: the checksum as it stands.
        line: of the URL.
        width: ``64``, ``32``, ``arm64`` or empty.
    """

    path: str
    address: str
    sum_text: str
    line: int
    width: str

    @property
    def where(self) -> str:
        """``path line N``, for messages."""
        return f"{self.path} line {self.line}"


def urls_in(text: str) -> list[tuple[int, str]]:
    """Place and URL, without the full stop of a sentence."""
    return [(match.start(), match[0].rstrip(".,;:!")) for match in URL.finditer(text)]


def verified(path: str, text: str, released: Callable[[str], bool], known: set[str]) -> list[Verified]:
    """The files of the release and their checksums; those that the install script has are none of these.

    Args:
        path: of the file, for messages.
        text: of the file.
        released: whether a URL is one of the release.
        known: URLs and lower-case checksums of the install script.

    Raises:
        EditRefused: it is not clear which checksum is whose.
    """
    check_size(path, text)
    files = {url: place for place, url in reversed(urls_in(text)) if is_file(url) or url in known}
    found = {url: place for url, place in reversed(files.items()) if released(url) and url not in known}
    bare = URL.sub(lambda match: " " * len(match[0]), text)
    sums = {m[0].lower(): m for m in reversed(list(HEX.finditer(bare))) if m[0].lower() not in known}
    sums = dict(reversed(sums.items()))
    if not sums:
        return []
    if len(found) != len(sums):
        first = next(iter(sums.values()))
        raise EditRefused(
            f"{path} line {line_of(text, first.start())}: {len(sums)} checksums belong to {len(found)} URLs",
            "Write the URL of each file of the release and its SHA256 there, in the same order.",
        )
    places = list(found.items())
    widths, labels = (
        [_width(text, place, url) for url, place in places],
        [_width(text, m.start()) for m in sums.values()],
    )
    order = list(range(len(places)))
    if sorted(widths) == sorted(labels) and len(set(labels)) == len(labels):
        order = [labels.index(width) for width in widths]
    hexes = [match[0] for match in sums.values()]
    return sorted(
        (Verified(path, url, hexes[i], line_of(text, place), width)
         for (url, place), i, width in zip(places, order, widths, strict=True)),
        key=lambda one: one.width != "64",
    )  # fmt: skip


def _width(text: str, place: int, url: str = "") -> str:
    """Which machines a line is for, by the words before ``place``, else by the URL."""
    return width_of(text[max(0, place - 80) : place].rpartition("\n")[2]) or width_of(url.rpartition("/")[2])
