"""The keys of a channel of kind ``choco``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from release.settings import Channel
from release.settings.forms import EventType, Limits, RepositoryPath, Text, Url


@dataclass(frozen=True, kw_only=True)
class ChocoChannel(Channel):
    """A package in a repository of packages.

    Attributes:
        files: the package's nuspec, and its install script where it has one.
        feed: the address of the community feed that serves the package; without one the repository alone is read.
    """

    event_type: EventType = field()
    artifact: Text = field()
    files: Annotated[tuple[RepositoryPath, ...], Limits(min_length=1)] = field()
    feed: Url | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """``files``."""
        return self.files

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """None or several nuspecs."""
        found = [path for path in self.files if path.lower().endswith(".nuspec")]
        if len(found) != 1:
            yield "files", f"names {len(found)} files *.nuspec", "Name one nuspec, and the package's install script."
