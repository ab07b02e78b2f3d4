"""What a rollback is asked for."""

from dataclasses import dataclass

from release.git.command import PROTOCOLS


@dataclass(frozen=True)
class Wish:
    """From which version to which.

    Attributes:
        project: the product's name.
        bad: the version to leave, SemVer.
        good: the version to go to; ``None``: what each channel held before.
        reason: a sentence for the commit.
        dry_run: show, write nothing.
        protocols: what git may speak, ``:`` between them.
    """

    project: str
    bad: str
    good: str | None = None
    reason: str = ""
    dry_run: bool = False
    protocols: str = PROTOCOLS
