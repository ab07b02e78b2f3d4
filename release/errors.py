"""What can go wrong, as one base class: what is wrong, what to do about it, and the exit code.

Errors are caught in one place, the task wrapper of ``tasks.py``; everything else raises.
"""

from release.text import one_line as one_line  # noqa: PLC0414 - others take it from here


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
