"""Single answers and real connections: what the transport makes of them, and where a token goes."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock

from release.errors import ServiceError, Stopped
from release.http.answers import LARGEST
from release.http.transport import Lost, NotSent, Transport
from release.rehearsal.servers.http import Answer as Reply
from release.rehearsal.servers.http import Request
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry
from tests.http.servers import nobody

URL = "https://api.example.test/thing"
TOKEN = "made-up-token-0123456789"
RETRY = Retry(attempts=3, max_wait=2, lookup=1, max_told=900)


def transport(retry: Retry = RETRY, timeout: float = 5.0, **options: Any) -> Transport:  # noqa: ANN401 - handed on
    return Transport(Http(timeout=timeout), retry, **{"sleep": lambda _seconds: None, **options})


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[Origin]:
    origin = Origin("here", answer)
    try:
        yield origin
    finally:
        origin.close()


@contextmanager
def raw_server(*replies: bytes, hold: bool = False) -> Iterator[str]:
    """Reads one request of each connection, writes the bytes as they are, and hangs up (or waits)."""
    over = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            for reply in replies:
                with listening.accept()[0] as connection:
                    connection.recv(65536)
                    connection.sendall(reply)
                    if hold:
                        over.wait(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/thing"
        over.set()
        thread.join(5)


BAD_JSON = {
    "html": (b"<html>Sign in</html>", "not JSON: '<html>Sign in"), "cut": (b'{"a": 1', "not JSON"),
    "empty": (b"", "not JSON"), "nothing-but-space": (b"  \n", "not JSON"), "latin-1": (b'{"a": "\xe9"}', "not JSON"),
    "list": (b"[1]", "another shape"), "text": (b'"ok"', "another shape"), "null": (b"null", "another shape"),
    "too-deep": (b"[" * 200_000, "not JSON"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "said"), BAD_JSON.values(), ids=BAD_JSON.keys())
def test_a_200_without_the_expected_json_is_an_error(body: bytes, said: str) -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, content=body)
        with pytest.raises(ServiceError, match=r"api\.example\.test answered 200") as caught:
            transport().request("GET", URL).record()
    assert said in caught.value.wrong


def test_an_answer_keeps_status_headers_in_any_case_and_body() -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, json={"a": 1}, status_code=418, headers={"X-Thing": "7"})
        answer = transport().request("GET", URL)
    assert (answer.status, answer.headers["x-thing"], answer.record()) == (418, "7", {"a": 1})


def test_a_body_beyond_all_measure_is_refused_before_memory_is_full() -> None:
    with serving(lambda _request: Reply(200, bytes(LARGEST + 1))) as origin, pytest.raises(ServiceError) as caught:
        transport().once("GET", origin.url)
    assert "answered with more than" in caught.value.wrong


STATUSES = {"500": 500, "502": 502, "503": 503, "504": 504, "429": 429}


@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES.keys())
def test_what_may_pass_is_asked_again_as_often_as_configured(status: int) -> None:
    slept: list[float] = []
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=status, headers={"Retry-After": "0"} if status == 429 else {})
        assert transport(sleep=slept.append).request("GET", URL).status == status
        assert mocked.call_count == 3


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 403, 404, 410, 422, 501])
def test_what_will_not_pass_is_asked_once(status: int) -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=status)
        assert transport().request("GET", URL).status == status
        assert mocked.call_count == 1


def test_waits_grow_with_jitter_up_to_the_longest() -> None:
    slept: list[float] = []
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=502)
        transport(Retry(attempts=8, max_wait=4), sleep=slept.append).request("GET", URL)
    floors = [0.25, 0.5, 1, 2, 4, 4, 4]
    assert len(slept) == 7
    assert all(low <= wait <= min(low + 0.25, 4) for low, wait in zip(floors, slept, strict=True))
    assert len(set(slept)) > 2


CUT = {
    "short-body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "short-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    "no-last-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "nothing": b"",
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "broken-gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
}


@pytest.mark.parametrize("reply", CUT.values(), ids=CUT.keys())
def test_an_answer_that_is_not_whole_is_lost(reply: bytes) -> None:
    with raw_server(reply) as url, pytest.raises(Lost) as caught:
        transport().once("POST", url, json={})
    assert "127.0.0.1" in caught.value.wrong


SILENT = {"before-the-head": (b"", "did not answer within"),
          "within-the-body": (CUT["short-body"], "sent too little of its answer within")}  # fmt: skip


@pytest.mark.parametrize(("start", "said"), SILENT.values(), ids=SILENT.keys())
def test_silence_is_lost_after_the_timeout(start: bytes, said: str) -> None:
    """Were it not, the server would hang up after 5 seconds, and that would be said."""
    with raw_server(start, hold=True) as url, pytest.raises(Lost, match=rf"{said} 0\.1 s") as caught:
        transport(timeout=0.1).once("POST", url, json={})
    assert "http.timeout" in caught.value.fix


def test_no_connection_is_not_sent() -> None:
    with nobody() as address, pytest.raises(NotSent, match="Could not connect"):
        transport().once("POST", f"http://{address}/thing", json={})


def test_a_name_that_nobody_knows_is_not_sent() -> None:
    with pytest.raises(NotSent, match="Could not connect"):
        transport().once("POST", "https://no-such-host.invalid/", json={})


def test_a_proxy_that_is_not_there_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with nobody() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        with pytest.raises(NotSent, match="through the proxy"):
            transport().once("POST", URL, json={}, token=TOKEN)


def test_https_to_a_plain_server_is_not_sent() -> None:
    with (
        raw_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url,
        pytest.raises(NotSent, match="No secure connection to 127"),
    ):
        transport().once("POST", url.replace("http:", "https:"), json={})


def test_certificates_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/bundle.pem")
    with pytest.raises(NotSent, match="/no/such/bundle") as caught:
        transport().once("POST", "https://127.0.0.1:1/", json={})
    assert "REQUESTS_CA_BUNDLE" in caught.value.fix


PLAIN = {"plain-http": "http://elsewhere.example.test/x", "own-host": "http://api.example.test/thing"}


@pytest.mark.parametrize("to", PLAIN.values(), ids=PLAIN.keys())
def test_no_redirect_leads_to_plain_http(to: str) -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=302, headers={"Location": to})
        target = mocked.get(to, text="no")
        with pytest.raises(ServiceError, match="redirects to plain http") as caught:
            transport().request("GET", URL, token=TOKEN)
        assert target.call_count == 0
    assert "Nothing was sent" in caught.value.fix


def test_redirects_without_an_end_are_an_error_that_is_not_tried_again() -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=302, headers={"Location": URL})
        with pytest.raises(ServiceError, match="cannot be used") as caught:
            transport().request("GET", URL)
        assert mocked.call_count < 40
    assert not isinstance(caught.value, Lost)


def seen_at(status: int, *, there: bool) -> tuple[list[str | None], list[str | None]]:
    """The Authorization headers that a server, and the one that it redirects to, got with a GET."""
    first, second = list[str | None](), list[str | None]()

    def other(request: Request) -> Reply:
        second.append(request.headers.get("authorization"))
        return Reply(200, b"{}")

    with serving(other) as elsewhere:

        def start(request: Request) -> Reply:
            first.append(request.headers.get("authorization"))
            home = request.path != "/moved"
            to = f"{elsewhere.url}/moved" if there else "/moved"
            return Reply(status, b"", {"Location": to}) if home else Reply(200, b"{}")

        with serving(start) as origin:
            assert transport().request("GET", f"{origin.url}/thing", token=TOKEN).status == 200
    return first, second


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_follows_a_redirect_on_its_host_only(status: int) -> None:
    assert seen_at(status, there=False) == ([f"Bearer {TOKEN}"] * 2, [])
    assert seen_at(status, there=True) == ([f"Bearer {TOKEN}"], [None])


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose .netrc has a login for this machine."""
    file = tmp_path / ".netrc"
    file.write_text("machine 127.0.0.1 login somebody password made-up-netrc-password\n")
    file.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(file))
    return file


