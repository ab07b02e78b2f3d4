"""Bytes behind a URL: hashed as a stream, and never half of them."""

import hashlib
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.errors import ServiceError
from release.http.download import check_reachable, hash_url
from release.http.transport import Lost, Transport
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer, Request
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry
from tests.http.servers import nobody

QUICK = Retry(attempts=2, max_wait=0.01)
ARCHIVE = "/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
MIB = 2**20


@pytest.fixture
def transport() -> Transport:
    return Transport(Http(timeout=5), QUICK)


def quiet(_done: int, _total: int | None) -> None:
    """No progress."""


def big_file(folder: Path, size: int) -> Path:
    """A file that begins as a gzip file does; its zeros take no room on the disk."""
    path = folder / "big.tar.gz"
    with path.open("wb") as file:
        file.write(b"\x1f\x8b")
        file.truncate(size)
    return path


def test_a_tarball_is_hashed_behind_its_redirect_and_progress_is_told(standin: StandIn, transport: Transport) -> None:
    standin.release("0.0.2").tarball = content = b"\x1f\x8b" + bytes(range(256)) * 20_000
    told: list[tuple[int, int | None]] = []
    hashed = hash_url(transport, standin.server_url + ARCHIVE, lambda done, total: told.append((done, total)))
    assert (hashed.sha256, hashed.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert told[-1] == (len(content), len(content))
    assert len(told) > 3


def test_the_bytes_are_hashed_as_sent_and_no_coding_is_undone(standin: StandIn, transport: Transport) -> None:
    standin.fault("GET", r"\.tar\.gz$", origin="codeload", headers={"Content-Encoding": "gzip"})
    tarball = standin.release("0.0.2").tarball
    assert isinstance(tarball, bytes)
    hashed = hash_url(transport, standin.server_url + ARCHIVE, quiet)
    assert hashed.sha256 == hashlib.sha256(tarball).hexdigest()
    assert {request.headers["accept-encoding"] for request in standin.requests} == {"identity"}


CUTS = {
    "the last byte": (1, "broke the connection before its answer was complete"),
    "the last third": (MIB, "broke the connection before its answer was complete"),
    "all but one byte": (3 * MIB - 1, "serves something else in place of the file"),
    "all": (3 * MIB, "broke the connection before its answer was complete"),
}


@pytest.mark.parametrize(("cut", "reason"), CUTS.values(), ids=CUTS.keys())
def test_half_a_file_has_no_checksum(
    standin: StandIn, transport: Transport, tmp_path: Path, cut: int, reason: str
) -> None:
    standin.release("0.0.2").tarball = big_file(tmp_path, 3 * MIB)
    standin.fault("GET", r"\.tar\.gz$", times=None, origin="codeload", cut=cut)
    with pytest.raises(ServiceError, match=reason) as refused:
        hash_url(transport, standin.server_url + ARCHIVE, quiet)
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("status", [204, 206, 301, 401, 403, 404, 410, 429, 500])
def test_any_other_status_than_200_is_an_error_that_says_which(
    standin: StandIn, transport: Transport, status: int
) -> None:
    standin.fault("GET", r"\.tar\.gz$", times=None, origin="codeload", status=status, body=b"\x1f\x8bX")
    with pytest.raises(ServiceError) as refused:
        hash_url(transport, standin.server_url + ARCHIVE, quiet)
    assert refused.value.status == status
    assert f"answered {status}" in refused.value.wrong


def test_a_server_that_goes_silent_is_given_up(standin: StandIn) -> None:
    standin.fault("GET", r"\.tar\.gz$", times=None, origin="codeload", delay=5)
    impatient = Transport(Http(timeout=0.2), replace(QUICK, attempts=1))
    with pytest.raises(Lost, match=r"did not answer within 0\.2 s"):
        hash_url(impatient, standin.server_url + ARCHIVE, quiet)


@pytest.fixture
def serving() -> Any:  # noqa: ANN401 - a generator that pytest drives
    """A server that answers every request alike."""
    origins: list[Origin] = []

    def serve(answer: Callable[[Request], Answer]) -> str:
        origins.append(Origin("files", answer))
        return origins[-1].url

    yield serve
    for origin in origins:
        origin.close()


Serve = Callable[[Callable[[Request], Answer]], str]


def test_an_empty_file_of_any_name_is_an_error(serving: Serve, transport: Transport) -> None:
    with pytest.raises(ServiceError, match="serves nothing in place of the file"):
        hash_url(transport, serving(lambda _request: Answer(200)) + "/kekkai.exe", quiet)


BEGINNINGS = {
    "wheel that is a zip": ("/a.whl", b"PK\x03\x04", True),
    "wheel that is HTML": ("/a.whl", b" <html>", False),
    "wheel that is text": ("/a.whl", b"not found", False),
    "tarball that is gzip": ("/a.tar.gz", b"\x1f\x8b\x08", True),
    "tarball that is a zip": ("/a.tgz", b"PK\x03\x04", False),
    "another file": ("/a.exe", b"MZ", True),
}


@pytest.mark.parametrize(("path", "body", "good"), BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_a_file_begins_as_its_name_says(
    serving: Serve, transport: Transport, path: str, body: bytes, good: bool  # noqa: FBT001 - a column
) -> None:  # fmt: skip
    url = serving(lambda _request: Answer(200, body)) + path
    if good:
        assert hash_url(transport, url, quiet).size == len(body)
    else:
        with pytest.raises(ServiceError, match="in place of the file"):
            hash_url(transport, url, quiet)


def ranged(request: Request) -> Answer:
    """A server that does not do HEAD, as some storage behind signed addresses."""
    if request.method == "HEAD":
        return Answer(403)
    return Answer(206, b"P", {"Content-Range": "bytes 0-0/1071"})


REACH: dict[str, tuple[Callable[[Request], Answer], int | None, str | None]] = {
    "there": (lambda _request: Answer(200, b"x" * 1071), 1071, None),
    "size not known": (lambda _request: Answer(200, b"x"), None, None),
    "no HEAD": (ranged, 1071, None),
    "no HEAD, another size": (ranged, 7, "it serves 1071 bytes, GitHub states 7"),
    "another size": (lambda _request: Answer(200, b"x"), 1071, "it serves 1 bytes, GitHub states 1071"),
    "gone": (lambda _request: Answer(404), 1071, "status 404"),
    "HTML": (lambda _request: Answer(200, b"<html>", {"Content-Type": "text/html"}), None, "an HTML page"),
    "busy": (lambda _request: Answer(503), 1071, "status 503"),
}


@pytest.mark.parametrize(("answer", "size", "reason"), REACH.values(), ids=REACH.keys())
def test_whether_users_could_download_it_is_asked_without_downloading(
    serving: Serve, transport: Transport, answer: Callable[[Request], Answer], size: int | None, reason: str | None
) -> None:
    refused = check_reachable(transport, serving(answer) + "/kekkai.whl", size)
    if reason is None:
        assert refused is None
    else:
        assert refused is not None
        assert reason in refused.wrong


def test_nobody_there_is_an_error_and_no_exception(transport: Transport) -> None:
    with nobody() as address:
        refused = check_reachable(transport, f"http://{address}/kekkai.whl", None)
    assert refused is not None
    assert refused.wrong.startswith("Could not connect to 127.0.0.1")


MEASURE = """
import resource, sys
from release.settings import Http, Retry
from release.http.download import hash_url
from release.http.transport import Transport
transport, small, large = Transport(Http(), Retry()), sys.argv[1], sys.argv[2]
print(hash_url(transport, small, lambda *told: None).sha256)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
hashed = hash_url(transport, large, lambda *told: None)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(hashed.sha256, hashed.size, (after - before) // (1024 * 1024 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
def test_memory_does_not_grow_with_the_file(standin: StandIn, tmp_path: Path, project_root: Path) -> None:
    size = 192 * MIB
    path = standin.release("0.0.2").tarball = big_file(tmp_path, size)
    urls = [standin.server_url + re.sub(r"0\.0\.2", version, ARCHIVE) for version in ("0.0.1", "0.0.2")]
    done = subprocess.run([sys.executable, "-c", MEASURE, *urls], cwd=project_root, capture_output=True, text=True,
                          check=True, timeout=120)  # fmt: skip
    sha256, hashed, grown = done.stdout.splitlines()[1].split()
    with path.open("rb") as file:
        assert (sha256, int(hashed)) == (hashlib.file_digest(file, "sha256").hexdigest(), size)
    assert int(grown) < 64, f"{grown} MiB more"


def test_no_thread_is_left_behind_by_a_download_that_fails(standin: StandIn, transport: Transport) -> None:
    standin.fault("GET", r"\.tar\.gz$", times=None, origin="codeload", cut=30)
    before = {thread for thread in threading.enumerate() if "work" in thread.name}
    with pytest.raises(ServiceError, match="broke the connection"):
        hash_url(transport, standin.server_url + ARCHIVE, quiet)
    assert {thread for thread in threading.enumerate() if "work" in thread.name} == before
