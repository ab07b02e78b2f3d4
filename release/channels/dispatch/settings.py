"""The keys of a channel of kind ``dispatch``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from release.settings import REPOSITORY, Channel, Record
from release.settings.forms import (
    Alone,
    EventType,
    Inputs,
    Limits,
    Ref,
    ServesPath,
    ServesText,
    ServesUrl,
    Text,
    Workflow,
)  # fmt: skip


@dataclass(frozen=True)
class Serves(Record):
    """Where the version that users get can be read; {version} and {sha256} work in every text.

    Attributes:
        contains: what stands there once the version is served, all of it where it is a list.
        repository: the repository of ``file``, ``owner/name``; default: the target.
        file: a file on its default branch.
        url: an address, in place of a file.
    """

    contains: Annotated[tuple[ServesText, ...], Limits(min_length=1), Alone()]
    repository: ServesText | None = None
    file: ServesPath | None = None
    url: ServesUrl | None = None

    @property
    def templates(self) -> tuple[str, ...]:
        """All its texts."""
        return (*self.contains, *filter(None, (self.repository, self.file, self.url)))

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Nowhere or two places to look at, or nothing that tells versions apart."""
        if (self.file is None) == (self.url is None):
            yield "serves", "needs exactly one of `file` and `url`", "Give one of the two."
        if self.repository and (self.url or not REPOSITORY.fullmatch(_filled(self.repository))):
            fix = "Write owner/name as GitHub shows it, beside `file:`."
            yield "serves.repository", f"is {self.repository!r}", fix
        if not any("{version}" in text or "{sha256}" in text for text in self.templates):
            yield "serves", "is the same for every version", "Let {version} or {sha256} stand in one of its texts."


@dataclass(frozen=True, kw_only=True)
class DispatchChannel(Channel):
    """A repository that is told by an event or by starting a workflow: exactly one of the two.

    Attributes:
        serves: where the version that users get can be read; without it the run's success is what is known.
    """

    event_type: EventType | None = None
    workflow: Workflow | None = None
    ref: Ref = "main"
    inputs: Inputs = field(default_factory=dict)
    artifact: Text | None = None
    serves: Serves | None = None

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Told by nothing or by both; a checksum of no artifact; what is wrong with ``serves``."""
        if (self.event_type is None) == (self.workflow is None):
            what = "lacks `event_type`" if self.workflow is None else "has `event_type` and `workflow`"
            yield "", what, "Give exactly one of `event_type:` and `workflow:`."
        if self.serves:
            yield from self.serves.problems()
            if self.artifact is None and any("{sha256}" in text for text in self.serves.templates):
                yield "serves", "uses {sha256} of no artifact", "Name the channel's `artifact:`."


def _filled(template: str) -> str:
    return template.replace("{version}", "1").replace("{sha256}", "0")
