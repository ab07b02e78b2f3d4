"""The kinds of channels, in the order in which reports show them. A new kind is one file and one line here."""

from release.channels.base import Change, Files, Kind

__all__ = ["Change", "Files", "Kind", "kind_of"]

MODULES = {"homebrew": "Homebrew", "docker": "Docker", "scoop": "Scoop", "choco": "Choco"}


def kind_of(name: str) -> Kind:
    """The kind of this name; its module is imported only when it is needed, so that a start stays lean."""
    if name not in MODULES:
        return Kind()
    from importlib import import_module  # noqa: PLC0415 - see above

    kind: Kind = getattr(import_module(f"release.channels.{name}"), MODULES[name])()
    return kind
