"""HTTP over one session: last moments, retries, rate limits, redirects.

``Transport.request`` is for what may be asked twice; ``Transport.once`` sends one time and tells apart
"nothing was sent", "may have been accepted" and "answered", which is what telling a channel exactly once needs.
"""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any, Self

import requests
import tenacity
import urllib3
from requests.structures import CaseInsensitiveDict

from release.errors import ServiceError, Stopped
from release.http.answers import (
    LARGEST,
    TRANSIENT,
    Answer,
    Lost,
    NotSent,
    failure_of,
    proves_acceptance,
    read_body,
)
from release.http.clock import steady
from release.http.connection import exchange_within
from release.http.limits import server_time, told_to_wait
from release.http.pace import Gate
from release.http.retry import retrying, tries
from release.http.session import Session, follow, host_of
from release.settings import Http, Retry

__all__ = ["TRANSIENT", "Answer", "Lost", "NotSent", "Transport", "host_of", "proves_acceptance", "read_body"]

CONNECT_SECONDS = 10.0
BROKEN = (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException)


class Transport:
    """One session for all threads.

    Args:
        http: timeout and concurrency.
        retry: tries and the longest waits.
        say: takes one line of progress, such as how long a rate limit makes us wait.
        stop: set when the user interrupts; every wait ends then.
        sleep: waits for so many seconds; tests pass their own.
        clock: seconds since the epoch, steady; tests pass their own.
    """

    def __init__(
        self,
        http: Http,
        retry: Retry,
        *,
        say: Callable[[str], None] = lambda _line: None,
        stop: threading.Event | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.http, self.retry, self.say = http, retry, say
        self.stop = stop or threading.Event()
        self.sleep = sleep or self._wait
        self.clock = clock or steady()
        self.gate = Gate(self.sleep, self.clock, say, retry.max_told)
        self._ahead: dict[str, float] = {}
        self.session = Session(http.concurrency * 2)
        self._until: float | None = None

    def spare(self, until: float) -> Self:
        """The same session for reads that nobody needs after ``until`` (monotonic seconds): all others go first."""
        other = copy(self)
        other._until = until  # noqa: SLF001 - of the same class
        return other

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
        return retrying(self.retry, self.sleep, passing, attempts)

    def retrying_errors(self) -> tenacity.Retrying:
        """As ``retrying``, for work that raises ``ServiceError`` with the status of a transient answer."""
        return retrying(self.retry, self.sleep, tenacity.retry_if_exception(_is_transient))

    def tries(self) -> Iterator[int]:
        """1, 2 ... ``retry.attempts``, with a wait between each two; the caller ends it by leaving its loop."""
        return tries(self.retry, self.sleep)

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
        largest: int = LARGEST,
        **options: Any,  # noqa: ANN401 - handed on
    ) -> Answer:
        """Send once, after any wait that a rate limit asks for; note the limit that the answer tells of.

        Args:
            method: of HTTP.
            url: absolute.
            token: goes out as a bearer token, to this host only.
            sending: called when any wait is over, right before the request goes out.
            largest: bytes of the answer.
            options: ``headers``, ``json``, ``data`` and ``timeout`` (seconds), as ``open`` takes them.

        Raises:
            NotSent: could not connect.
            Lost: no whole answer came back; its ``status`` says how far it came.
            ServiceError: told to wait longer than ``retry.max_told``, or the answer is larger than any such.
        """
        with self.gate.turn(token, writes=method not in {"GET", "HEAD"}, until=self._until):
            sending()
            with self.open(method, url, token=token, **options) as response:
                body = _without(token, read_body(response, url, largest))
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
        lasting: float | None = None,
    ) -> Iterator[requests.Response]:
        """The response with its body unread; failures of the connection become ``NotSent`` or ``Lost``.

        All of it, redirects and the reading of the body included, has ``timeout`` seconds; a download that goes
        on has ``lasting`` seconds, and ``timeout`` for each piece of it.
        """
        seconds = timeout or self.http.timeout
        options: dict[str, Any] = {
            "headers": dict(headers or {}), "json": json, "data": data, "stream": True,
            "timeout": (min(seconds, CONNECT_SECONDS), seconds),
        }  # fmt: skip
        with exchange_within(seconds, lasting) as exchange:
            try:
                with follow(self.session, method, url, token, exchange, options) as response:
                    yield response
            except BROKEN as error:
                raise failure_of(error, url, exchange) from None


def _is_transient(error: BaseException) -> bool:
    lost = isinstance(error, (NotSent, Lost))
    return lost or (isinstance(error, ServiceError) and error.status in TRANSIENT)


def _without(token: str | None, body: bytes) -> bytes:
    """A server may repeat the token in its words, and a message that quotes their start would show half of it."""
    return body.replace(token.encode(), b"***") if token else body
