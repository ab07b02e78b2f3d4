"""The kinds of channels: what each one is told, serves, writes and takes back, a folder for each kind.

``KINDS`` is the list of them all, in the order in which messages name them. A new kind is one folder and one line here.
Never: a request, a process or a clock of its own; those come in as arguments.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from release.channels.base import Kind
    from release.settings import Channel


class Entry(NamedTuple):
    """Where a kind's class is, and whether its channels have files of their own: then ``update.NAME`` exists.

    ``settings`` names the record of its channels in the ``settings`` of the same folder, which is read without the
    kind, so that a task's first request waits for no parser and no editor; without it the kind itself is asked.
    """

    place: str
    files: bool = False
    settings: str = ""


KINDS: dict[str, Entry] = {
    "homebrew": Entry("release.channels.homebrew.kind:Homebrew", files=True, settings="HomebrewChannel"),
    "docker": Entry("release.channels.docker.kind:Docker", settings="DockerChannel"),
    "scoop": Entry("release.channels.scoop.kind:Scoop", files=True, settings="ScoopChannel"),
    "choco": Entry("release.channels.choco.kind:Choco", files=True, settings="ChocoChannel"),
    "dispatch": Entry("release.channels.dispatch.kind:Dispatch", settings="DispatchChannel"),
}
"""Kind -> its entry; the class is imported when it is needed, so that ``tasks.py`` can read this and stay lean."""


def kind_of(name: str) -> "Kind[Any]":
    """The kind of this name, one of ``KINDS``."""
    kind: Kind[Any] = _load(KINDS[name].place)()
    return kind


def settings_of(name: str) -> "type[Channel]":
    """The record of the channels of this kind, one of ``KINDS``."""
    entry = KINDS[name]
    if not entry.settings:
        return kind_of(name).settings
    record: type[Channel] = _load(f"{entry.place.rpartition('.')[0]}.settings:{entry.settings}")
    return record


def _load(place: str) -> Any:  # noqa: ANN401 - whatever is there
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
