"""The keys of a channel of kind ``scoop``."""

from dataclasses import dataclass, field

from release.settings import Channel
from release.settings.forms import EventType, RepositoryPath, Text


@dataclass(frozen=True, kw_only=True)
class ScoopChannel(Channel):
    """A manifest in a bucket.

    Attributes:
        file: the manifest's path in the bucket.
    """

    event_type: EventType = field()
    artifact: Text = field()
    file: RepositoryPath = field()

    @property
    def paths(self) -> tuple[str, ...]:
        """The manifest."""
        return (self.file,)
