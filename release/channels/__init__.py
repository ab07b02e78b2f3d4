"""The kinds of channels: what each one is told, serves, writes and takes back, a folder for each kind.

``KINDS`` is the list of them all, in the order in which messages name them. A new kind is one folder and one line here.
Never: a request, a process or a clock of its own; those come in as arguments.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from release.channels.base import Kind


class Entry(NamedTuple):
    """Where a kind's class is, and whether its channels have files of their own: then ``update.NAME`` exists."""

    place: str
    files: bool = False


KINDS: dict[str, Entry] = {
    "homebrew": Entry("release.channels.homebrew.kind:Homebrew", files=True),
    "docker": Entry("release.channels.docker.kind:Docker"),
    "scoop": Entry("release.channels.scoop.kind:Scoop", files=True),
    "choco": Entry("release.channels.choco.kind:Choco", files=True),
    "dispatch": Entry("release.channels.dispatch.kind:Dispatch"),
}
"""Kind -> its entry; the class is imported when it is needed, so that ``tasks.py`` can read this and stay lean."""


def kind_of(name: str) -> "Kind[Any]":
    """The kind of this name, one of ``KINDS``."""
    module, _, attribute = KINDS[name].place.partition(":")
    kind: Kind[Any] = getattr(import_module(module), attribute)()
    return kind
