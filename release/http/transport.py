"""HTTP over one session: timeouts, retries, rate limits, redirects. The only user of ``tenacity``.

``Transport.request`` is for what may be asked twice; ``Transport.once`` sends one time and tells apart
"nothing was sent", "may have been accepted" and "answered", which is what telling a channel exactly once needs.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import tenacity
from requests.structures import CaseInsensitiveDict

from release.errors import InputError, ServiceError, Stopped
from release.http.answers import Answer, Lost, NotSent, failure_of, host_of, read_body
from release.http.limits import Gate, server_time, told_to_wait
from release.settings import Http, Retry, check_url

__all__ = ["TRANSIENT", "Answer", "Lost", "NotSent", "Transport", "host_of", "read_body"]

USER_AGENT = "release-distributions (+https://github.com/kademoslabs/release-distributions)"
TRANSIENT = frozenset({500, 502, 503, 504})
CONNECT_SECONDS = 10.0


class _Session(requests.Session):
    """Redirects never lead to plain http beyond loopback, nor a token or login to another host."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            try:
                check_url("redirect", urljoin(resp.url, target).split("#")[0])
            except InputError:
                resp.close()
                raise
        return target

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """After a redirect the token stays on its host, and no login of a netrc file takes its place."""
        old, new = response.request.url or "", prepared_request.url or ""
        if self.should_strip_auth(old, new):  # type: ignore[no-untyped-call]  # its stubs lack types
            prepared_request.headers.pop("Authorization", None)


