"""No server holds a request: whatever drips, grows or never ends is given up in its time, and memory stays flat."""

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from release.errors import ServiceError
from release.http.answers import LARGEST, Answer, number_of
from release.http.download import check_reachable, hash_url
from release.http.limits import OUR_TIMES, server_time, told_to_wait
from release.http.transport import Lost, NotSent, Transport
from release.settings import Http, Retry
from tests.http.servers import Talk, dripping, hear, pause, saying, talking, tunnelling

LONG = 20.0  # seconds after which a machine is not busy but held
OK = b"HTTP/1.1 200 OK\r\n"


def transport(timeout: float = 0.3) -> Transport:
    return Transport(Http(timeout=timeout), Retry(attempts=1, max_wait=0), sleep=lambda _seconds: None)


def once(method: str) -> Callable[[str], object]:
    return lambda url: transport().once(method, url, json={} if method == "POST" else None)


def download(url: str) -> object:
    return hash_url(transport(), f"{url}/a.exe", lambda _done, _total: None)


def reach(url: str) -> object:
    error = check_reachable(transport(), url, None)
    if error is None:
        return None
    raise error


DRIPS: dict[str, tuple[Talk, Callable[[str], object]]] = {
    "status line": (dripping(b"HTTP/1.1 200 ", b"O"), once("POST")),
    "a header": (dripping(OK + b"X-A: ", b"a"), once("POST")),
    "headers": (dripping(OK, b"X-A: a\r\n"), once("GET")),
    "100 Continue": (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), once("POST")),
    "body": (dripping(OK + b"Content-Length: 99999\r\n\r\n", b"a"), once("GET")),
    "body without an end": (dripping(OK + b"\r\n", b"a"), once("POST")),
    "chunks": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), once("GET")),
    "a chunk's length": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"), once("GET")),
    "trailers": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: a\r\n"), once("GET")),
    "204 with chunks": (dripping(b"HTTP/1.1 204 No Content\r\nX: y\r\nX-A: ", b"a"), once("POST")),
    "HEAD": (dripping(OK, b"X-A: a\r\n"), once("HEAD")),
    "reachable": (dripping(OK, b"X-A: a\r\n"), reach),
    "redirect": (dripping(b"HTTP/1.1 302 Found\r\nX-A: ", b"a"), once("GET")),
    "download": (dripping(OK + b"Content-Length: 99999999\r\n\r\n", b"a"), download),
    "download without an end": (dripping(OK + b"\r\n", b"a" * 100), download),
    "download in chunks": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), download),
}


@pytest.mark.parametrize(("talk", "ask"), DRIPS.values(), ids=DRIPS.keys())
def test_a_server_that_drips_is_given_up(talk: Talk, ask: Callable[[str], object]) -> None:
    start = time.monotonic()
    with talking(talk) as here, pytest.raises(Lost) as caught:
        ask(f"http://{here}")
    assert time.monotonic() - start < LONG
    assert here in caught.value.wrong
    assert "within 0.3 s" in caught.value.wrong


def test_a_proxy_that_drips_is_given_up_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with talking(tunnelling(dripping(b"", b""), b"HTTP/1.1 200 OK\r\nX-A: ")) as here:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{here}")
        with pytest.raises(NotSent):
            transport().once("POST", "https://api.example.test/", json={})


def test_a_server_that_does_not_hear_is_given_up() -> None:
    with talking(half_deaf) as here, pytest.raises(Lost):
        transport().once("PUT", f"http://{here}", data=bytes(64 * 1024 * 1024))


def half_deaf(connection: Any) -> None:  # noqa: ANN401 - a socket
    """Takes a little of the request now and then."""
    while connection.recv(100):
        pause(0.05)


