"""A channel that is told by a dispatch, and whose format is not known here."""

from release.channels.adopted import Adopted
from release.channels.base import Kind
from release.channels.dispatch.read import judge_text, read_text
from release.channels.dispatch.settings import DispatchChannel
from release.channels.rehearsed import Rehearsed
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict
from release.records import Served


class Dispatch(Kind[DispatchChannel]):
    """All that is true of every kind, and what its ``serves:`` says."""

    settings = DispatchChannel

    def readable(self, channel: DispatchChannel) -> bool:
        """Whether ``serves:`` says where to look."""
        return channel.serves is not None

    def read(self, channel: DispatchChannel, version: str, sources: Sources) -> Served:
        """The text that ``serves:`` names."""
        told = channel
        assert told.serves is not None  # noqa: S101 - nobody reads what is not readable
        return read_text(told, told.serves, version, sources)

    def judge(self, channel: DispatchChannel, served: Served, expected: Expected) -> Verdict:
        """Whether all that ``serves:`` names stands there."""
        told = channel
        assert told.serves is not None  # noqa: S101 - as above
        return judge_text(told.serves, served, expected)

    @property
    def adopted(self) -> Adopted[DispatchChannel]:
        """A receiver whose work is the target's own."""
        from release.channels.dispatch.receiver import AdoptedDispatch  # noqa: PLC0415 - only `init` asks

        return AdoptedDispatch()

    @property
    def rehearsed(self) -> Rehearsed[DispatchChannel]:
        """Whatever ``serves:`` names."""
        from release.channels.dispatch.rehearsal import RehearsedText  # noqa: PLC0415 - only for a rehearsal

        return RehearsedText()
