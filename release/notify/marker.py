"""The hidden line by which an issue is found again, and which keeps what is failing. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

BEGIN, END = "<!-- release-distributions: ", " -->"
LONGEST = 60_000  # characters; a body has 65,536
KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}(/prove/[a-z0-9]{1,20})?")


@dataclass(frozen=True)
class Marker:
    """What an issue keeps hidden.

    Attributes:
        project: the product's name.
        version: or the cleaned tag.
        failing: ``scoop`` for a channel, ``scoop/prove/windows`` for an installation from it.
    """

    project: str
    version: str
    failing: tuple[str, ...]


def render_marker(marker: Marker) -> str:
    """The hidden line; nothing in it can end the comment."""
    value = {"project": marker.project, "version": marker.version, "failing": list(marker.failing)}
    return f"{BEGIN}{json.dumps(value).replace('>', chr(92) + 'u003e')}{END}"


def parse_marker(body: object) -> Marker | None:
    """The marker in an issue's body, ``None`` where there is none or it is damaged."""
    place = _place(body) if isinstance(body, str) else None
    try:
        value = json.loads(str(body)[place][len(BEGIN) : -len(END)]) if place else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, Mapping):
        return None
    project, version, failing = (value.get(key) for key in ("project", "version", "failing"))
    if not (isinstance(project, str) and isinstance(version, str) and isinstance(failing, list)):
        return None
    good = all(isinstance(one, str) and KEY.fullmatch(one) for one in failing)
    return Marker(project, version, tuple(failing)) if good else None


def with_marker(body: str, marker: Marker) -> str:
    """``body`` with its marker replaced; what people wrote beside it stays."""
    place = _place(body)
    return body if place is None else body[: place.start] + render_marker(marker) + body[place.stop :]


def _place(body: str) -> slice | None:
    """Where the first marker stands; found without a pattern, in time that grows with the body's length alone."""
    start = body.find(BEGIN)
    end = body.find(END, start, start + LONGEST) if start >= 0 else -1
    return slice(start, end + len(END)) if end >= 0 else None
