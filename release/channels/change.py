"""What a channel's files have to move to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from release.errors import EditRefused

Files = Mapping[str, bytes]
"""Path inside the target repository -> content, byte for byte."""


def _unknown_file(url: str) -> str:
    raise EditRefused(f"{url} is no file of the release", "Attach it to the release, or correct the URL.")


@dataclass(frozen=True)
class Change:
    """The version that a channel's files have to move to; every checksum in it was seen to be true.

    Attributes:
        project: the product's name.
        version: SemVer without a leading ``v``.
        tag: the release's git tag.
        url: where users download the artifact of this channel; empty where it has none.
        sha256: of that artifact, 64 lower-case hex digits; empty where there is none.
        allow_downgrade: whether the files may hold a newer version now.
        urls: of every file that the release offers: its assets, the configured artifacts, the tag's archives.
        checksum: URL -> sha256 of the bytes that it serves, 64 lower-case hex digits; raises ``EditRefused`` with the
            URL where it serves none. The only source of a checksum that is written.
        page: the product's repository, such as ``https://github.com/kademoslabs/kekkai``.
        commit: of the tag, 40 hex digits, where the channel's files need it (``Kind.needs_commit``).
    """

    project: str
    version: str
    tag: str
    url: str
    sha256: str
    allow_downgrade: bool = False
    urls: tuple[str, ...] = ()
    checksum: Callable[[str], str] = field(default=_unknown_file, compare=False)
    page: str = ""
    commit: str | None = None
