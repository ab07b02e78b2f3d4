"""Servers on loopback that say exactly what a test wants said, byte for byte, in the clear, in TLS or in a tunnel."""

import contextlib
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

Talk = Callable[[socket.socket], None]
HOST = "api.example.test"
over = threading.Event()  # never set: a wait that a test's end does not need


def pause(seconds: float) -> None:
    over.wait(seconds)


def hear(connection: socket.socket) -> bytes:
    """One request; what is left unread would make the connection's end a reset."""
    heard = b""
    while not _whole(heard) and (more := connection.recv(65536)):
        heard += more
    return heard


def _whole(heard: bytes) -> bool:
    head, end, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= int(length[1] if length else 0)


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """``talk`` speaks on every connection; the server's address is given."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def one(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                talk(connection)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=one, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody listens, nor can anybody else as long as this lasts."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def saying(*pieces: bytes) -> Talk:
    """Hears a request, says the pieces, hangs up."""

    def talk(connection: socket.socket) -> None:
        hear(connection)
        for piece in pieces:
            connection.sendall(piece)

    return talk


def dripping(start: bytes, drop: bytes, seconds: float = 0.02) -> Talk:
    """Hears a request, says ``start`` and then ``drop`` again and again, without an end."""

    def talk(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            if seconds:
                pause(seconds)

    return talk


def certificate(folder: Path) -> Path:
    """A certificate for ``HOST`` and this machine, which signs itself; its key stands in the same file."""
    file = folder / "certificate.pem"
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]  # made in a hundredth of RSA's time
    subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-days", "2", "-subj", "/CN=made-up",
                    "-addext", names, "-keyout", str(folder / "key.pem"), "-out", str(file)],
                   check=True, capture_output=True)  # fmt: skip
    file.write_bytes(file.read_bytes() + (folder / "key.pem").read_bytes())
    return file


def secured(file: Path, after: Callable[[ssl.SSLSocket, socket.socket], None]) -> Talk:
    """Hears a request in TLS; ``after`` then gets the secure connection and the bare one beneath it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def talk(connection: socket.socket) -> None:
        bare = connection.dup()
        with bare, context.wrap_socket(connection, server_side=True) as secure:
            hear(secure)
            after(secure, bare)

    return talk


def tunnelling(then: Talk, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Talk:
    """A proxy that is asked to CONNECT, answers, and is the other end itself."""

    def talk(connection: socket.socket) -> None:
        assert hear(connection).startswith(b"CONNECT ")
        connection.sendall(answer)
        then(connection)

    return talk
