"""A channel that is told by a dispatch, and whose format is not known here."""

from typing import cast

from release.channels.base import Kind
from release.channels.dispatch.read import judge_text, read_text
from release.channels.dispatch.settings import DispatchChannel
from release.channels.rehearsed import Rehearsed
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict
from release.records import Served
from release.settings import Channel


class Dispatch(Kind):
    """All that is true of every kind, and what its ``serves:`` says."""

    settings = DispatchChannel

    def readable(self, channel: Channel) -> bool:
        """Whether ``serves:`` says where to look."""
        return cast("DispatchChannel", channel).serves is not None

    def read(self, channel: Channel, version: str, sources: Sources) -> Served:
        """The text that ``serves:`` names."""
        told = cast("DispatchChannel", channel)
        assert told.serves is not None  # noqa: S101 - nobody reads what is not readable
        return read_text(told, told.serves, version, sources)

    def judge(self, channel: Channel, served: Served, expected: Expected) -> Verdict:
        """Whether all that ``serves:`` names stands there."""
        told = cast("DispatchChannel", channel)
        assert told.serves is not None  # noqa: S101 - as above
        return judge_text(told.serves, served, expected)

    @property
    def rehearsed(self) -> Rehearsed:
        """Whatever ``serves:`` names."""
        from release.channels.dispatch.rehearsal import RehearsedText  # noqa: PLC0415 - only for a rehearsal

        return RehearsedText()
