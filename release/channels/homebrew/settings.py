"""The keys of a channel of kind ``homebrew``."""

from dataclasses import dataclass, field
from typing import Literal

from release.settings import Channel
from release.settings.forms import EventType, RepositoryPath, Text


@dataclass(frozen=True, kw_only=True)
class HomebrewChannel(Channel):
    """A formula in a tap.

    Attributes:
        file: the formula's path in the tap.
        versioned_formulae: whether the outgoing version stays installable as NAME@OLD.
        remove_bottle: whether a ``bottle do`` block goes, whose checksums are the old version's.
        resources: ``leave`` does not hold the formula's resources against the wheel's requirements.
    """

    event_type: EventType = field()
    artifact: Text = field()
    file: RepositoryPath = field()
    versioned_formulae: bool = False
    remove_bottle: bool = True
    resources: Literal["check", "leave"] = "check"

    @property
    def paths(self) -> tuple[str, ...]:
        """The formula."""
        return (self.file,)