HEADS = {
    "one header": saying(OK + b"X-A: " + b"a" * 300_000 + b"\r\n\r\n"),
    "many headers": saying(OK + b"X-A: a\r\n" * 30_000 + b"\r\n"),
    "some large headers": saying(OK + (b"X-A: " + b"a" * 60_000 + b"\r\n") * 50 + b"\r\n"),
    "continue": saying(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000 + OK + b"\r\n"),
    "continue at full speed": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 999, 0),
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_beyond_all_measure_is_no_answer(head: Talk) -> None:
    with talking(head) as here, pytest.raises(Lost, match="broke the connection"):
        transport(LONG).once("POST", f"http://{here}", json={})


def test_a_large_head_is_one() -> None:
    with talking(saying(OK + (b"X-A: " + b"a" * 8_000 + b"\r\n") * 10 + b"Content-Length: 2\r\n\r\n{}")) as here:
        assert transport(LONG).once("GET", f"http://{here}").record() == {}


def test_a_redirect_with_a_body_without_an_end_costs_nothing() -> None:
    there = saying(OK + b"Content-Length: 2\r\n\r\n{}")
    with talking(there) as second:
        head = f"HTTP/1.1 302 Found\r\nLocation: http://{second}/\r\n\r\n".encode()
        with talking(dripping(head, b"a" * 65536, 0)) as first:
            assert transport(LONG).once("GET", f"http://{first}").text == "{}"


def test_a_slow_download_that_goes_on_is_not_given_up() -> None:
    """It takes many times the timeout of one piece."""
    body = b"a" * 70_000

    def talk(connection: Any) -> None:  # noqa: ANN401 - a socket
        hear(connection)
        connection.sendall(OK + f"Content-Length: {len(body) * 12}\r\n\r\n".encode())
        for _ in range(12):
            pause(0.1)
            connection.sendall(body)

    with talking(talk) as here:
        assert hash_url(transport(1.0), f"http://{here}/a.exe", lambda _done, _total: None).size == len(body) * 12


def test_a_download_that_goes_on_for_ever_ends() -> None:
    start = time.monotonic()
    with talking(dripping(OK + b"\r\n", b"a" * 70_000)) as here, pytest.raises(Lost):
        hash_url(transport(5), f"http://{here}/a.exe", lambda _done, _total: None, seconds=0.5)
    assert time.monotonic() - start < LONG


SIZES = {"announced": OK + b"Content-Length: 1000\r\n\r\n", "not announced": OK + b"\r\n"}


@pytest.mark.parametrize("head", SIZES.values(), ids=SIZES.keys())
def test_a_file_larger_than_any_that_we_take_is_refused(head: bytes) -> None:
    with talking(saying(head, b"a" * 1000)) as here, pytest.raises(ServiceError, match="more than 999 bytes") as caught:
        hash_url(transport(LONG), f"http://{here}/a.exe", lambda _done, _total: None, largest=999)
    assert not isinstance(caught.value, Lost)


MEASURE = """
import resource, sys, time
from release.errors import ServiceError
from release.http.transport import Transport
from release.settings import Http, Retry
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    Transport(Http(timeout=60), Retry(attempts=1)).once("GET", sys.argv[1]).json()
except ServiceError as error:
    print(type(error).__name__)
else:
    print("read")
unit = 1024 * 1024 if sys.platform == "darwin" else 1024
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // unit, time.process_time() - start)
"""


def gzipped(body: bytes) -> bytes:
    packed = gzip.compress(body)
    return OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed


def plain(body: bytes) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n" % len(body) + body


