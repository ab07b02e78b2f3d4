"""The downloads of install scripts: each URL of the release with the checksum that belongs to it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from release.channels.choco.install_script import Role, Script, Setting, key_of
from release.channels.text.literal import plain_literal
from release.channels.text.powershell import FILLS, OPENS, Text
from release.errors import EditRefused

BARE = re.compile(rf"https?://[^\s{OPENS}{FILLS}$`;(){{}},|]++")
STATEMENT = re.compile(r"[^\r\n;]{0,2000}")
HTTP = ("https://", "http://")


@dataclass(frozen=True)
class Installed:
    """A URL of a script, and what the script says of the file behind it.

    Attributes:
        script: where it stands.
        text: the URL as it is written.
        address: the URL in full.
        name: of the setting that it is, in lower case; empty where it is none.
        position: where that begins.
        sum: the setting of its checksum.
        type: the setting of the checksum's kind.
    """

    script: Script
    text: Text
    address: str
    name: str
    position: int
    sum: Setting | None = None
    type: Setting | None = None

    @property
    def key(self) -> str:
        """See ``Setting.key``."""
        return key_of(self.name)

    @property
    def sum_text(self) -> str:
        """The checksum as it stands."""
        return self.sum.text.value if self.sum and self.sum.text else ""

    @property
    def path(self) -> str:
        """Of the script."""
        return self.script.path

    @property
    def where(self) -> str:
        """``path line N: name``, for messages."""
        return f"{self.script.where(self.position)}" + (f": `{self.name}`" if self.name else "")


Keyed = TypeVar("Keyed", Installed, Setting)


def downloads(script: Script, released: Callable[[str], bool]) -> list[Installed]:
    """The URLs of the release, with their checksums where they have any, the 64-bit ones first.

    Args:
        script: which.
        released: whether a URL is one of the release.

    Raises:
        EditRefused: a URL is computed, or it is not clear which checksum is whose; names the line.
    """
    urls, sums = list(_urls(script)), script.sums
    chosen = {url.text.literal.start for url in urls if released(url.address)}
    paired: list[Installed] = []
    groups = _by_key(sums)
    for key, group in _by_key(urls).items():
        ours = [url for url in group if url.text.literal.start in chosen]
        paired += _paired(group, groups.get(key, []), clear=not ours)
    found = _last_one([url for url in paired if url.text.literal.start in chosen], paired, sums)
    found = [url for url in found if url.name or url.sum]  # the others are but mentioned
    kinds = _by_key([s for s in script.settings if s.role is Role.TYPE and s.text])
    typed = [
        replace(d, type=next(iter(kinds.get(d.sum.key if d.sum else d.key) or kinds.get("", [])), None)) for d in found
    ]
    return sorted(typed, key=lambda d: ("64" not in d.key, "arm" in d.key, d.position))


def _by_key(found: Iterable[Keyed]) -> dict[str, list[Keyed]]:
    groups: dict[str, list[Keyed]] = {}
    for one in found:
        groups.setdefault(one.key, []).append(one)
    return groups


def _urls(script: Script) -> Iterator[Installed]:
    """Every text that is a URL, but the variables that only begin one."""
    settings = {s.text.literal.start: s for s in script.settings if s.text}
    texts = [*script.lexed.texts.values(), *_bare(script)]
    pieces = {i.name for t in texts for i in t.inserts if i.end - i.start < len(t.value)}
    for text in texts:
        address, setting = script.expanded(text), settings.get(text.literal.start)
        if address is None or not address.startswith(HTTP) or re.search(r"\s", address):
            continue
        if setting is None or not (setting.variable and setting.name in pieces):
            yield Installed(script, text, address, setting.name if setting else "",
                            setting.position if setting else text.literal.start)  # fmt: skip


def _bare(script: Script) -> Iterator[Text]:
    """URLs without quotes."""
    for match in BARE.finditer(script.lexed.code):
        yield Text(plain_literal(script.text, *match.span()))


def _paired(urls: list[Installed], sums: list[Setting], *, clear: bool) -> Iterable[Installed]:
    """The URLs of one key with their checksums: one each, in turn, or one for all of one address."""
    if len(urls) == len(sums) and _in_turn(urls, sums):
        return [replace(url, sum=one) for url, one in zip(urls, sums, strict=True)]
    if sums and len({url.address for url in urls}) == len({s.text.value.lower() for s in sums if s.text}) == 1:
        return [replace(url, sum=sums[0]) for url in urls]
    if clear or not sums:
        return urls
    if len(urls) > 1:
        raise EditRefused(f"{urls[1].where} stands there more than once", "Give each URL a checksum right beside it.")
    raise EditRefused(f"{urls[0].where} has {len(sums)} checksums", "Give each URL one checksum of its own.")


def _in_turn(urls: list[Installed], sums: list[Setting]) -> bool:
    """Whether URLs and checksums take turns, so that it is clear which belong together."""
    places = sorted([(url.position, "u") for url in urls] + [(s.position, "s") for s in sums])
    turns = "".join(kind for _, kind in places)
    return turns in {"us" * len(urls), "su" * len(urls)}


def _last_one(found: list[Installed], paired: list[Installed], sums: list[Setting]) -> list[Installed]:
    """A single URL without a checksum of its name takes the single checksum that is nobody's."""
    taken = {url.sum.position for url in paired if url.sum}
    left, bare = [s for s in sums if s.position not in taken], [url for url in found if not url.sum]
    if len(left) == len(bare) == 1 and (len(found) == 1 or not bare[0].name):
        return [replace(url, sum=left[0]) if url is bare[0] else url for url in found]
    return found


def check_computed(script: Script, found: list[Installed]) -> None:
    """See to it that no URL is hidden in an expression; one that asks a function is left where others are plain."""
    for setting in script.settings:
        if setting.role is not Role.URL or setting.refers:
            continue
        rest = STATEMENT.match(script.lexed.code, setting.position)
        hidden = (
            script.expanded(setting.text) is None if setting.text else not found or OPENS in (rest[0] if rest else "")
        )
        if hidden:
            raise EditRefused(f"{script.where(setting.position)}: `{setting.name}` is computed",
                              "Write the URL as one text, with $version at most, then update again.")  # fmt: skip
