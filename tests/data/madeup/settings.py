"""The keys of a channel of kind ``madeup``."""

from dataclasses import dataclass, field

from release.settings import Channel
from release.settings.forms import EventType, RepositoryPath, Text


@dataclass(frozen=True, kw_only=True)
class PkgChannel(Channel):
    """A file ``NAME.pkg`` in a repository.

    Attributes:
        file: its path.
        artifact: the name of the artifact that it downloads; without one it is the tag's archive.
    """

    event_type: EventType = field()
    file: RepositoryPath = field()
    artifact: Text | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The one file."""
        return (self.file,)
