"""A manifest of real shape for the rehearsal."""

import json
from collections.abc import Mapping
from typing import Any

from release.channels.published import Published
from release.channels.rehearsed import OTHER_SHA, Held, Rehearsed
from release.channels.scoop.settings import ScoopChannel

WORDS = {"amd64": "64bit", "386": "32bit", "arm64": "arm64"}


class RehearsedManifest(Rehearsed[ScoopChannel]):
    """A bucket with one manifest of the product."""

    def files(self, channel: ScoopChannel, made: Published) -> dict[str, bytes]:
        """``bucket/kekkai.json``."""
        return {path: _manifest(made) for path in channel.paths[:1]}

    def other_files(self, version: str) -> dict[str, bytes]:
        """``bucket/other.json``."""
        value = {"version": version, "url": f"https://example.org/other-{version}.zip", "hash": OTHER_SHA}
        return {"bucket/other.json": (json.dumps(value, indent=4) + "\n").encode()}

    def message(self, name: str, version: str) -> str:
        """As the bucket's own updater writes it."""
        return f"{name}: Update to version {version}"

    def held(self, channel: ScoopChannel, files: Mapping[str, str]) -> Held | None:
        """By Python's own JSON."""
        value = json.loads(files[channel.paths[0]] or "{}")
        parts = [value] if "url" in value else list(value.get("architecture", {}).values())
        return Held(str(value.get("version")), tuple((str(one["url"]), str(one["hash"])) for one in parts))


def _manifest(made: Published) -> bytes:
    """``bucket/kekkai.json``: of a wheel, of one file, or of one for each architecture."""
    value: dict[str, Any] = {"version": made.version, "description": "Made up", "homepage": f"https://github.com/{made.repository}",
             "license": "Apache-2.0"}  # fmt: skip
    builds = {WORDS[one.machine]: one for one in made.builds("windows") if one.machine in WORDS}
    if builds:
        parts = {word: {"url": one.url, "hash": one.sha256} for word, one in builds.items()}
        value |= {"architecture": parts, "bin": f"{made.name}.exe",
                  "autoupdate": {"architecture": {word: {"url": _template(one.url, made)}
                                                  for word, one in builds.items()}}}  # fmt: skip
    elif made.wheel_url.endswith(".whl"):
        return _wheel_manifest(made)
    else:
        value |= {"url": made.wheel_url, "hash": made.wheel_sha256, "bin": f"{made.name}.exe",
                  "autoupdate": {"url": _template(made.wheel_url, made)}}  # fmt: skip
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()


def _template(url: str, made: Published) -> str:
    return url.replace(made.version, "$version")


def _wheel_manifest(made: Published) -> bytes:
    """Its installer repeats the versioned URL."""
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
