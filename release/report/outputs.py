"""Outputs of a workflow's step. Source: GitHub's "Workflow commands", environment files."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from release.errors import ReleaseError, one_line
from release.records import Release
from release.settings import Environment


def release_outputs(release: Release) -> dict[str, str]:
    """A release as step outputs; ``sha256`` is that of the source, each artifact has its own besides."""
    source = release.artifacts.get("source")
    outputs = {"ours": "true", "version": release.version, "tag": release.tag,
               "prerelease": str(release.prerelease).lower(), "sha256": (source and source.sha256) or ""}  # fmt: skip
    for artifact in release.artifacts.values():
        outputs[f"{artifact.name}_sha256"] = artifact.sha256 or ""
        outputs[f"{artifact.name}_url"] = artifact.url
    return {name: one_line(value) for name, value in outputs.items()}


def render_outputs(outputs: Mapping[str, str]) -> str:
    """Lines for ``GITHUB_OUTPUT``; a value of several lines gets a delimiter that it cannot hold."""
    lines = []
    for name, value in outputs.items():
        if "\n" in value or "\r" in value:
            mark = f"end-{secrets.token_hex(16)}"
            lines.append(f"{name}<<{mark}\n{value}\n{mark}\n")
        else:
            lines.append(f"{name}={value}\n")
    return "".join(lines)


def write_outputs(environment: Environment, outputs: Mapping[str, str]) -> None:
    """Append outputs to ``GITHUB_OUTPUT``, where a runner asks for them.

    Raises:
        ReleaseError: the file cannot be written.
    """
    if path := environment.get("GITHUB_OUTPUT"):
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(render_outputs(outputs))
        except OSError as error:
            wrong = f"GITHUB_OUTPUT cannot be written: {error.strerror}: {path}"
            raise ReleaseError(wrong, "Let it name a file that can be written, or unset it.") from None
