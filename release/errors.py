"""What can go wrong, as one base class: what is wrong, what to do about it, and the exit code.

Errors are caught in one place, ``commands/command.py``; everything else raises.
"""

import re

# Printable to Python, and yet nothing is seen. Source: Unicode, Default_Ignorable_Code_Point; U+2800 is an empty cell.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def one_line(text: str) -> str:
    """``text`` without line ends and control characters, so that foreign text cannot forge a line of output."""
    return " ".join(visible(text, "").split())


def visible(text: str, kept: str) -> str:
    """A blank in place of each character that is not seen as itself: controls, overrides, surrogates, zero width."""
    shown = INVISIBLE.sub(" ", text)
    return shown if shown.isprintable() else "".join(c if c.isprintable() or c in kept else " " for c in shown)


class ReleaseError(Exception):
    """Something failed after all input was good. Exit code 1.

    Args:
        wrong: one line, what is wrong.
        fix: one line, what to do about it.
    """

    exit_code = 1

    def __init__(self, wrong: str, fix: str) -> None:
        super().__init__(wrong)
        self.wrong, self.fix = one_line(wrong), one_line(fix)

    def __str__(self) -> str:
        """Two lines: what is wrong, what to do."""
        return f"{self.wrong}\n{self.fix}"


class InputError(ReleaseError):
    """Bad input or configuration, or a release that did not pass validation: nothing was sent. Exit code 2."""

    exit_code = 2


class ServiceError(ReleaseError):
    """A server refused, or its answer was not what it should be.

    Args:
        wrong: one line, what is wrong.
        fix: one line, what to do about it.
        status: the HTTP status, ``None`` where there was no answer.
    """

    def __init__(self, wrong: str, fix: str, status: int | None = None) -> None:
        super().__init__(wrong, fix)
        self.status = status


class EditRefused(ReleaseError):  # noqa: N818 - says what happened: nothing was written
    """A channel's file does not have the shape that a safe edit needs; nothing was written. Exit code 2."""

    exit_code = 2


class Stopped(ReleaseError):  # noqa: N818 - an interrupt, not an error of anybody's
    """The user interrupted. Exit code 130."""

    exit_code = 130
