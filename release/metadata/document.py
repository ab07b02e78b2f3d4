"""A JSON document in a file, or on stdin: of a size that such documents have, whatever is there."""

import json
import sys
from pathlib import Path

LARGEST = 4 * 1024 * 1024  # bytes, or characters of stdin; JSON takes up to 25 times as much memory


def read_document(source: str) -> object:
    """The value in the file ``source``, ``-`` for stdin.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no JSON, larger than ``LARGEST``, or nested beyond all measure.
    """
    content: bytes | str
    if source == "-":
        content = sys.stdin.read(LARGEST + 1)
    else:
        with Path(source).open("rb") as file:
            content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("larger than any such document")
    try:
        value: object = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value
