"""What people do after a rollback: the commands for users, and the steps that only an owner can take. Pure."""

from pathlib import PurePosixPath

from semver import Version

from release.settings import Channel, Project


def advice(channel: Channel, project: Project, bad: str, good: str) -> str:
    """The ``next`` of a channel that was moved from ``bad`` back to ``good``."""
    return {"homebrew": _homebrew, "scoop": _scoop, "choco": _choco, "docker": _docker}[channel.kind](
        channel, project, bad, good
    )


def mark_release(project: Project, bad: str) -> str:
    """How GitHub's latest release stops being ``bad``."""
    tag = project.tag.replace("{version}", bad)
    return (
        f"{tag} is still GitHub's latest release, and what looks for new versions would bring it back: "
        f"gh release edit {tag} --prerelease --repo {project.repository}"
    )


def _homebrew(channel: Channel, _project: Project, _bad: str, _good: str) -> str:
    """``brew upgrade`` never goes down (Homebrew's documentation)."""
    name = PurePosixPath(channel.file or "").stem
    tap = channel.target.replace("/homebrew-", "/", 1)
    return (
        "Users who upgraded do not go back by `brew upgrade`: "
        f"brew update && brew uninstall {name} && brew install {tap}/{name}"
    )


def _scoop(channel: Channel, _project: Project, _bad: str, _good: str) -> str:
    name = PurePosixPath(channel.file or "").stem
    return f"Users who updated go back with: scoop update && scoop update --force {name}"


def _docker(channel: Channel, _project: Project, bad: str, _good: str) -> str:
    return f"Users who pulled it go back with: docker pull {channel.image}:latest (the tag {bad} stays)"


def _choco(channel: Channel, project: Project, bad: str, good: str) -> str:
    from release.channels.choco.nuspec import native_version  # noqa: PLC0415 - only where Chocolatey is meant

    name, page = package_of(channel), (channel.feed or "https://community.chocolatey.org/api/v2").rstrip("/")
    old, new = native_version(good), native_version(bad)
    following = Version.parse(bad).next_version("patch")
    return (
        f"1. Unlist {new}, signed in as owner: {page.removesuffix('/api/v2')}/packages/{name}/{new} "
        f"2. Users go back with: choco install {name} --version {old} --allow-downgrade, "
        f"and stay with: choco pin add --name {name} --version {old} "
        f"3. Publish {following} of {project.name}; an approved version cannot be replaced"
    )


def package_of(channel: Channel) -> str:
    """The package's id: the name of its nuspec."""
    nuspecs = [path for path in channel.paths if path.lower().endswith(".nuspec")]
    return PurePosixPath(nuspecs[0]).stem if nuspecs else channel.name
