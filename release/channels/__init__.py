"""The kinds of channels: what each one is told, serves, writes and takes back, a folder for each kind.

``KINDS`` is the list of them all, in the order in which messages name them. A new kind is one folder and one line here.
Never: a request, a process or a clock of its own; those come in as arguments.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release.channels.base import Kind

KINDS: dict[str, str] = {
    "homebrew": "release.channels.homebrew.kind:Homebrew",
    "docker": "release.channels.docker.kind:Docker",
    "scoop": "release.channels.scoop.kind:Scoop",
    "choco": "release.channels.choco.kind:Choco",
    "dispatch": "release.channels.base:Kind",
}
"""Kind -> its class, imported when it is needed: ``tasks.py`` reads this list, and a start stays lean."""


def kind_of(name: str) -> "Kind":
    """The kind of this name, one of ``KINDS``."""
    module, _, attribute = KINDS[name].partition(":")
    kind: Kind = getattr(import_module(module), attribute)()
    return kind
