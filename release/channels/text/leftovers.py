"""After an edit: is anything of the old release left in what users download or run? Pure.

This looks at plain numbers and at whole texts, on purpose not with the patterns that moved them (``versions.Move``), so
that one mistake there is not made twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from release.errors import EditRefused

SEPARATORS = ".-_"
ARCHITECTURES = {"32", "64", "86"}
FEWEST = 3  # digits of a version without its dots, and numbers of one between other separators


@dataclass(frozen=True)
class Old:
    """What must be gone.

    Attributes:
        version: that the files held.
        tags: git tags of the old release, as its URLs had them.
        urls: downloads that moved.
        checksums: that gave way to others, in lower case.
    """

    version: str
    tags: frozenset[str] = field(default=frozenset())
    urls: frozenset[str] = field(default=frozenset())
    checksums: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Place:
    """A text of the edited files.

    Attributes:
        where: for the message, such as ``bucket/kekkai.json line 7, `extract_dir```.
        text: what it says, escapes resolved.
        names: whether it is but names of the package's own folders and files.
        prose: whether it is neither downloaded nor run; history may stay there.
    """

    where: str
    text: str
    names: bool = False
    prose: bool = False


def check_nothing_left(places: Iterable[Place], old: Old, new: Iterable[str]) -> None:
    """See to it that nobody downloads or runs a piece of the old release.

    Args:
        places: the texts after the edit.
        old: what must be gone.
        new: versions, tags, URLs and names of the new release, which may hold the old one's: 1.2 in 1.2.1.

    Raises:
        EditRefused: something is left; names the place and what it says.
    """
    fine = sorted({unquote(text) for text in new if text}, key=len, reverse=True)
    for place in places:
        if what := _left(place, old, fine):
            raise EditRefused(
                f"{place.where} would keep {what} of {old.version}", "Edit that place by hand, then update again."
            )


def _left(place: Place, old: Old, fine: list[str]) -> str | None:
    """What of the old release ``place`` holds, in words."""
    text = place.text.lower()
    if found := next((digits for digits in old.checksums if digits in text), None):
        return f"the checksum {found[:12]}..."
    if found := next((url for url in old.urls if _alone(url, place.text)), None):
        return f"the download {found}"
    if place.prose:
        return None
    rest = unquote(place.text)
    for text in fine:
        rest = rest.replace(text, "\n")
    if found := next((tag for tag in old.tags if _alone(tag, rest)), None):
        return f"the tag {found!r}"
    return "the version" if _holds_version(rest, old.version, names=place.names) else None


def _alone(part: str, text: str) -> bool:
    """Whether ``part`` stands in ``text`` and does not go on there."""
    rests = text.split(part)[1:]
    return any(not rest or not (rest[0].isalnum() or rest[0] in "/._-") for rest in rests)


def _holds_version(text: str, version: str, *, names: bool) -> bool:
    main = re.split("[-+]", version, maxsplit=1)[0]
    if main != version:
        rests = _squeezed(text).split(_squeezed(version))[1:]
        return any(not rest[:1].isdecimal() for rest in rests)
    numbers = main.split(".")
    written = [numbers, numbers[:3]] if len(numbers) > FEWEST else [numbers]
    runs = [run for separator in SEPARATORS for run in _runs(text, separator)]
    if any(_says(run, separator, one) for run, separator in runs for one in written):
        return True
    digits = "".join(numbers)
    return names and len(digits) >= FEWEST and any(run == [digits] for run, _ in runs)


def _says(run: list[str], separator: str, numbers: list[str]) -> bool:
    """Whether numbers between ``separator`` are the version: alone, or for rarer separators among others."""
    if separator == ".":
        return run == numbers
    size = len(numbers)
    return size >= FEWEST and any(run[at : at + size] == numbers for at in range(len(run) - size + 1))


def _runs(text: str, separator: str) -> list[tuple[list[str], str]]:
    """Numbers that stand together, joined by ``separator``, without the 64 of ``x64.`` and the 7 of ``.7z``."""
    found = []
    for match in re.finditer(rf"[0-9][0-9{re.escape(separator)}]*", text):
        run = [number for number in match[0].split(separator) if number]
        if run[0] in ARCHITECTURES and text[match.start() - 1 : match.start()].isalpha():
            run = run[1:]
        if run and run[-1] == "7" and text[match.end() : match.end() + 1] == "z":
            run = run[:-1]
        found.append((run, separator))
    return found


def _squeezed(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text.lower() if c not in ".-_")
