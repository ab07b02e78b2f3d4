"""What the servers of the stand-in get and give: requests in, answers out."""

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Request:
    """One request as it arrived, and the status that it was answered with (0: the connection was dropped).

    Attributes:
        origin: the name of the server that got it: ``github``, ``codeload``, ``registry``, ``feed`` or ``pages``.
        method: ``GET``, ``POST`` ...
        path: decoded, without the query.
        query: the last value of each parameter.
        headers: by lower-case name.
        body: after removal of a chunked transfer coding; ``gzip`` is left to ``plain``.
        time: seconds since the epoch.
    """

    origin: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    time: float = field(default_factory=time.time)
    raw_query: str = ""
    status: int = 0

    @property
    def plain(self) -> bytes:
        """The body without its content coding."""
        coded = self.headers.get("content-encoding") == "gzip"
        return zlib.decompress(self.body, zlib.MAX_WBITS | 16) if coded else self.body

    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """The body as JSON, ``None`` where it is empty.

        Raises:
            ValueError: it is no JSON.
        """
        return json.loads(self.body) if self.body else None


@dataclass
class Answer:
    """What goes back.

    Attributes:
        body: bytes, or a file that is sent in pieces.
        cut: bytes left out at the end of the body while ``Content-Length`` promises all of them.
        drop: close the connection in place of an answer.
    """

    status: int = 200
    body: bytes | Path = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    drop: bool = False

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return self.body.stat().st_size if isinstance(self.body, Path) else len(self.body)


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """``value`` as a JSON answer."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(value).encode(), {**kind, **(headers or {})})
