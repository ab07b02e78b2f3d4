"""The files of the last release: which version and tag they are of, and what each would be called as an artifact."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.channels.adopted import Offer
from release.errors import InputError
from release.metadata.assets import pattern_of

NAME = re.compile(r"[A-Za-z0-9._+~@-]{1,255}")  # what GitHub leaves of a file's name; no wildcard is among it
NUMBER = r"(?:0|[1-9]\d*)"
VERSION = re.compile(
    rf"(?<!\d)(?<!\d\.){NUMBER}\.{NUMBER}\.{NUMBER}(?:-(?:alpha|beta|rc|pre|dev)[.-]?\d*|(?:a|b|rc)\d+)?(?!\d)"
)
AT_END = re.compile(rf"{NUMBER}\.{NUMBER}\.{NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$")
BESIDE = re.compile(  # files about other files: checksums, signatures, bills of materials
    r"(?i).*(\.(asc|sig|sign|minisig|pem|pub|crt|cert|sha\d+(sum)?s?|md5|sigstore|sbom|intoto|jsonl|json|txt|ya?ml|bundle)"
    r"|sums?|checksums?)"
)
ENDINGS = re.compile(r"(?i)(\.tar)?\.(gz|tgz|xz|bz2|zst|txz|tbz|zip|7z|exe|msi|dmg|pkg|deb|rpm|apk|whl|appimage)$")
SYSTEMS = {  # in this order: `darwin` holds the letters of `win`
    "python": r"\.whl$",
    "darwin": r"darwin|mac-?os|osx|apple|(?<![a-z])mac(?![a-z])|\.dmg$",
    "windows": r"windows|win(32|64|-|_)|win$|\.(exe|msi)$",
    "linux": r"linux|\.(deb|rpm|apk|appimage)$",
}
SDIST = re.compile(r"[\w.]+-v?\d[\w.+-]*\.tar\.gz")
COMMON = re.compile(r"(?i)amd64|x86[_-]?64|x64|win64|universal|any\.whl$")
LONGEST = 255  # characters of a tag
INSTALLERS = (".deb", ".rpm", ".apk", ".msi", ".dmg", ".pkg")
SOURCE = "source"
TAG_ARCHIVE = "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"
Keys = Mapping[str, str]


@dataclass(frozen=True)
class Files:
    """The release that was looked at.

    Attributes:
        names: of its assets.
        tag: as GitHub has it; empty where only names are known.
    """

    names: Sequence[str] = ()
    tag: str = ""


def parse_files(text: str) -> Files:
    """``--assets FILE``: names, one per line, or the API's JSON: a release, releases (the first counts), or assets.

    Raises:
        InputError: it is neither, or a name is none that GitHub can have.
    """
    try:
        data: Any = json.loads(text) if text.lstrip()[:1] in {"{", "["} else None
    except (ValueError, RecursionError):
        raise InputError(
            "--assets begins as JSON and is none", "Give names, one per line, or the API's answer."
        ) from None
    if isinstance(data, list) and data and isinstance(data[0], dict) and "tag_name" in data[0]:
        data = next((one for one in data if isinstance(one, dict) and not one.get("draft")), data[0])
    if data is not None:
        return of_release(data if isinstance(data, dict) else {"assets": data})
    return Files(_checked(line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"))


def of_release(data: Mapping[str, Any]) -> Files:
    """A release as the API gives it.

    Raises:
        InputError: as ``parse_files``.
    """
    listed, tag = data.get("assets"), data.get("tag_name")
    if not isinstance(listed, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in listed
    ):
        raise InputError("The release has no list of assets, each with a name", "Give the API's answer as it is.")
    return Files(_checked(one["name"] for one in listed), tag if isinstance(tag, str) and len(tag) <= LONGEST else "")


def _checked(names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(names))
    if wrong := [name for name in found if not NAME.fullmatch(name)]:
        raise InputError(
            f"{wrong[0][:80]!r} is no name of an asset", "Give the names as the release's page shows them."
        )
    return found


def tag_form(tag: str) -> str:
    """``rocket/v1.2.3`` as ``rocket/v{version}``; ``v{version}`` where the tag does not say."""
    found = AT_END.search(tag)
    form = tag[: found.start()] + "{version}" if found else ""
    return form if found and "{" not in form.removesuffix("{version}") else "v{version}"


def product_of(tag: str) -> str:
    """The name before the version in a monorepo's tag; empty where there is none."""
    return re.sub(r"[/@_-]?v?$", "", tag_form(tag).removesuffix("{version}")).rpartition("/")[2]


def version_of(files: Files) -> str:
    """The version that the tag ends with, else the one that most names hold; empty where none does."""
    if found := AT_END.search(files.tag):
        return found[0]
    counted = Counter(found[0] for name in files.names for found in [VERSION.search(name)] if found)
    return counted.most_common(1)[0][0] if counted else ""


def propose(files: Files, product: str) -> tuple[dict[str, Keys], list[Offer]]:
    """The artifacts of a release, and what channels can be offered; the tag's archive is always among them.

    Args:
        files: of the release.
        product: its name, which an artifact's own name leaves out.
    """
    version, artifacts, offers = version_of(files), dict[str, Keys](), list[Offer]()
    wheels = any(file.endswith(".whl") for file in files.names)
    for file in sorted(files.names, key=_installs):  # which leaves the plain name to the archive
        if BESIDE.fullmatch(file):
            continue
        system = _system(file)
        pattern = pattern_of(file, version, python=system == "python" or (wheels and bool(SDIST.fullmatch(file))))
        name = _artifact(file, pattern, product, system)
        free = next(one for one in (name, f"{name}_{_ending(file)}", *(f"{name}_{n}" for n in range(2, 10_000)))
                    if one not in artifacts and one != SOURCE)  # fmt: skip
        artifacts[free] = {"asset": pattern}
        offers.append(Offer(free, file, "sdist" if name == "sdist" else system))
    artifacts[SOURCE] = {"url": TAG_ARCHIVE}
    return artifacts, [*sorted(offers, key=_rank), Offer(SOURCE, "", SOURCE)]


def _rank(offer: Offer) -> tuple[bool, bool]:
    """What most users download comes first: archives before installers, 64 bit before the rest."""
    return _installs(offer.file), COMMON.search(offer.file) is None


def _installs(file: str) -> bool:
    return file.lower().endswith(INSTALLERS)


def _system(file: str) -> str:
    return next((system for system, words in SYSTEMS.items() if re.search(words, file, re.IGNORECASE)), "")


def _ending(file: str) -> str:
    found = ENDINGS.search(file)
    return re.sub(r"[^a-z0-9]+", "_", found[0].lower()).strip("_") if found else "file"


def _artifact(file: str, pattern: str, product: str, system: str) -> str:
    """``rocket_1.2.3_darwin_arm64.tar.gz`` as ``darwin_arm64``; a wheel and an sdist by these words."""
    if system == "python" and file.endswith("-none-any.whl"):
        return "wheel"
    bare = ENDINGS.sub("", pattern)
    if SDIST.fullmatch(file) and re.fullmatch(r"[\w.]+-v?\{(python_)?version\}", bare):
        return "sdist"
    bare = re.sub(r"v?\{(python_)?version\}", "_", bare)
    bare = re.sub(rf"(?i)^{re.escape(product)}(?![a-z0-9])", "", bare)
    name = re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_") or _ending(file)
    return name if name[0].isalpha() and name not in {"all", SOURCE} else f"file_{name}"
