"""The session that everything is sent with: redirects, proxies, logins, logs, and where a token may go."""

import ipaddress
import logging
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from release.errors import InputError, ServiceError
from release.http.connection import BoundedAdapter, Exchange
from release.settings import check_url

USER_AGENT = "release-distributions (+https://github.com/kademoslabs/release-distributions)"
MOST_REDIRECTS = 10  # of a read; GitHub's downloads need two
MOST_OF_A_WRITE = 3
MOVED = frozenset({301, 302, 303, 307, 308})
SAME_METHOD = frozenset({307, 308})
# Its log holds the path of every request, and that of a webhook is a secret: no record of it is ever made.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class Session(requests.Session):
    """Redirects are left to ``follow``; what runs on this machine is reached without a proxy; no cookies.

    Args:
        connections: that are kept open to one host.
    """

    def __init__(self, connections: int) -> None:
        super().__init__()
        self.headers["User-Agent"] = USER_AGENT
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, BoundedAdapter(pool_maxsize=connections))

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - as the base calls it
        """Nowhere: ``requests`` would read the body of a redirect to its end, and that may have none."""
        return

    def merge_environment_settings(self, url: Any, proxies: Any, *args: Any) -> Any:  # noqa: ANN401 - the base's own
        """As the base's; a proxy sees nothing of what goes to this machine, and none is looked for."""
        if not is_local(url):
            return super().merge_environment_settings(url, proxies, *args)
        settings = super().merge_environment_settings(url, {"no_proxy": urlsplit(url).hostname}, *args)
        return {**settings, "proxies": {}}


def is_local(url: str) -> bool:
    """Whether the host of ``url`` is this machine: ``localhost``, ``127.0.0.0/8``, ``::1``."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def follow(
    session: Session, method: str, url: str, token: str | None, exchange: Exchange, options: dict[str, Any]
) -> requests.Response:
    """The answer behind redirects: of a GET or HEAD anywhere, of a write 307 and 308 on the same host.

    Neither token nor ``Authorization`` header goes to another host, nor anything to plain http beyond loopback.

    Raises:
        ServiceError: it redirects without an end, or to an address that must not be asked.
    """
    reads, here = method in {"GET", "HEAD"}, url
    for left in range(MOST_REDIRECTS if reads else MOST_OF_A_WRITE, -1, -1):
        exchange.begin()
        response = session.request(method, here, auth=_bearer(token), allow_redirects=False, **options)
        there = _target(response, here)
        if there is None or not (reads or (left and _may_follow(response, here, there))):
            return response
        response.close()
        _check(url, there)
        if not same_origin(here, there):
            token, options = None, {**options, "headers": _unsigned(options["headers"])}
        here = there
    wrong = f"{host_of(url)} led to an address that cannot be used: it redirects without an end"
    raise ServiceError(wrong, "Check the address.")


def _target(response: requests.Response, here: str) -> str | None:
    """Where a redirect leads, without a fragment; ``None`` where it is none."""
    if response.status_code not in MOVED or not (location := response.headers.get("Location")):
        return None
    try:
        return urljoin(here, location).partition("#")[0]
    except ValueError:
        return location


def _may_follow(response: requests.Response, here: str, there: str) -> bool:
    return response.status_code in SAME_METHOD and same_origin(here, there)


def _check(url: str, there: str) -> None:
    """Plain http, a user name and what is no URL at all are refused before anything is sent there."""
    try:
        check_url("redirect", there)
    except InputError as error:
        what = "redirects to plain http" if there.startswith("http://") else "led to an address that cannot be used"
        raise ServiceError(f"{host_of(url)} {what}: {error.wrong}", "Nothing was sent there.") from None


def _unsigned(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "authorization"}


def same_origin(one: str, other: str) -> bool:
    """Whether both addresses have the same scheme, host and port; what is no address has none."""
    try:
        return _origin(urlsplit(one)) == _origin(urlsplit(other))
    except ValueError:
        return False


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def host_of(url: str) -> str:
    """Host and port of ``url``, for messages."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "the address"
    except ValueError:
        return "the address"


def _bearer(token: str | None) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Sets the token, or nothing at all: without an ``auth`` requests would take one from a netrc file."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token is not None:
            request.headers["Authorization"] = f"Bearer {_sendable(token)}"
        return request

    return sign


def _sendable(token: str) -> str:
    if not (token.isascii() and token.isprintable()):
        wrong = "The token holds a line end or other characters that cannot be sent"
        raise ServiceError(wrong, "Set its variable again, to the token alone.")
    return token