BODIES: dict[str, tuple[Callable[[], bytes], str]] = {
    "largest JSON": (lambda: plain(b"[" + b"{}," * (LARGEST // 3 - 1) + b"1]"), "read"),
    "JSON nested a million times": (lambda: plain(b"[" * 1_000_000), "ServiceError"),
    "JSON nested enough": (lambda: plain(b"[" * 900 + b"]" * 900), "ServiceError"),
    "16 MB of JSON": (lambda: plain(b"[" + b"{}," * 5_600_000 + b"1]"), "ServiceError"),
    "a packed gigabyte": (lambda: gzipped(bytes(1024**3 // 4)), "ServiceError"),
    "a number of a million digits": (lambda: plain(b"1" * 1_000_000), "ServiceError"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
@pytest.mark.parametrize(("body", "became"), BODIES.values(), ids=BODIES.keys())
def test_no_answer_costs_more_than_200_mb_or_a_few_seconds(
    project_root: Path, body: Callable[[], bytes], became: str
) -> None:
    with talking(saying(body())) as here:
        done = subprocess.run([sys.executable, "-c", MEASURE, f"http://{here}"], cwd=project_root, check=True,
                              capture_output=True, text=True, timeout=120)  # fmt: skip
    was, cost = done.stdout.splitlines()
    memory, seconds = cost.split()
    assert was == became
    assert int(memory) < 200
    assert float(seconds) < 4


NUMBERS = {
    "12": 12, "0": 0, "\u00b2": None, "\u0661\u0662": None, "": None, "-1": None, "1 ": None, "1,1": None, "1e3": None,
    "9" * 19: None, "x": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), NUMBERS.items(), ids=[ascii(text)[:24] for text in NUMBERS])
def test_only_ascii_digits_are_a_length(text: str, number: int | None) -> None:
    assert number_of(text) == number


def test_a_length_in_superscript_is_none() -> None:
    with talking(saying(OK + "Content-Length: \u00b2\r\n\r\n".encode("latin-1") + b"MZ")) as here:
        assert hash_url(transport(LONG), f"http://{here}/a.exe", lambda _done, _total: None).size == 2
    with talking(saying(OK + "Content-Length: \u00b2\r\n\r\n".encode("latin-1"))) as here:
        assert check_reachable(transport(LONG), f"http://{here}/a.exe", 7) is None


DATES = {
    "overflow": "Fri, 31 Dec 9999 23:59:59 -2359", "long ago": "Mon, 01 Jan 1200 00:00:00 +2359", "words": "yesterday",
    "huge zone": "Fri, 15 Jan 2027 08:00:00 +999999", "long": "Fri, 15 Jan 2027 " * 4_000, "empty": "",
    "no month": "Fri, 15 Foo 2027 08:00:00 GMT", "day 99": "Fri, 99 Jan 2027 08:00:00 GMT", "nul": "\0",
    "far": "Fri, 15 Jan 2227 08:00:00 GMT",
}  # fmt: skip


@pytest.mark.parametrize("date", DATES.values(), ids=DATES.keys())
def test_a_date_that_is_none_changes_no_clock(date: str) -> None:
    assert server_time({"Date": date}, 1_800_000_000.0) == 1_800_000_000.0
    wait = told_to_wait(Answer(429, {"retry-after": date}, b"", "x"), 1_800_000_000.0)
    assert wait is None or 0 <= wait <= OUR_TIMES[1]


def test_half_a_surrogate_pair_becomes_a_text_that_can_be_written() -> None:
    answer = Answer(200, {}, rb'{"a\udc00": ["\ud800", "\ud83d\ude00"], "b": NaN}', "http://x")
    found = answer.record()
    assert json.dumps(found["a?"], ensure_ascii=False).encode() == '["?", "\U0001f600"]'.encode()


LOCATIONS = {
    "no address": "http://[::1", "no port": "https://a.test:port/", "user": "https://u:p@a.test/", "nothing": "//",
    "another scheme": "ftp://a.test/x", "script": "javascript:alert(1)", "file": "file:///etc/passwd",
    "plain http": "http://10.0.0.1/", "bytes": "https://\xff\xfe.test/\xff", "no host": "https:///x",
    "spaces": "https://a b/", "long label": f"https://{'a' * 70}.test/", "huge port": "https://a.test:99999/",
}  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("location", LOCATIONS.values(), ids=LOCATIONS.keys())
def test_a_redirect_to_what_is_no_address_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch, method: str, location: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")  # whatever is asked there comes no further
    head = f"HTTP/1.1 307 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with talking(saying(head)) as here:
        if method == "POST":
            assert transport(LONG).once(method, f"http://{here}", json={}).status == 307
        else:
            with pytest.raises(ServiceError, match=r"redirects|led to an address|Could not connect"):
                transport(LONG).once(method, f"http://{here}")
