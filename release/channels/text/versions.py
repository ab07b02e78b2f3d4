"""How one version is written in files and URLs, and which of two is the newer."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from urllib.parse import quote

import semver
from packaging.version import Version

PARTS = re.compile(r"([0-9]+(?:\.[0-9]+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
PRE = r"(?:alpha|beta|preview|pre|rc|dev|post|a|b|c)"
ARCHITECTURE = r"(?<=[A-Za-z_-](?:32|64|86)\.)|(?<=[A-Za-z]\.(?:32|64)\.)"  # x64.1.2.3 is no longer number
BEFORE = rf"(?:{ARCHITECTURE}|(?<=%[0-9A-Fa-f]{{2}})|(?<![0-9])(?<![0-9]\.))"  # nor is %401.2.3
AFTER = (
    rf"(?![0-9])(?!\.(?!7z\b)[0-9])(?!\+[0-9A-Za-z])(?![.-]?{PRE}[.-]?[0-9])(?!-(?:alpha|beta|preview|pre|rc|dev)\b)"
)
FULL = 3  # a version of Semantic Versioning has three numbers
LONGEST = 1000  # characters; of a longer one nothing can be reckoned


@lru_cache(maxsize=64)
def forms(version: str) -> Mapping[str, str]:
    """Every way in which ``version`` is commonly written, by the way's name, the usual one first.

    ``1.0.0-rc.1`` is also ``1.0.0-rc1`` (Chocolatey), ``1.0.0rc1`` (a wheel's file name, PEP 440) and
    ``1_0_0-rc_1`` or ``1-0-0-rc-1``; ``1.0`` is also ``1.0.0``; a package's fourth number is left out in its URLs.
    """
    found = {"plain": version}
    if match := PARTS.fullmatch(version):
        numbers = [*match[1].split("."), "0", "0"][: max(FULL, match[1].count(".") + 1)]
        suffix = f"-{match[2]}" if match[2] else ""
        found["full"] = ".".join(numbers[:FULL]) + suffix
        found["joined"] = ".".join(numbers) + suffix.replace(".", "")
        found["dotted"] = ".".join(numbers) + re.sub(r"([A-Za-z])([0-9]+)$", r"\1.\2", suffix)
    with suppress(ValueError):  # not every version is one of Python's; nor can Python count to any number
        found["python"] = str(Version(version))
    full = found.get("full", version)
    return found | {
        "quoted": quote(version),
        "underscore": version.replace(".", "_"),
        "dash": version.replace(".", "-"),
        "full underscore": full.replace(".", "_"),
        "full dash": full.replace(".", "-"),
    }


@dataclass(frozen=True)
class Move:
    """From one version to another, for every way in which the old one may be written."""

    old: str
    new: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The old version in any form, not as a part of a longer number or of another pre-release."""
        texts = sorted(set(forms(self.old).values()), key=len, reverse=True)
        return re.compile(f"{BEFORE}(?:{'|'.join(map(re.escape, texts))}){AFTER}")

    @cached_property
    def loose(self) -> dict[str, str]:
        """Old -> new in spellings that may mean something else: ``230``, ``2.3`` of 2.3.0, ``1.36.0`` of 1.36.0-1."""
        both = {way: (old, _loose(self.new).get(way, "")) for way, old in _loose(self.old).items()}
        strict = forms(self.old).values()
        return {old: new for old, new in both.values() if new and old not in strict}

    @cached_property
    def loose_pattern(self) -> re.Pattern[str]:
        """The old version in one of the loose spellings."""
        texts = sorted(self.loose, key=len, reverse=True)
        return re.compile(
            f"{BEFORE}(?:{'|'.join(map(re.escape, texts))})(?![0-9])(?!\\.(?!7z\\b)[0-9])" if texts else r"(?!)"
        )

    def carried(self, text: str) -> bool:
        """Whether the old version stands in ``text``."""
        return self.pattern.search(text) is not None

    def left(self, text: str) -> bool:
        """Whether the old version still stands in ``text``, where it is not the beginning of the new one."""
        return self.old != self.new and self.carried(Move(self.new, self.old).pattern.sub("", text))

    def fits(self, text: str, candidate: str) -> bool:
        """Whether ``candidate`` is ``text`` with each old version replaced by some form of the new."""
        fixed = self.pattern.split(text)
        return re.fullmatch(self._any_form.join(map(re.escape, fixed)), candidate) is not None

    @cached_property
    def _any_form(self) -> str:
        return f"(?:{'|'.join(map(re.escape, set(forms(self.new).values())))})"

    def moved(self, text: str, known: Iterable[str] = ()) -> str:
        """``text`` at the new version: as one of ``known`` where it fits, else in the form that it had."""
        usual = self.pattern.sub(lambda match: self._same_form(match[0]), text)
        known = list(known)
        fitting = (candidate for candidate in known if self.fits(text, candidate))
        return usual if usual in known else next(fitting, usual)

    def _same_form(self, found: str) -> str:
        name = next(name for name, text in forms(self.old).items() if text == found)
        return forms(self.new).get(name, self.new)


def _loose(version: str) -> dict[str, str]:
    """By the way's name: the numbers alone, the first two of three, and both without dots."""
    numbers = re.split(r"[-+]", version, maxsplit=1)[0]
    parts = numbers.split(".")
    found = {"numbers": numbers, "squeezed": "".join(parts)}
    if len(parts) >= FULL:
        found |= {"line": ".".join(parts[:2]), "squeezed line": "".join(parts[:2])}
    return {way: text for way, text in found.items() if len(text) >= FULL}


def is_older(version: str, held: str) -> bool | None:
    """Whether ``version`` comes before ``held`` (Semantic Versioning 2.0.0, section 11); ``None``: no telling.

    Tolerant: numbers may be missing, or be four as in packages; ``rc1`` counts as ``rc.1``.
    """
    both = [PARTS.fullmatch(text) if len(text) <= LONGEST else None for text in (version, held)]
    if both[0] is None or both[1] is None:
        return None
    numbers = [[*map(int, match[1].split(".")), 0, 0, 0][:4] for match in both if match]
    if numbers[0] != numbers[1]:
        return numbers[0] < numbers[1]
    first, second = (semver.Version(0, prerelease=_split_suffix(match[2])) for match in both if match)
    return first < second


def _split_suffix(suffix: str | None) -> str | None:
    """``rc10`` as ``rc.10``, so that it is compared by number."""
    return re.sub(r"([A-Za-z])([0-9]+)$", r"\1.\2", suffix) if suffix else None


def name_starts(names: Iterable[str]) -> list[str]:
    """``names`` and all their beginnings up to a dot or a hyphen: the folders that archives unpack to."""
    cuts = ((name[: match.start()] for match in re.finditer(r"[.-]", name)) for name in names)
    return [*names, *chain.from_iterable(cuts)]
