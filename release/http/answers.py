"""What comes back from a server: a whole answer, or one of the ways in which there is none."""

import json as jsonlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3

from release.errors import ServiceError
from release.http.connection import Exchange
from release.http.session import host_of

LARGEST = 4 * 1024 * 1024  # bytes of an answer; JSON takes up to 25 times as much memory
LARGEST_REFUSAL = 64 * 1024  # of one that is no success: only its words are of use
DEEPEST = 64  # tables and lists inside each other
TRANSIENT = frozenset({408, 500, 502, 503, 504, 507, *range(520, 528), 599})
LONE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotSent(ServiceError):  # noqa: N818 - says what happened
    """No connection was made: the server has seen nothing."""


class Lost(ServiceError):  # noqa: N818 - says what happened
    """The request went out and no whole answer came back: the server may have acted on it.

    ``status`` is that of the answer's beginning, ``None`` where not even that arrived.
    """


def proves_acceptance(error: ServiceError) -> bool:
    """Whether the server said yes before its answer broke off, grew too large or turned out to be of another kind."""
    return error.status is not None and 200 <= error.status < 300


@dataclass(frozen=True)
class Answer:
    """One whole answer: status, headers (letter case ignored), body and the URL that gave it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def uncertain(self) -> bool:
        """Whether somebody on the way gave up, so that the server itself may have done what it was asked."""
        return self.status == 408 or self.status >= 500

    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """The body as JSON, every text in it one that can be written.

        Raises:
            ServiceError: it is none, such as an HTML page with status 200, or nested beyond all measure.
        """
        try:
            return _parse(self.body)
        except (ValueError, RecursionError):
            start = self.text.lstrip()[:60]
            raise ServiceError(
                f"{host_of(self.url)} answered {self.status} with something that is not JSON: {start!r}",
                "Look whether a proxy stands in between, and try again later.",
                self.status,
            ) from None

    def record(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            ServiceError: it is something else.
        """
        value = self.json()
        if isinstance(value, dict):
            return value
        raise self.misshapen()

    def misshapen(self) -> ServiceError:
        """The error for JSON that is not what this call answers."""
        return ServiceError(
            f"{host_of(self.url)} answered {self.status} with JSON of another shape than expected",
            "Look whether the API address is right (GITHUB_API_URL).",
            self.status,
        )


def _parse(body: bytes) -> Any:  # noqa: ANN401 - JSON is of any type
    value = jsonlib.loads(body)
    if LONE.search(body):  # half a surrogate pair is a text that nothing can print
        value = jsonlib.loads(jsonlib.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    level = [value]
    for _ in range(DEEPEST):
        level = [one for outer in level for one in _inside(outer)]
        if not level:
            return value
    raise ValueError("nested too deeply")


def _inside(value: object) -> Iterable[object]:
    found = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in found if isinstance(one, dict | list)]


def number_of(text: str | None) -> int | None:
    """What a header such as ``Content-Length`` states; ``None`` for anything but up to 18 ASCII digits."""
    return int(text) if text and len(text) <= 18 and text.isascii() and text.isdigit() else None


def read_body(response: requests.Response, url: str, largest: int = LARGEST) -> bytes:
    """The body of an answer, decoded; of one that is no success the beginning, whatever comes after it.

    Args:
        response: as ``Transport.open`` gives it.
        url: that was asked, for messages.
        largest: bytes of a success.

    Raises:
        OSError: it is shorter than stated, or cannot be decoded.
        ServiceError: it is larger; ``status`` is the answer's.
    """
    status = response.status_code
    success = 200 <= status < 300
    body = bytearray()
    try:
        for chunk in response.iter_content(64 * 1024):
            body += chunk
            if len(body) > (largest if success else LARGEST_REFUSAL):
                break
    except (OSError, urllib3.exceptions.HTTPError):
        if success:
            raise
    if success and len(body) > largest:
        raise ServiceError(f"{host_of(url)} answered with more than {largest} bytes", "This is no API answer.", status)
    return bytes(body if success else body[:LARGEST_REFUSAL])


def failure_of(error: Exception, url: str, exchange: Exchange) -> ServiceError:
    """What went wrong with a request; ``NotSent`` only where no byte of it can have reached the server.

    Args:
        error: as ``requests``, ``urllib3`` or the socket raised it.
        url: that was asked.
        exchange: how far it came.
    """
    host = host_of(url)
    if not exchange.sent and isinstance(error, ValueError | urllib3.exceptions.LocationParseError):
        return ServiceError(f"{host} led to an address that cannot be used", "Check the address.")
    if not exchange.sent:
        return NotSent(*_unsent(error, host))
    if _is_late(error):
        how = "did not answer" if exchange.status is None else "sent too little of its answer"
        wrong = f"{host} {how} within {exchange.seconds:g} s"
        return Lost(wrong, "Raise http.timeout, or run it again later.", exchange.status)
    return Lost(f"{host} broke the connection before its answer was complete", "Run it again.", exchange.status)


def _is_late(error: Exception) -> bool:
    """Whether the time was over; of a body ``requests`` says so within an error of the connection."""
    held = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else error
    return isinstance(held, requests.Timeout | TimeoutError | urllib3.exceptions.TimeoutError)


def _unsent(error: Exception, host: str) -> tuple[str, str]:
    if isinstance(error, requests.exceptions.SSLError):
        found = re.search(r"[A-Z0-9_]{8,60}", str(error)[:2000])
        return (f"No secure connection to {host}: {found[0] if found else 'the handshake failed'}",
                "Check the address, and the certificates (REQUESTS_CA_BUNDLE) or proxy in between.")  # fmt: skip
    if not isinstance(error, requests.RequestException) and isinstance(error, OSError) and error.errno is None:
        return f"No secure connection to {host}: {error}", "Correct REQUESTS_CA_BUNDLE."
    if isinstance(error, requests.exceptions.ProxyError):
        return f"Could not connect to {host} through the proxy", "Check HTTPS_PROXY and NO_PROXY, then run it again."
    return f"Could not connect to {host}", "Check the network and the address, then run it again."
