"""Bytes behind a URL: hashed as a stream, in memory that does not grow with their number."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue

import requests
import urllib3

from release.errors import ServiceError
from release.http.transport import Answer, Lost, Transport, host_of

CHUNK = 1024 * 1024
AHEAD = 8  # chunks received and not hashed yet


@dataclass(frozen=True)
class Hashed:
    """SHA-256 (64 lower-case hex digits) and size in bytes of what a URL serves."""

    sha256: str
    size: int


def hash_url(transport: Transport, url: str, progress: Callable[[int, int | None], None]) -> Hashed:
    """Download ``url`` without a token and hash it; transient failures are tried again from the start.

    Args:
        transport: sends.
        url: what users will download, redirects followed.
        progress: takes bytes so far and in all (``None`` where the server does not say).

    Raises:
        ServiceError: any status but 200, fewer bytes than announced, or no answer; ``status`` says which.
    """
    hashed: Hashed = transport.retrying_errors()(_hash_once, transport, url, progress)
    return hashed


def _hash_once(transport: Transport, url: str, progress: Callable[[int, int | None], None]) -> Hashed:
    with transport.open("GET", url, headers={"Accept-Encoding": "identity"}) as response:
        if response.status_code != 200:
            raise ServiceError(
                f"{url} answered {response.status_code}", f"Check: curl -sIL {url}", response.status_code
            )
        length = response.headers.get("Content-Length")
        total = int(length) if length and length.isdigit() else None
        chunks = _checked(_chunks(response), url)
        hashed = _hash_stream(chunks, lambda done: progress(done, total))
    if total is not None and hashed.size != total:
        wrong = f"{host_of(url)} announced {total} bytes and sent {hashed.size}"
        raise Lost(wrong, "Run it again; a checksum of half a file is never used.")
    return hashed


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """The body as it was sent, not decoded: that is what users hash."""
    try:
        yield from response.raw.stream(CHUNK, decode_content=False)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error


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
    plain = {"Accept-Encoding": "identity"}
    try:
        answer = transport.request("HEAD", url, headers=plain)
        if answer.status in {403, 405, 501}:  # a server that does not do HEAD for this
            answer = transport.request("GET", url, headers={**plain, "Range": "bytes=0-0"})
    except ServiceError as error:
        return error
    return _why_unreachable(answer, size, f"Check: curl -sIL {url}")


def _why_unreachable(answer: Answer, size: int | None, fix: str) -> ServiceError | None:
    if answer.status not in {200, 206}:
        return ServiceError(f"status {answer.status}", fix, answer.status)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        return ServiceError("it serves an HTML page in place of the file", fix, 200)
    partial = answer.headers.get("Content-Range", "").rpartition("/")[2]
    length = partial if answer.status == 206 else answer.headers.get("Content-Length", "")
    if size is not None and length.isdigit() and int(length) != size:
        return ServiceError(f"it serves {length} bytes, GitHub states {size}", fix)
    return None
