"""Versions as they stand in URLs: the SemVer form and the Python form (PEP 440) of the same version."""

import re
from urllib.parse import quote, unquote

import semver
from packaging.version import Version

ARCHIVE = (
    r"\.(?:tar\.(?:gz|bz2|xz|zst|lz)|tgz|tbz|txz|zip|whl|gem|jar|git|gz|bz2|xz|7z|deb|dmg|pkg|exe"
    r"|crate|rpm|msi|apk|phar|vsix|AppImage)$"
)
TAG = r"/(?:(?:archive|tarball|zipball|tar\.gz)/(?:refs/tags/)?|releases/download/)([^/]+)"
PRE = r"(?:[-._]?(?:alpha|beta|preview|pre|rc|dev|post|a|b|c)[-._]?\d*)"
IN_NAME = rf"(?:^|[-_vV@])(\d+(?:\.\d+)+{PRE}?)(?=$|[-_])"
READ_BY_BREW = r"\d+(?:\.\d+)*(?:[-._]?(?:alpha|beta|pre|rc)\.?\d{0,2}|[abc]\d*)?"
PHASES = {"a": "alpha", "b": "beta", "rc": "rc"}
PROCESSORS = frozenset({"32", "64", "86", "286", "386", "486", "586", "686", "8664"})


def as_semver(text: str) -> str | None:
    """``text``, SemVer or PEP 440, as SemVer; ``None`` where there is no such form (``1.0.post1``, ``r15``)."""
    if not re.fullmatch(r"[0-9A-Za-z.+_-]{1,200}", text):
        return None
    if semver.Version.is_valid(text):
        return text
    found = _python(text)
    if found is None or found.post is not None or found.epoch or len(found.release) > 3:
        return None
    numbers = ".".join(map(str, (*found.release, 0, 0)[:3]))
    pre = [PHASES[found.pre[0]], str(found.pre[1])] if found.pre else []
    dev = ["dev", str(found.dev)] if found.dev is not None else []
    return numbers + ("-" + ".".join(pre + dev) if pre or dev else "") + (f"+{found.local}" if found.local else "")


def as_python(text: str) -> str | None:
    """``text`` in the normal form of PEP 440, ``None`` where it has none."""
    if re.search(r"-[\d.]+(?:\+|$)", text):
        return None  # SemVer's pre-release 1.0.0-1 would be read as a post-release
    found = _python(text)
    return None if found is None else str(found)


def same(one: str, other: str) -> bool:
    """Whether both are the same version in SemVer's or Python's form."""
    python = as_python(one)
    return (as_semver(one) or one) == (as_semver(other) or other) or (python is not None and python == as_python(other))


def compare(one: str, other: str) -> int | None:
    """Negative, 0 or positive by SemVer's precedence, else by Python's; ``None`` where one has no order."""
    left, right = as_semver(one), as_semver(other)
    if left and right:
        return semver.Version.parse(left).compare(right)
    first, second = _python(one), _python(other)
    return None if first is None or second is None else (first > second) - (first < second)


def forms(version: str) -> tuple[str, ...]:
    """The ways to write ``version``: SemVer first, then Python's, each also percent-encoded where that differs."""
    plain = [form for form in (version, as_semver(version), as_python(version)) if form]
    return tuple(dict.fromkeys([*plain, *(quote(form, safe="") for form in plain)]))


def path_of(url: str) -> str:
    """The path of a URL without host, query and fragment; never an error, whatever a file holds."""
    return re.split(r"[?#]", re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", url), maxsplit=1)[0]


def version_in(url: str) -> str | None:
    """The version that a URL or a tag shows: in the tag of GitHub's forms, else in the last part that has one."""
    path = unquote(path_of(url))
    found = re.search(TAG, path)
    tag = _stem(found[1]) if found else path if "/" not in path else ""
    tagged = (tag[start.start() :] for start in re.finditer(r"(?<![0-9.])[0-9]+\.", tag))
    parts = (_stem(part) for part in reversed(path.split("/")))
    named = (match[1] for part in parts if (match := re.search(IN_NAME, part, re.IGNORECASE)))
    return next(filter(as_semver, tagged), None) or next(named, None)


def read_by_brew(url: str, version: str) -> bool:
    """Whether brew finds ``version`` in a URL or a tag by itself; in doubt no (``Library/Homebrew/version.rb``)."""
    *folders, name = path_of(url).split("/")
    plain = [re.escape(form) for form in forms(version) if re.fullmatch(READ_BY_BREW, form, re.IGNORECASE)]
    if not plain:
        return False
    shown = "|".join(plain)
    if re.search(rf"(?:^|[-_vV])(?:{shown})(?=$|[-_])", _stem(name)):
        return True
    return not re.search(r"\d", _stem(name)) and any(re.fullmatch(rf"[vV]?(?:{shown})", part) for part in folders)


def spellings(version: str) -> dict[str, tuple[str, ...]]:
    """The ways to write ``version`` by what stands between its numbers: dots, dashes, underscores, nothing.

    Without separators only where that is long enough to be told from other numbers, and no processor's.
    """
    bare = version.lstrip("vV")
    dotted = forms(bare)
    found = {
        "dots": dotted,
        "dashes": tuple(form.replace(".", "-") for form in dotted),
        "underscores": tuple(form.replace(".", "_") for form in dotted),
    }
    joined = re.sub(r"[.+-]", "", bare)
    known = re.fullmatch(r"[0-9]{3,}", joined) and bare.count(".") > 1 and joined not in PROCESSORS
    return found | ({"nothing": (joined,)} if known else {})


def _stem(name: str) -> str:
    return re.sub(ARCHIVE, "", name, flags=re.IGNORECASE)


def _python(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # also a number that Python cannot count to
        return None
