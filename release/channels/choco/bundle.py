"""What a package's install scripts install by pip. Pure."""

from collections.abc import Mapping

from release.channels.bundle import Bundle, bundle_of, pip_installs
from release.channels.choco.settings import ChocoChannel


def bundle(channel: ChocoChannel, files: Mapping[str, bytes]) -> Bundle | None:
    """What users of the package get beside the wheel; ``None`` where pip resolves it, or there is no pip."""
    for path in channel.paths:
        if path.lower().endswith(".ps1"):
            text = files.get(path, b"").decode("utf-8-sig", "replace")
            if found := bundle_of(path, pip_installs(text)):
                return found
    return None
