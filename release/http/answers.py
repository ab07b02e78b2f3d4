"""What comes back from a server: a whole answer, or one of the ways in which there is none."""

import json as jsonlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from release.errors import ServiceError

MAX_BODY = 16 * 1024 * 1024
# OpenSSL's words for a connection that failed before anything was sent; any other fault may come after it
HANDSHAKE = re.compile(r"CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|\w*(?:HANDSHAKE|UNSUPPORTED|PROTOCOL)\w*")


class NotSent(ServiceError):  # noqa: N818 - says what happened
    """No connection was made: the server has seen nothing."""


class Lost(ServiceError):  # noqa: N818 - says what happened
    """The request went out and no whole answer came back: the server may have acted on it."""


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

    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """The body as JSON.

        Raises:
            ServiceError: it is none, such as an HTML page with status 200.
        """
        try:
            return jsonlib.loads(self.body)
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
        raise ServiceError(
            f"{host_of(self.url)} answered {self.status} with JSON of another shape than expected",
            "Look whether the API address is right (GITHUB_API_URL).",
            self.status,
        )


def host_of(url: str) -> str:
    """Host and port of ``url``, for messages."""
    return urlsplit(url).netloc.rsplit("@", 1)[-1]


def read_body(response: requests.Response, url: str) -> bytes:
    """The whole body, at most 16 MiB, of the length that the server stated.

    Raises:
        Lost: it is shorter than stated.
        ServiceError: it is larger than an API's answer can be.
    """
    body = bytearray()
    for chunk in response.iter_content(64 * 1024):
        body += chunk
        if len(body) > MAX_BODY:
            raise ServiceError(f"{host_of(url)} answered with more than {MAX_BODY} bytes", "This is no API answer.")
    return bytes(body)


def failure_of(error: OSError, url: str, seconds: float) -> ServiceError:
    """What went wrong with a connection; ``NotSent`` only where no byte of the request can have reached the server.

    Args:
        error: as ``requests`` raised it; all of its errors are of this kind.
        url: that was asked.
        seconds: of the timeout.
    """
    reason = error.args[0] if error.args else None
    inner = reason.reason if isinstance(reason, MaxRetryError) else None
    refused = isinstance(inner, (NewConnectionError, NameResolutionError))
    unsent = (requests.ConnectTimeout, requests.exceptions.ProxyError)
    if isinstance(error, requests.exceptions.SSLError) and (found := HANDSHAKE.search(str(inner))):
        return NotSent(f"No secure connection to {host_of(url)}: {found[0]}",
                       "Check the address, and the certificates (REQUESTS_CA_BUNDLE) or proxy in between.")  # fmt: skip
    if not isinstance(error, requests.RequestException) and error.errno is None:
        return NotSent(f"No secure connection to {host_of(url)}: {error}", "Correct REQUESTS_CA_BUNDLE.")
    if refused or isinstance(error, unsent):
        return NotSent(f"Could not connect to {host_of(url)}", "Check the network and the address, then run it again.")
    if isinstance(error, (ValueError, requests.TooManyRedirects)):
        return ServiceError(f"{host_of(url)} led to an address that cannot be used", "Check the address.")
    if isinstance(error, requests.Timeout):
        return Lost(f"{host_of(url)} did not answer within {seconds:g} s", "Raise http.timeout, or run it again later.")
    return Lost(f"{host_of(url)} broke the connection before its answer was complete", "Run it again.")
