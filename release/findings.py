"""What a check found, as doctor prints it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad; the value is the printed word."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Line:
    """One finding.

    Attributes:
        channel: the channel's name, ``all`` for what is not one channel's.
        check: what was looked at, one word.
        level: see ``Level``.
        text: what was found, one line.
        fix: what to do, empty where nothing is to be done.
    """

    channel: str
    check: str
    level: Level
    text: str
    fix: str = ""
