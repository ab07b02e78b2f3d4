"""The bytes of an artifact, for what can only be seen inside of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import requests
import urllib3

from release.errors import InputError, ServiceError
from release.http.transport import Lost, Transport
from release.records import Artifact

MOST = 512 * 1024 * 1024  # bytes; what is larger is not looked into
IN_MEMORY = 8 * 1024 * 1024
CHUNK = 1024 * 1024


@contextmanager
def content_of(transport: Transport, artifact: Artifact, most: int = MOST) -> Iterator[BinaryIO]:
    """The artifact's bytes as a file that is gone afterwards; they are those whose checksum is known.

    Args:
        transport: sends, without a token.
        artifact: which.
        most: the largest size in bytes.

    Raises:
        ServiceError: it cannot be downloaded, or is larger than ``most``.
        InputError: it has another checksum.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        digest = transport.retrying_errors()(_download, transport, artifact.url, cast("BinaryIO", file), most)
        if artifact.sha256 and digest != artifact.sha256:
            wrong = f"SHA256 mismatch: {artifact.url} serves {digest}, expected {artifact.sha256}"
            raise InputError(wrong, "The file changed: run release.extract again.")
        file.seek(0)
        yield cast("BinaryIO", file)


def _download(transport: Transport, url: str, file: BinaryIO, most: int) -> str:
    """The sha256 of what was written; tried again from the start."""
    file.seek(0)
    file.truncate()
    digest, size = hashlib.sha256(), 0
    with transport.open("GET", url, headers={"Accept-Encoding": "identity"}) as response:
        if response.status_code != 200:
            raise ServiceError(
                f"{url} answered {response.status_code}", f"Check: curl -sIL {url}", response.status_code
            )
        for chunk in _chunks(response):
            size += len(chunk)
            if size > most:
                raise ServiceError(f"{url} has more than {most} bytes", "It was not looked into.")
            digest.update(chunk)
            file.write(chunk)
        if (length := response.headers.get("Content-Length", "")).isdecimal() and int(length) != size:
            raise Lost(f"{url} announced {length} bytes and sent {size}", "Run it again.")
    return digest.hexdigest()


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """The body as it was sent, not decoded."""
    try:
        yield from response.raw.stream(CHUNK, decode_content=False)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
