"""The format: the lines ``version=``, ``url=`` and ``sha256=``. Text in, text out."""

import re

from release.channels.base import Files
from release.errors import EditRefused


def parse(path: str, files: Files) -> dict[str, str]:
    """Key -> value of every line."""
    found = dict(re.findall(r"^(\w+)=(.*)$", files.get(path, b"").decode(), re.MULTILINE))
    if set(found) != {"version", "url", "sha256"}:
        raise EditRefused(f"{path} has not the three lines", "Write version=, url= and sha256=.")
    return found


def render(version: str, url: str, sha256: str) -> bytes:
    """The file."""
    return f"version={version}\nurl={url}\nsha256={sha256}\n".encode()