def test_requests_alone_would_use_the_netrc(netrc: Path) -> None:
    assert netrc.exists()
    login = base64.b64encode(b"somebody:made-up-netrc-password").decode()
    with serving(lambda request: Reply(200, request.headers.get("authorization", "").encode())) as origin:
        assert requests.get(origin.url, timeout=5).text == f"Basic {login}"


@pytest.mark.usefixtures("netrc")
def test_a_login_of_a_netrc_file_is_never_used() -> None:
    with serving(lambda request: Reply(200, request.headers.get("authorization", "none").encode())) as origin:
        assert transport().request("GET", origin.url).text == "none"
        assert transport().request("GET", origin.url, token=TOKEN).text == "Bearer ***"
    assert seen_at(302, there=True) == ([f"Bearer {TOKEN}"], [None])


def test_a_post_keeps_its_method_and_body_where_it_is_followed() -> None:
    def answer(request: Request) -> Reply:
        told = f"{request.method} {request.body.decode()}".encode()
        return Reply(200, told) if request.path == "/new" else Reply(307, b"", {"Location": "/new"})

    with serving(answer) as origin:
        assert transport().once("POST", f"{origin.url}/old", json={"a": 1}).text == 'POST {"a": 1}'


def test_a_redirect_that_never_ends_ends_a_post() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        asked.append(request.path)
        return Reply(308, b"", {"Location": "/again"})

    with serving(answer) as origin:
        assert transport().once("POST", f"{origin.url}/old").status == 308
    assert len(asked) == 4


def test_a_token_that_a_server_repeats_does_not_come_in() -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, text=f"<p>Bad token {TOKEN}", status_code=401)
        assert transport().once("GET", URL, token=TOKEN).text == "<p>Bad token ***"


@pytest.mark.parametrize("token", ["two\nlines", "two\r\nX-Forged: 1", "t\u00f6ken", "\u20ac"])
def test_a_token_that_is_no_header_is_refused_without_being_shown(token: str) -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL)
        with pytest.raises(ServiceError, match="cannot be sent") as caught:
            transport().once("GET", URL, token=token)
        assert mocked.call_count == 0
    assert token not in str(caught.value)


def test_an_interrupt_ends_a_wait() -> None:
    stop = threading.Event()
    stop.set()
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, status_code=502)
        with pytest.raises(Stopped):
            Transport(Http(), RETRY, stop=stop).request("GET", URL)


def test_every_request_says_who_asks() -> None:
    with requests_mock.Mocker() as mocked:
        mocked.get(URL)
        transport().once("GET", URL)
        sent = mocked.request_history[0].headers
    assert sent["User-Agent"].startswith("release-distributions ")
    assert "Authorization" not in sent


def test_the_clock_of_a_server_is_known_from_its_answers() -> None:
    asked = transport(clock=lambda: 1_800_000_000.0)
    assert asked.ahead(URL) is None
    with requests_mock.Mocker() as mocked:
        mocked.get(URL, headers={"Date": "Fri, 15 Jan 2027 08:10:00 GMT"})  # ten minutes ahead
        asked.once("GET", URL)
    assert asked.ahead(URL) == 600
    assert asked.ahead("https://other.example.test/") is None
