"""Connections that no server can hold: every request has a last moment and a largest head, however it drips.

``requests`` knows a time limit for each read only, so that a byte now and then keeps it for ever. Here each read of
a response gets what is left of the whole request's time, plain or through TLS or a proxy's tunnel. The same place
knows whether a request went out at all, which tells "nothing was sent" from "may have been accepted" by facts.
"""

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

HEAD_BYTES = 128 * 1024  # status line and headers, those of any number of `100 Continue` before them included
NO_BODY = frozenset({204, 304})
PACE = 64 * 1024  # bytes that must arrive in every timeout of a download, else the server only drips


class Exchange:
    """One request and its response in this thread.

    Args:
        seconds: from now to its last moment.
        lasting: of a download, seconds in all: every ``PACE`` bytes begin its ``seconds`` anew until then.

    Attributes:
        sent: whether a byte of the request itself may have reached the server.
        status: of the answer, ``None`` until its head was there.
    """

    sent: bool
    status: int | None

    def __init__(self, seconds: float, lasting: float | None = None) -> None:
        now = time.monotonic()
        self.seconds = seconds
        self.begin()
        self._until, self._last = now + seconds, now + (lasting or seconds)
        self._arrived = 0

    def begin(self) -> None:
        """A request begins: the first one, or that to where the last answer redirected."""
        self.sent, self.status = False, None

    def left(self) -> float:
        """Seconds until its last moment.

        Raises:
            TimeoutError: it is over.
        """
        if (seconds := min(self._until, self._last) - time.monotonic()) > 0:
            return seconds
        raise TimeoutError("the time of this request is over")

    def arrived(self, count: int) -> None:
        """So many bytes of the body came: a download that goes on may go on."""
        self._arrived += count
        if self._arrived >= PACE:
            self._arrived, self._until = 0, min(time.monotonic() + self.seconds, self._last)


class _Current(threading.local):
    exchange: Exchange | None = None


_current = _Current()


@contextmanager
def exchange_within(seconds: float, lasting: float | None = None) -> Iterator[Exchange]:
    """Everything that this thread sends and receives inside is one ``Exchange``."""
    before, _current.exchange = _current.exchange, Exchange(seconds, lasting)
    try:
        yield _current.exchange
    finally:
        _current.exchange = before


def _limit(sock: socket.socket) -> None:
    if _current.exchange is not None:
        sock.settimeout(_current.exchange.left())


def _arrived(count: int) -> None:
    if _current.exchange is not None:
        _current.exchange.arrived(count)


class _Reader(io.RawIOBase):
    """The bytes of a response as they arrive."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock
        self.head: int | None = HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        _limit(self._sock)
        count = self._raw.readinto(buffer)
        if self.head is None:
            _arrived(count or 0)
        else:
            self.head -= count or 0
            if self.head < 0:
                raise http.client.HTTPException("the headers have no end")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    fp: io.BufferedReader

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the base's own
        super().__init__(sock, *args, **options)
        self._reader = _Reader(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        self._reader.head = None  # the body is bounded by whoever reads it
        if _current.exchange is not None:
            _current.exchange.status = self.status
        if self.status in NO_BODY:  # whatever such headers promise
            self.chunked, self.length = False, 0
            for name in ("Content-Length", "Transfer-Encoding", "Content-Encoding"):
                del self.headers[name]


class _Bounded(HTTPConnection):
    response_class = _Response
    ready = False  # whether what is sent now goes to the server that was asked for, and not to a proxy in between

    def connect(self) -> None:
        self.ready = False
        super().connect()
        self.ready = True

    def send(self, data: Any) -> None:  # noqa: ANN401 - as the base takes it
        if self.sock is None:
            self.connect()
        _limit(self.sock)
        if self.ready and _current.exchange is not None:
            _current.exchange.sent = True
        super().send(data)


class _BoundedSecurely(_Bounded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Bounded


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _BoundedSecurely


class BoundedAdapter(requests.adapters.HTTPAdapter):
    """What a session of ``requests`` sends with, through a proxy or not."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the base's own
        """As the base's, with connections of this file."""
        super().init_poolmanager(*args, **options)
        _bound(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the base's own
        """As the base's, with connections of this file."""
        return _bound(super().proxy_manager_for(*args, **options))


def _bound(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager
