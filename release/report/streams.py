"""Standard streams that may be closed, full or gone in the middle."""

import os
import sys
from contextlib import suppress
from typing import TextIO

UNREAD = 141  # exit code, as of a command that SIGPIPE ends: whoever read us has read enough
UNWRITTEN = 1  # exit code where what was asked for could not be written


def occupy() -> None:
    """A standard stream that is closed leads nowhere, before a socket or a file of ours gets its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def put(stream: TextIO | None, text: str) -> str | None:
    """Write at once; why that failed, ``None`` where it did not."""
    if stream is None:
        return "the stream is closed"
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:
        return abandon(stream, error)
    return None


def abandon(stream: TextIO, error: Exception) -> str:
    """Leave nothing behind that fails again when Python ends, and makes the exit code 120; why it failed."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    return getattr(error, "strerror", None) or "the stream is closed"


def end_of_list() -> None:
    """Write what stdout still holds of a list or a help, before Python does it with a traceback; for ``atexit``."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except (OSError, ValueError) as error:
        os._exit(unwritten(error))


def unwritten(error: Exception) -> int:
    """The exit code after a list or a help could not be written: quietly where its reader went away."""
    why = abandon(sys.stdout, error)
    if isinstance(error, BrokenPipeError):
        put(sys.stderr, "")
        return UNREAD
    put(sys.stderr, f"The output was not written in full: {why}.\nMake room for it, then run the same command again.\n")
    return UNWRITTEN
