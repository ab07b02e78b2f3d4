"""A manifest of real shape for the rehearsal."""

import json
from collections.abc import Mapping

from release.channels.rehearsed import OTHER_SHA, Held, Published, Rehearsed
from release.settings import Channel


class RehearsedManifest(Rehearsed):
    """A bucket with one manifest of the product."""

    def files(self, channel: Channel, made: Published) -> dict[str, bytes]:
        """``bucket/kekkai.json``."""
        return {path: _manifest(made) for path in channel.paths[:1]}

    def other_files(self, version: str) -> dict[str, bytes]:
        """``bucket/other.json``."""
        value = {"version": version, "url": f"https://example.org/other-{version}.zip", "hash": OTHER_SHA}
        return {"bucket/other.json": (json.dumps(value, indent=4) + "\n").encode()}

    def message(self, name: str, version: str) -> str:
        """As the bucket's own updater writes it."""
        return f"{name}: Update to version {version}"

    def held(self, channel: Channel, files: Mapping[str, str]) -> Held | None:
        """By Python's own JSON."""
        value = json.loads(files[channel.paths[0]] or "{}")
        return Held(str(value.get("version")), str(value.get("url")), str(value.get("hash")))


def _manifest(made: Published) -> bytes:
    """``bucket/kekkai.json``; its installer repeats the versioned URL."""
    template = f"https://github.com/{made.repository}/releases/download/v$version/{made.name}-$version-py3-none-any.whl"
    value = {
        "version": made.version,
        "description": "Security scanner that guards what you ship",
        "homepage": f"https://github.com/{made.repository}",
        "license": "Apache-2.0",
        "suggest": {"Python": "python"},
        "url": made.wheel_url,
        "hash": made.wheel_sha256,
        "installer": {"script": [f'python -m pip install --target "$dir\\lib" "{made.wheel_url}"']},
        "bin": f"{made.name}.ps1",
        "checkver": {"github": f"https://github.com/{made.repository}"},
        "autoupdate": {"url": template},
    }
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()
