"""A channel that is told by a dispatch, and whose format is not known here."""

from release.channels.base import Kind
from release.channels.dispatch.settings import DispatchChannel


class Dispatch(Kind):
    """All that is true of every kind, and nothing else."""

    settings = DispatchChannel
