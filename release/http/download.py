"""Bytes behind a URL: hashed as a stream, in memory that does not grow with their number."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue

import requests

from release.errors import ServiceError
from release.http.answers import number_of
from release.http.transport import Answer, Lost, Transport, host_of

CHUNK = 1024 * 1024
AHEAD = 8  # chunks received and not hashed yet
LARGEST = 2 * 1024**3  # bytes of a file: what GitHub takes as an asset
SECONDS = 3600.0  # of one download, however fast
PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Hashed:
    """SHA-256 (64 lower-case hex digits) and size in bytes of what a URL serves."""

    sha256: str
    size: int


def hash_url(
    transport: Transport, url: str, progress: Callable[[int, int | None], None],
    *, largest: int = LARGEST, seconds: float = SECONDS,
) -> Hashed:  # fmt: skip
    """Download ``url`` without a token and hash it; transient failures are tried again from the start.

    Args:
        transport: sends.
        url: what users will download, redirects followed.
        progress: takes bytes so far and in all (``None`` where the server does not say).
        largest: bytes of a file.
        seconds: of one try.

    Raises:
        ServiceError: any status but 200, another length than announced, more than ``largest`` bytes, too slow,
            or no answer; ``status`` says which.
    """
    hashed: Hashed = transport.retrying_errors()(_hash_once, transport, url, progress, largest, seconds)
    return hashed


def _hash_once(
    transport: Transport, url: str, progress: Callable[[int, int | None], None], largest: int, seconds: float
) -> Hashed:
    with transport.open("GET", url, headers=PLAIN, lasting=seconds) as response:
        if response.status_code != 200:
            raise ServiceError(
                f"{url} answered {response.status_code}", f"Check: curl -sIL {url}", response.status_code
            )
        total = number_of(response.headers.get("Content-Length"))
        chunks = _checked(_bounded(_chunks(response), url, total or 0, largest), url)
        hashed = _hash_stream(chunks, lambda done: progress(done, total))
    if total is not None and hashed.size != total:
        wrong = f"{host_of(url)} announced {total} bytes and sent {hashed.size}"
        raise Lost(wrong, "Run it again; a checksum of half a file is never used.")
    return hashed


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """The body as it was sent, not decoded: that is what users hash."""
    yield from response.raw.stream(CHUNK, decode_content=False)


def _bounded(chunks: Iterator[bytes], url: str, announced: int, largest: int) -> Iterator[bytes]:
    """The same chunks, of a file that is no larger than any that we take.

    Raises:
        ServiceError: it is larger, or says so.
    """
    wrong = ServiceError(
        f"{url} serves more than {largest} bytes", "Look what is there; no release needs a larger file."
    )
    if announced > largest:
        raise wrong
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > largest:
            raise wrong
        yield chunk


MAGIC = {".tar.gz": b"\x1f\x8b", ".tgz": b"\x1f\x8b", ".whl": b"PK", ".zip": b"PK"}


def _checked(chunks: Iterator[bytes], url: str) -> Iterator[bytes]:
    """The same chunks, if they begin as a file of this name does: servers have sent error pages with status 200.

    Raises:
        ServiceError: they begin otherwise.
    """
    wanted = next((magic for end, magic in MAGIC.items() if url.endswith(end)), b"")
    first = next(chunks, b"")
    if not first or not first.startswith(wanted):
        kind = "an HTML page" if first.lstrip()[:1] == b"<" else "something else" if first else "nothing"
        raise ServiceError(f"{url} serves {kind} in place of the file", f"Check: curl -sL {url} | head -c 300", 200)
    yield first
    yield from chunks


def _hash_stream(chunks: Iterator[bytes], progress: Callable[[int], None]) -> Hashed:
    """Receive in this thread, hash in another: the hash lets go of the interpreter's lock."""
    digest, queue = hashlib.sha256(), Queue[bytes](AHEAD)

    def work() -> None:
        while chunk := queue.get():
            digest.update(chunk)

    worker, size = threading.Thread(target=work, daemon=True), 0
    worker.start()
    try:
        for chunk in chunks:
            size += len(chunk)
            queue.put(chunk)
            progress(size)
    finally:
        queue.put(b"")
        worker.join()
    return Hashed(digest.hexdigest(), size)


def check_reachable(transport: Transport, url: str, size: int | None) -> ServiceError | None:
    """Why users could not download ``url``, ``None`` where they can. Asks for the headers only.

    Args:
        transport: sends, without a token, as users do.
        url: the artifact's.
        size: bytes that it must have, where known.
    """
    try:
        answer = transport.request("HEAD", url, headers=PLAIN)
        if answer.status in {403, 405, 501}:  # a server that does not do HEAD for this
            answer = transport.retrying()(_headers, transport, url)
    except ServiceError as error:
        return error
    return _why_unreachable(answer, size, f"Check: curl -sIL {url}")


def _headers(transport: Transport, url: str) -> Answer:
    """The answer to a GET of the first byte; the body is left, for some servers send all of it."""
    with transport.open("GET", url, headers={**PLAIN, "Range": "bytes=0-0"}) as response:
        return Answer(response.status_code, response.headers, b"", response.url)


def _why_unreachable(answer: Answer, size: int | None, fix: str) -> ServiceError | None:
    if answer.status not in {200, 206}:
        return ServiceError(f"status {answer.status}", fix, answer.status)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        return ServiceError("it serves an HTML page in place of the file", fix, 200)
    partial = answer.headers.get("Content-Range", "").rpartition("/")[2]
    length = number_of(partial if answer.status == 206 else answer.headers.get("Content-Length"))
    if size is not None and length is not None and length != size:
        return ServiceError(f"it serves {length} bytes, GitHub states {size}", fix)
    return None
