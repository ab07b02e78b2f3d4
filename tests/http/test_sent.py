"""Whether a request went out is a fact of the connection: TLS, proxies, answers that break off."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from release.errors import ServiceError
from release.http.transport import TRANSIENT, Answer, Lost, NotSent, Transport, proves_acceptance
from release.rehearsal.servers.http import Answer as Reply
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry
from tests.http.servers import HOST, Talk, certificate, hear, saying, secured, talking, tunnelling

TOKEN = "made-up-token-0123456789"
After = Callable[[ssl.SSLSocket, socket.socket], None]


def post(url: str, timeout: float = 20) -> Answer:
    asked = Transport(Http(timeout=timeout), Retry(attempts=1, max_wait=0), sleep=lambda _seconds: None)
    return asked.once("POST", url, json={"event_type": "x"}, token=TOKEN)


def lost(url: str) -> Lost:
    with pytest.raises(Lost) as caught:
        post(url)
    return caught.value


def unsent(url: str) -> NotSent:
    with pytest.raises(NotSent) as caught:
        post(url)
    return caught.value


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need: Callable[..., None]) -> Path:
    """A certificate that we trust."""
    need("openssl")
    file = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    return file


def accepts(secure: ssl.SSLSocket, _bare: socket.socket) -> None:
    secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_a_secure_answer_is_one(trusted: Path) -> None:
    with talking(secured(trusted, accepts)) as here:
        assert post(f"https://{here}").status == 204


def on_the_bare(content: bytes) -> After:
    return lambda _secure, bare: bare.sendall(content)


BREAKS: dict[str, After] = {
    "closed": lambda _secure, _bare: None,
    "reset": lambda _secure, bare: bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes([1, *[0] * 7])),
    "plain text": on_the_bare(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
    "broken record": on_the_bare(b"\x17\x03\x03\x00\x20" + b"x" * 32),
    "handshake alert": on_the_bare(b"\x15\x03\x03\x00\x02\x02\x28"),
    "version alert": on_the_bare(b"\x15\x03\x03\x00\x02\x02\x46"),
    "half a head": lambda secure, _bare: secure.sendall(b"HTTP/1.1 20"),
}


@pytest.mark.parametrize("after", BREAKS.values(), ids=BREAKS.keys())
def test_a_secure_connection_that_breaks_after_the_request_is_lost(trusted: Path, after: After) -> None:
    with talking(secured(trusted, after)) as here:
        assert lost(f"https://{here}").status is None


def greeted(answer: bytes) -> Talk:
    """Answers a handshake's greeting so."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return talk


UNTRUSTED: dict[str, Talk] = {
    "plain text": greeted(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "closed": lambda _connection: None,
    "alert": greeted(b"\x15\x03\x03\x00\x02\x02\x28"),
}  # fmt: skip


@pytest.mark.parametrize("talk", UNTRUSTED.values(), ids=UNTRUSTED.keys())
def test_without_a_secure_connection_nothing_is_sent(talk: Talk) -> None:
    with talking(talk) as here:
        unsent(f"https://{here}")


def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path, need: Callable[..., None]) -> None:
    need("openssl")
    heard: list[bytes] = []
    with talking(secured(certificate(tmp_path), lambda secure, _bare: heard.append(secure.recv(9)))) as here:
        assert "CERTIFICATE" in unsent(f"https://{here}").wrong
    assert heard == []


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """``proxied(address)`` sends all that leaves this machine by that proxy; the address to ask is given."""

    def use(address: str) -> str:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        return f"https://{HOST}/repos/a/b/dispatches"

    return use


Proxied = Callable[[str], str]


def test_a_tunnel_that_stands_carries_the_request(trusted: Path, proxied: Proxied) -> None:
    with talking(tunnelling(secured(trusted, accepts))) as here:
        assert post(proxied(here)).status == 204


@pytest.mark.parametrize("after", BREAKS.values(), ids=BREAKS.keys())
def test_an_answer_lost_behind_a_proxy_is_lost(trusted: Path, proxied: Proxied, after: After) -> None:
    with talking(tunnelling(secured(trusted, after))) as here:
        lost(proxied(here))


