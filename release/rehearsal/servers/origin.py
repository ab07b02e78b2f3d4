"""One HTTP/1.1 server on loopback: connections stay open and lengths are true unless told otherwise."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from release.rehearsal.servers.http import Answer, Request

CHUNK = 1 << 20
NO_BODY = (204, 304)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, origin: "Origin") -> None:
        self.origin = origin
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """As the base's, without its look-up of the host's name, which can take seconds."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stand-in", ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        """As the base's, by the clock of this server."""
        return super().date_time_string(self.server.origin.now() if timestamp is None else timestamp)

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            origin=self.server.origin.name, method=self.command, path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)), raw_query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()}, body=self._read(),
        )  # fmt: skip
        here = self.server.server_port
        if request.headers.get("host", "").lower() in {f"127.0.0.1:{here}", f"localhost:{here}"}:
            self._send(self.server.origin.answer(request))
        else:  # a page in a browser that calls itself by a name of its own, and so may read what it asks for
            self._send(Answer(421, b"Misdirected Request", {"Content-Type": "text/plain; charset=utf-8"}))

    def __getattr__(self, name: str) -> Callable[[], None]:
        """The base looks for ``do_GET`` and so on: every method is served alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _read(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _send(self, answer: Answer) -> None:
        if answer.drop:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in NO_BODY:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in NO_BODY:
            self._send_body(answer)
        self.close_connection = self.close_connection or bool(answer.cut)

    def _send_body(self, answer: Answer) -> None:
        left = max(answer.length - answer.cut, 0)
        if isinstance(answer.body, bytes):
            self.wfile.write(answer.body[:left])
            return
        with answer.body.open("rb") as file:
            while left and (piece := file.read(min(CHUNK, left))):
                self.wfile.write(piece)
                left -= len(piece)


class Origin:
    """One server on a port of its own.

    Args:
        name: stands in every request that it gets.
        answer: is called in a thread of each connection.
        now: seconds since the epoch, for every answer's ``Date``.
    """

    def __init__(self, name: str, answer: Callable[[Request], Answer], now: Callable[[], float] = time.time) -> None:
        self.name, self.answer, self.now = name, answer, now
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and end every open connection."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in list(self._server.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
