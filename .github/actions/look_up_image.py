# ruff: noqa: INP001 - a script of a receiver, not a module
"""What has to be known before an image is built: its name, whether the version is in the registry, the tag's commit.

Run as ``look_up_image.py CHANNEL TAG REPORT``, where ``REPORT`` is the document of ``status.CHANNEL``. Prints lines for
``GITHUB_OUTPUT``. Only a registry that said "not found" has no image: anything else that is not a yes is a failure.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from configuration import channel_of, configured, two_lines
from may_prove import read

from release.channels.docker.settings import DockerChannel
from release.git.clone import tag_commit
from release.git.command import make_remote
from release.settings import Settings, read_environment

HUB = "docker.io"  # Docker's own names need no host in front
ABSENT = {"behind", "skipped"}  # read, and not this version


def exists(report: Any) -> bool | None:  # noqa: ANN401 - a document
    """Whether the version's tag is there; ``None`` where that could not be read."""
    try:
        (row,) = report["channels"]
        if row["serves"] and row["serves"]["version"] == row["version"]:
            return True
        return False if row["state"] in ABSENT and not row["serves"] else None
    except (KeyError, TypeError, ValueError):
        return None


def place(channel: DockerChannel) -> tuple[str, str]:
    """The host to log in at, empty for Docker Hub, and the image as ``docker push`` takes it."""
    host = urlsplit(channel.registry).netloc
    if host.endswith(HUB):
        return "", channel.image
    return host, f"{host}/{channel.image}"


def commit_of(settings: Settings, tag: str) -> str:
    """The commit that the product's tag points to. A tag that is not there ends the process with two lines."""
    environment = read_environment()
    repository = f"{environment.server_url}/{settings.project.repository}.git"
    token = environment.get("GITHUB_TOKEN")
    commit = tag_commit(make_remote(environment.variables, repository, token, "GITHUB_TOKEN"), tag)
    return commit or sys.exit(f"{repository} has no tag {tag}.\nPush the tag, then run it again.")


def look_up(name: str, tag: str, report: Path) -> dict[str, str]:
    """The lines; ``commit`` only where there is something to build."""
    settings, there = configured(), exists(read(report))
    host, image = place(channel_of(settings, name, DockerChannel))
    if there is None:
        sys.exit("Whether the image exists could not be read from its registry.\nSee the report above; run it again.")
    commit = "" if there else commit_of(settings, tag)
    return {"exists": str(there).lower(), "commit": commit, "host": host, "image": image}


if __name__ == "__main__":
    with two_lines():
        found = look_up(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    sys.stdout.writelines(f"{key}={value}\n" for key, value in found.items())
