"""Where a release's files move to: the rules that manifests and install scripts share. Pure."""

import re
from urllib.parse import quote, unquote

import semver

from release.channels.base import Change
from release.channels.text.versions import Move, is_older
from release.errors import EditRefused

SHA256 = re.compile(r"[0-9a-fA-F]{64}")
SAFE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~%+@/=?-]*")
SAFE_WORD = re.compile(r"[A-Za-z0-9._+/@-]+")
ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]+)?(/[^?#]*)")
DIGEST_FOLDER = re.compile(r"/[0-9a-f]{32,}/")
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
    _check(
        "URL",
        SAFE_URL.fullmatch(change.url) and _path(change.url),
        change.url,
        "Give a plain https:// URL without spaces and quotes.",
    )
    for value in (change.sha256, *change.checksums.values()):
        _check("SHA256", SHA256.fullmatch(value), value, "Give 64 hex digits.")


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


def moved_url(old_url: str, old_version: str, change: Change, *, alone: bool = False) -> tuple[str, str] | None:
    """Where the file behind ``old_url`` is at the new version, and its checksum.

    The host stays where the path becomes that of ``change.url``; a ``#/name`` stays, moved too. Otherwise the
    file's new name must be in ``change.checksums``.

    Args:
        old_url: the URL in the channel's file.
        old_version: the version that the file holds.
        change: what to move to.
        alone: it is the only download: it becomes ``change.url`` if it is a file of the same repository.

    Returns:
        The new URL and 64 lower-case hex digits; ``None`` if it is no file of the release.
    """
    move = Move(old_version, change.version)
    address = re.split(r"[?#]", old_url, maxsplit=1)[0]
    tail = move.moved(old_url[len(address) :], (f"#/{name}" for name in change.checksums))
    path, wanted = _path(address), _path(change.url)
    if path is None or wanted is None:
        return None
    if move.fits(unquote(path), unquote(wanted)):
        return address[: len(address) - len(path)] + wanted + tail, change.sha256.lower()
    if alone and _same_repository(path, wanted):
        return change.url + tail[tail.find("#") :] * ("#" in tail), change.sha256.lower()
    return _by_name(address, tail, move, change)


def _by_name(address: str, tail: str, move: Move, change: Change) -> tuple[str, str] | None:
    folder, _, file = address.rpartition("/")
    name = move.moved(unquote(file), change.checksums)
    if not move.carried(address) or name not in change.checksums:
        return None
    url = "/".join([*(move.moved(part, (change.tag,)) for part in folder.split("/")), quote(name)])
    return None if _stale(folder, url, move) else (url + tail, change.checksums[name].lower())


def _stale(folder: str, url: str, move: Move) -> bool:
    """Whether ``url`` still has a folder of the old version: ``/1.2/`` of 1.2.3, or a checksum of old bytes."""
    short, new = (".".join(version.split(".")[:2]) for version in (move.old, move.new))
    left = re.search(rf"(?<![0-9.]){re.escape(short)}(?![0-9]|\.[0-9])", url.rpartition("/")[0])
    return move.old != move.new and (bool(left and short != new) or bool(DIGEST_FOLDER.search(folder + "/")))


def _path(url: str) -> str | None:
    """A URL's path, ``None`` where it is not one that an artifact can have."""
    match = ADDRESS.match(url)
    return match[1] if match else None


def _same_repository(path: str, wanted: str) -> bool:
    parts = wanted.split("/")
    return len(parts) >= OWNED and "/".join(parts[:3]) + "/" in path


def is_project_page(url: str, change: Change) -> bool:
    """Whether ``url`` is a page of the release's repository, not a file to download."""
    path, own = _path(url) or "", _path(change.url) or ""
    return _same_repository(path, own) and not re.search("/releases/download/|/archive/", path)