NO_TUNNEL: dict[str, Talk] = {
    "refused": tunnelling(lambda _connection: None, b"HTTP/1.1 403 Forbidden\r\n\r\n"),
    "wants a login": tunnelling(lambda _connection: None, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    "hangs up": tunnelling(lambda _connection: None, b""),
    "no HTTP": tunnelling(lambda _connection: None, b"hello\r\n\r\n"),
    "hangs up before the handshake": tunnelling(lambda _connection: None),
}


@pytest.mark.parametrize("talk", NO_TUNNEL.values(), ids=NO_TUNNEL.keys())
def test_without_a_tunnel_nothing_is_sent(proxied: Proxied, talk: Talk) -> None:
    with talking(talk) as here:
        unsent(proxied(here))


PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_runs_on_this_machine_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    seen: list[bytes] = []
    with talking(lambda connection: seen.append(hear(connection))) as proxy:
        for name in PROXIES:
            monkeypatch.setenv(name, f"http://{proxy}")
        origin = Origin("here", lambda request: Reply(200, request.headers["authorization"].encode()))
        try:
            assert post(origin.url.replace("127.0.0.1", host)).text == "Bearer ***"
        finally:
            origin.close()
    assert seen == []


DAMAGED = {
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "broken gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "too long": b"HTTP/1.1 201 Created\r\n\r\n" + b"a" * 5_000_000,
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
    "another shape": b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n[]",
}


@pytest.mark.parametrize("reply", DAMAGED.values(), ids=DAMAGED.keys())
def test_an_acceptance_whose_rest_is_damaged_is_told_from_a_lost_one(reply: bytes) -> None:
    with talking(saying(reply)) as here, pytest.raises(ServiceError) as caught:
        post(f"http://{here}").record()
    assert proves_acceptance(caught.value)


def test_no_answer_at_all_proves_nothing() -> None:
    with talking(saying(b"")) as here:
        assert not proves_acceptance(lost(f"http://{here}"))


ODD = {
    "length": b"Content-Length: 5\r\n", "length in superscript": "Content-Length: \u00b2\r\n".encode("latin-1"),
    "chunked": b"Transfer-Encoding: chunked\r\n", "gzip": b"Content-Encoding: gzip\r\n",
    "no colon": b"what is this\r\n",
    "date": b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n", "location": b"Location: http://[\r\n",
    "cookie": b"Set-Cookie: a=b; expires=" + b"9" * 5000 + b"; domain=[\r\n", "bytes": b"X-\xff: \xfe\r\n",
    "fold": b"X-A: a\r\n b\r\n", "limits": b"x-ratelimit-remaining: 0\r\nx-ratelimit-reset: never\r\n",
    "many lengths": b"Content-Length: 0\r\nContent-Length: 1\r\n",
}  # fmt: skip


@pytest.mark.parametrize("header", ODD.values(), ids=ODD.keys())
def test_a_204_with_an_odd_header_is_a_204(header: bytes) -> None:
    with talking(saying(b"HTTP/1.1 204 No Content\r\n" + header + b"\r\n")) as here:
        assert post(f"http://{here}").status == 204


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500, 502])
def test_a_refusal_whose_words_are_cut_is_a_refusal(status: int) -> None:
    with talking(saying(b"HTTP/1.1 %d No\r\nContent-Length: 100\r\n\r\n{" % status)) as here:
        assert post(f"http://{here}").status == status


def test_of_a_refusal_the_beginning_is_kept() -> None:
    with talking(saying(b"HTTP/1.1 403 No\r\n\r\n" + b"a" * 200_000)) as here:
        assert len(post(f"http://{here}").body) == 64 * 1024


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 505, 507, 520, 521, 522, 523, 524, 599])
def test_who_gave_up_on_the_way_may_have_handed_it_on(status: int) -> None:
    assert Answer(status, {}, b"", "x").uncertain


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 409, 410, 422, 429])
def test_an_answer_of_the_server_is_certain(status: int) -> None:
    assert not Answer(status, {}, b"", "x").uncertain
    assert status not in TRANSIENT


def test_a_header_that_a_caller_signed_stays_on_its_host() -> None:
    """A registry's login goes out as a header of its caller's."""
    seen: list[Any] = []
    lock = threading.Lock()

    def note(request: Any) -> Reply:  # noqa: ANN401 - a request of the stand-in's
        with lock:
            seen.append((request.path, request.headers.get("authorization")))
        moved = {"/a": "/b", "/b": f"{there.url}/c"}.get(request.path)
        return Reply(307, b"", {"Location": moved}) if moved else Reply(200)

    there, here = Origin("there", note), Origin("here", note)
    try:
        asked = Transport(Http(timeout=20), Retry(attempts=1))
        asked.once("GET", f"{here.url}/a", headers={"authorization": "Basic eDp5"})
    finally:
        here.close()
        there.close()
    assert seen == [("/a", "Basic eDp5"), ("/b", "Basic eDp5"), ("/c", None)]
