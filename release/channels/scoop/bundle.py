"""What a manifest's scripts install by pip. Pure. Source: Scoop's wiki, "App Manifests"."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from release.channels.bundle import Bundle, PipInstall, bundle_of, pip_installs
from release.channels.scoop.settings import ScoopChannel


def bundle(channel: ScoopChannel, files: Mapping[str, bytes]) -> Bundle | None:
    """What users of the manifest get beside the wheel; ``None`` where pip resolves it, or there is no pip."""
    path = channel.file or ""
    text = files.get(path, b"").decode("utf-8-sig", "replace")
    try:
        lines = list(_script_lines(json.loads(text)))
    except (ValueError, RecursionError):
        return None
    installs = [PipInstall(_line_of(text, line), found.words) for line in lines for found in pip_installs(line)]
    return bundle_of(path, installs)


def _script_lines(manifest: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is of any type
    """The lines of every script that runs at an installation."""
    if not isinstance(manifest, dict):
        return
    for key in ("pre_install", "post_install"):
        yield from _texts(manifest.get(key))
    installer = manifest.get("installer")
    yield from _texts(installer.get("script") if isinstance(installer, dict) else None)
    systems = manifest.get("architecture")
    for one in systems.values() if isinstance(systems, dict) else ():
        yield from _script_lines({**one, "architecture": None} if isinstance(one, dict) else None)


def _texts(value: object) -> list[str]:
    lines = value if isinstance(value, list) else [value]
    return [line for line in lines if isinstance(line, str)]


def _line_of(text: str, line: str) -> int:
    """Where a script's line stands in the manifest, 0 where it is written in another way."""
    at = max(text.find(json.dumps(line, ensure_ascii=False)), text.find(json.dumps(line)))
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