class Transport:
    """One session for all threads.

    Args:
        http: timeout and concurrency.
        retry: tries and the longest waits.
        say: takes one line of progress, such as how long a rate limit makes us wait.
        stop: set when the user interrupts; every wait ends then.
        sleep: waits for so many seconds; tests pass their own.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        http: Http,
        retry: Retry,
        *,
        say: Callable[[str], None] = lambda _line: None,
        stop: threading.Event | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.http, self.retry, self.say = http, retry, say
        self.stop = stop or threading.Event()
        self.sleep = sleep or self._wait
        self.clock = clock
        self.gate = Gate(self.sleep, clock, say, retry.max_told)
        self._ahead: dict[str, float] = {}
        self.session = _Session()
        self.session.headers["User-Agent"] = USER_AGENT
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=http.concurrency * 2, pool_block=False)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def _wait(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise Stopped("Interrupted.", "Run the same command again: only what is missing is sent.")

    def request(self, method: str, url: str, *, attempts: int | None = None, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """One answer to a request that may be sent twice; transient failures are tried again.

        Args:
            method: GET, HEAD, or a PUT, PATCH or POST that does no harm when it arrives twice.
            url: absolute.
            attempts: instead of ``retry.attempts``.
            options: as of ``once``.

        Raises:
            ServiceError: no answer after the last try, or told to wait too long.
        """
        answer: Answer = self.retrying(attempts)(self.once, method, url, **options)
        return answer

    def retrying(self, attempts: int | None = None) -> tenacity.Retrying:
        """Tries with exponential waits and jitter; an ``Answer`` that is transient or rate-limited is tried again."""
        passing = tenacity.retry_if_exception_type((NotSent, Lost)) | tenacity.retry_if_result(self.may_pass)
        return self._retrying(passing, attempts)

    def retrying_errors(self) -> tenacity.Retrying:
        """As ``retrying``, for work that raises ``ServiceError`` with the status of a transient answer."""
        return self._retrying(tenacity.retry_if_exception(_is_transient))

    def tries(self) -> Iterator[int]:
        """1, 2 ... ``retry.attempts``, with a wait between each two; the caller ends it by leaving its loop."""
        for attempt in self._retrying(tenacity.retry_always, callback=lambda _state: None):
            with attempt:
                pass
            yield attempt.retry_state.attempt_number

    def _retrying(
        self,
        when: tenacity.retry_base | Callable[[tenacity.RetryCallState], bool],
        attempts: int | None = None,
        callback: Callable[[tenacity.RetryCallState], Any] = lambda s: s.outcome and s.outcome.result(),
    ) -> tenacity.Retrying:
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(attempts or self.retry.attempts),
            wait=self.backoff(),
            retry=when,
            retry_error_callback=callback,
            sleep=self.sleep,
        )

    def backoff(self) -> Callable[[tenacity.RetryCallState], float]:
        """Seconds before the next try: 0.25 to 0.5, doubling, at most ``retry.max_wait``."""
        longest = self.retry.max_wait
        grow = tenacity.wait_exponential(multiplier=0.25, max=longest) + tenacity.wait_random(0, 0.25)
        return lambda state: min(grow(state), longest)

    def may_pass(self, answer: Answer | None) -> bool:
        """Whether the same request can get another answer later: a server's fault or a rate limit."""
        if answer is None:
            return False
        return answer.status in TRANSIENT or told_to_wait(answer, self.clock()) is not None

    def once(
        self,
        method: str,
        url: str,
        *,
        token: str | None = None,
        sending: Callable[[], None] = lambda: None,
        **options: Any,  # noqa: ANN401 - handed on
    ) -> Answer:
        """Send once, after any wait that a rate limit asks for; note the limit that the answer tells of.

        Args:
            method: of HTTP.
            url: absolute.
            token: goes out as a bearer token, to this host only.
            sending: called when any wait is over, right before the request goes out.
            options: ``headers``, ``json``, ``data`` and ``timeout`` (seconds), as ``open`` takes them.

        Raises:
            NotSent: could not connect.
            Lost: no whole answer came back.
            ServiceError: told to wait longer than ``retry.max_told``.
        """
        self.gate.wait(token, writes=method not in {"GET", "HEAD"})
        sending()
        with self.open(method, url, token=token, **options) as response:
            body = _without(token, read_body(response, url))
        answer = Answer(response.status_code, CaseInsensitiveDict(response.headers), body, response.url)
        self.gate.note(token, answer)
        self._ahead[host_of(url)] = server_time(answer.headers, self.clock()) - self.clock()
        return answer

    def ahead(self, url: str) -> float | None:
        """Seconds that the clock of the host of ``url`` is ahead of ours; ``None`` until it has answered."""
        return self._ahead.get(host_of(url))

    @contextmanager
    def open(
        self,
        method: str,
        url: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: bytes | None = None,
        timeout: float | None = None,
    ) -> Iterator[requests.Response]:
        """The response with its body unread; failures of the connection become ``NotSent`` or ``Lost``."""
        seconds = timeout or self.http.timeout
        options: dict[str, Any] = {
            "headers": dict(headers or {}), "json": json, "data": data, "auth": _bearer(token), "stream": True,
            "timeout": (min(seconds, CONNECT_SECONDS), seconds),
        }  # fmt: skip
        try:
            with self._follow(method, url, options) as response:
                yield response
        except OSError as error:  # those of requests, and of a file with certificates that is not there
            raise failure_of(error, url, seconds) from None
        except InputError as error:
            raise ServiceError(
                f"{host_of(url)} redirects to plain http: {error.wrong}", "Nothing was sent there."
            ) from None

    def _follow(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        """GET and HEAD follow redirects (no token to another host); writes only 307 and 308 on the same host."""
        reads = method in {"GET", "HEAD"}
        response = self.session.request(method, url, allow_redirects=reads, **options)
        for _ in range(3):
            target = urljoin(url, response.headers.get("Location", ""))
            moved = response.status_code in {307, 308} and "Location" in response.headers
            if reads or not moved or urlsplit(target)[:2] != urlsplit(url)[:2]:
                break
            response.close()
            response = self.session.request(method, target, allow_redirects=False, **options)
        return response


def _is_transient(error: BaseException) -> bool:
    lost = isinstance(error, (NotSent, Lost))
    return lost or (isinstance(error, ServiceError) and error.status in TRANSIENT)


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


def _without(token: str | None, body: bytes) -> bytes:
    """A server may repeat the token in its words, and a message that quotes their start would show half of it."""
    return body.replace(token.encode(), b"***") if token else body
