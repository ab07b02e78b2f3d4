"""Where a download of the old release is at the new one. Pure: the release's own URLs come first, always."""

import re
from urllib.parse import unquote, urlsplit

from release.channels.base import Change
from release.channels.text.versions import Move
from release.errors import EditRefused

STAMP = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{6,14}|(?=[0-9a-f]*[0-9])[0-9a-f]{7,64})(?![0-9A-Za-z])")
FILE = re.compile(r"\.(?:7z|appx|bat|bz2|cab|exe|gz|img|iso|jar|msi|msix|msixbundle|msp|msu|nupkg|otf|ps1|psm1|py|rar|tar|"
                  r"tgz|ttf|txz|vsix|whl|xpi|xz|zip|zst)$", re.IGNORECASE)  # fmt: skip


def is_file(url: str) -> bool:
    """Whether a URL is a file's rather than a page's."""
    path = re.sub(r"/download/?$", "", urlsplit(url).path)
    return bool(FILE.search(path)) or "/releases/download/" in path


def belongs(url: str, move: Move, change: Change | None) -> bool:
    """Whether a URL is one of the release that the files hold: by its version, its repository, or as one that stays."""
    if move.carried(unquote(url)):
        return True
    return change is not None and (url in change.urls or _own(url, change))


def _own(url: str, change: Change) -> bool:
    """Whether it is a file of the product's releases, under a name without a version."""
    return bool(change.page) and url.startswith((f"{change.page}/releases/download/", f"{change.page}/releases/latest/"))


def moved_address(url: str, move: Move, change: Change, *, alone: bool) -> str:
    """The URL of the same file at the new version.

    A URL of the release's own wins: the same with the version moved, else the only one that differs in nothing but
    version, build number and date, else the only one of that file name on the same host. Only then a URL that the
    release does not list is made up, for ``change.checksum`` to be asked about.

    Args:
        url: as it stands, variables filled in.
        move: from the version that the files hold.
        change: what to move to.
        alone: it is the only download: then it may become ``change.url`` if both are of one repository.

    Raises:
        EditRefused: the version in it does not move.
    """
    address, mark, fragment = url.partition("#")
    usual = move.moved(address)
    found = address if not move.carried(unquote(address)) else _listed(address, usual, move, change)
    if found is None and alone and _repository(address) == _repository(change.url) is not None:
        found = change.url
    if (found or usual) == address and move.old != move.new and address not in change.urls and not _own(address, change):
        raise EditRefused(f"{url} has no counterpart in the release", "Attach the file to the release, or correct the URL.")
    return (found or usual) + mark + move.moved(fragment)


def _listed(address: str, usual: str, move: Move, change: Change) -> str | None:
    """The one of ``change.urls`` that ``address`` has become."""
    if usual in change.urls:
        return usual
    back = Move(move.new, move.old)
    host, name = urlsplit(address).netloc, _name(usual)
    same_host = [new for new in change.urls if urlsplit(new).netloc == host]
    for alike in (
        [new for new in same_host if move.fits(unquote(address), unquote(new))],
        [new for new in same_host if _shape(new, back) == _shape(address, move)],
        [new for new in same_host if _name(new) == name and move.carried(unquote(_name(address)))],
    ):
        if len(alike) == 1:
            return alike[0]
    return None


def _shape(url: str, move: Move) -> str:
    """A URL without its version, build numbers and dates."""
    return STAMP.sub("#", re.sub(r"\0(?:\.[0-9]+)*", "\0", move.pattern.sub("\0", unquote(url))))


def _name(url: str) -> str:
    return unquote(re.sub(r"/download/?$", "", urlsplit(url).path).rpartition("/")[2])


def file_names(urls: dict[str, str]) -> dict[str, str]:
    """Old file name -> new file name, of old URL -> new URL; with and without extension, the longest first."""
    names = {_name(old): _name(new) for old, new in urls.items()}
    stems = {FILE.sub("", old): FILE.sub("", new) for old, new in names.items()}
    return dict(sorted({**stems, **names}.items(), key=lambda pair: -len(pair[0])))


def _repository(url: str) -> str | None:
    """``https://host/owner/repository`` of a URL below it."""
    parts = url.split("/")
    return "/".join(parts[:5]).casefold() if len(parts) > 5 else None
