"""The files attached to a release: which one is meant, and whether it is of the right version."""

import re
from collections.abc import Mapping
from typing import Any

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from release.errors import InputError, ServiceError
from release.metadata.version import python_form, same_python_version, tag_of
from release.records import Artifact, Asset
from release.settings import ArtifactSpec, Project, check_url, matches


class NotYet(ServiceError):  # noqa: N818 - says what is the matter
    """A release, tag or asset that GitHub does not have; it may be on its way."""


def assets_of(data: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The assets of a release as GitHub gives it; entries of another shape are left out."""
    assets = (data or {}).get("assets")
    return [a for a in assets if isinstance(a, dict) and a.get("name")] if isinstance(assets, list) else []


def stated_digest(asset: Mapping[str, Any]) -> str | None:
    """The SHA-256 that GitHub states for an asset; ``None`` where it states none (assets from before June 2025)."""
    found = re.fullmatch(r"sha256:([0-9a-fA-F]{64})", str(asset.get("digest") or ""))
    return found[1].lower() if found else None


def as_asset(asset: Mapping[str, Any]) -> Asset:
    """An asset of a release as GitHub gives it; what is of another shape is left out."""
    size = asset.get("size")
    number = isinstance(size, int) and not isinstance(size, bool)
    url = str(asset.get("browser_download_url") or "")
    return Asset(str(asset["name"]), url, size if number else None, stated_digest(asset))


def choose_asset(spec: ArtifactSpec, assets: list[Mapping[str, Any]], version: str, project: Project) -> Artifact:
    """The one asset that the configured pattern means.

    Raises:
        ServiceError: none or several match, it is of another version, or its upload is not complete.
    """
    pattern = fill(spec.asset or "", version, project)
    fitting = [asset for asset in assets if matches(pattern, str(asset["name"]))]
    listed = ", ".join(sorted(str(asset["name"]) for asset in (fitting or assets))) or "none"
    label = f"Artifact {spec.name}"
    if not fitting:
        fix = f"Attach it to the release, or correct artifacts.{spec.name}.asset."
        raise NotYet(f"{label}: no asset matches {pattern}; found: {listed}", fix, 404)
    if len(fitting) > 1:
        fix = f"Exactly one asset must match: delete the others, or narrow artifacts.{spec.name}.asset."
        raise ServiceError(f"{label}: {len(fitting)} assets match {pattern}; found: {listed}", fix)
    return _as_artifact(spec, fitting[0], version)


def fill(pattern: str, version: str, project: Project) -> str:
    """A pattern with ``{version}``, ``{python_version}``, ``{name}`` and ``{tag}`` filled in; other words stay."""
    values = {"version": version, "python_version": python_form(version), "name": project.name,
              "tag": tag_of(version, project)}  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), pattern)


def pattern_of(file: str, version: str, *, python: bool) -> str:
    """A file's name with the version as a word: ``rocket_{version}_linux.tar.gz``; ``python``: as wheels write it."""
    word, text = ("{python_version}", python_form(version)) if python and version else ("{version}", version)
    return re.sub(rf"(?<!\d)(?<!\d\.){re.escape(text)}(?!\.?\d)", word, file) if text else file


def _as_artifact(spec: ArtifactSpec, asset: Mapping[str, Any], version: str) -> Artifact:
    name, url = str(asset["name"]), str(asset.get("browser_download_url") or "")
    if asset.get("state", "uploaded") != "uploaded":
        raise NotYet(f"Artifact {spec.name}: {name} is not uploaded yet", "Wait, or give --wait MINUTES.", 404)
    _check_wheel(spec, name, version)
    try:
        check_url("browser_download_url", url)
    except InputError:
        wrong = f"Artifact {spec.name}: GitHub states no usable address for {name}: {url!r}"
        raise ServiceError(wrong, "Look at the release's page.") from None
    found = as_asset(asset)
    return Artifact(spec.name, url, found.sha256, found.size)


def _check_wheel(spec: ArtifactSpec, name: str, version: str) -> None:
    if not name.endswith(".whl"):
        return
    try:
        _, found, _, _ = parse_wheel_filename(name)
    except InvalidWheelFilename:
        raise ServiceError(f"Artifact {spec.name}: {name} is no wheel's name", "Build and attach it again.") from None
    if not same_python_version(version, str(found)):
        wrong = f"Artifact {spec.name}: {name} is of version {found}, the release is {version}"
        raise ServiceError(wrong, "Attach the wheel of this version.")


def inaccessible(artifact: Artifact, reason: str, status: int | None = None) -> ServiceError:
    """The error for an artifact that users could not download."""
    word = "Tarball" if artifact.name == "source" else artifact.name.capitalize()
    kind = NotYet if status == 404 else ServiceError
    return kind(f"{word} not accessible: {artifact.url}: {reason}", f"Check: curl -sIL {artifact.url}", status)
