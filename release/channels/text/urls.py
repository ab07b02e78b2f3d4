"""Where a release's files move to: the rules that manifests and install scripts share. Pure."""

import re

import semver

from release.channels.change import Change
from release.channels.text.versions import is_older
from release.errors import EditRefused

SHA256 = re.compile(r"[0-9a-fA-F]{64}")
SAFE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/(?:[A-Za-z0-9._~%+@/=?:,()*!-]|&(?!&))*")
SAFE_WORD = re.compile(r"[A-Za-z0-9._+/@-]+")
ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]+)?(/[^?#]*)")
LONGEST = 2000  # characters of a URL
RELEASED = re.compile(r"/releases/(?:latest/)?download/|/archive/")
RAW = re.compile(r"/raw/|//raw\.")
OWNED = 4  # parts of "/owner/repository/file", the one before the first slash included


def check_change(change: Change) -> None:
    """See to it that nothing in ``change`` can mean anything in a JSON text or a script.

    Raises:
        EditRefused: the version is not one, a checksum is not 64 hex digits, the URL or tag is not plain.
    """
    version = bool(SAFE_WORD.fullmatch(change.version)) and semver.Version.is_valid(change.version)
    _check("version", version, change.version, "Give a version like 1.2.3 or 1.2.3-rc.1.")
    _check("tag", SAFE_WORD.fullmatch(change.tag), change.tag, "Give the release's git tag.")
    _check("product's name", SAFE_WORD.fullmatch(change.project), change.project, "Use letters, digits, '.' and '-'.")
    check_url(change.url)
    _check("SHA256", SHA256.fullmatch(change.sha256), change.sha256, "Give 64 hex digits.")


def check_url(url: str) -> None:
    """See to it that ``url`` is one and can stand in a JSON text or a script.

    Raises:
        EditRefused: it is not plain.
    """
    good = len(url) <= LONGEST and SAFE_URL.fullmatch(url) and _path(url)
    _check("URL", good, url[:LONGEST], "Give a plain https:// URL without spaces and quotes.")


def _check(what: str, good: object, value: str, fix: str) -> None:
    if not good:
        raise EditRefused(f"The {what} {value!r} cannot be written into a file", fix)


def check_direction(path: str, held: str, version: str, change: Change) -> None:
    """See to it that nobody gets an older version without having been meant to.

    Args:
        path: the file, for the message.
        held: the version in it.
        version: the new one, in the same manner.
        change: says whether a downgrade is meant.

    Raises:
        EditRefused: ``held`` is newer, or it cannot be told, and ``allow_downgrade`` is off.
    """
    if change.allow_downgrade or held == version:
        return
    older = is_older(version, held)
    if older is None:
        raise EditRefused(
            f"{path} holds {held!r}, which cannot be compared with {version}",
            "Correct it in the target repository, or pass --allow-downgrade.",
        )
    if older:
        raise EditRefused(
            f"{path} holds {held}, which is newer than {version}", "Pass --allow-downgrade if that is meant."
        )


def _path(url: str) -> str | None:
    """A URL's path, ``None`` where it is not one that an artifact can have."""
    match = ADDRESS.match(url)
    return match[1] if match else None


def _same_repository(path: str, wanted: str) -> bool:
    parts = wanted.split("/")
    return len(parts) >= OWNED and "/".join(parts[:3]) + "/" in path + "/"


def in_project(url: str, change: Change) -> bool:
    """Whether ``url`` is of the release's repository, on its own host or on a mirror with the same paths."""
    return _same_repository(_path(url) or "", _path(change.page + "/" if change.page else change.url) or "")


def is_project_page(url: str, change: Change) -> bool:
    """Whether ``url`` is a page of the release's repository, not a file to download."""
    return in_project(url, change) and not (RELEASED.search(url) or RAW.search(url))
