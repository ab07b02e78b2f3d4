# ruff: noqa: INP001 - a script of a workflow, not a module
"""The configured channels as job matrices: told with a token of their own, told with the job's, and proved.

Beside them whether a wheel is among the artifacts, which can be installed by itself.

Run as ``list_channels.py PROVE``, in the folder of an ``invoke.yaml`` that ``release.extract`` has read before.
Prints lines for ``GITHUB_OUTPUT``.
"""

import json
import sys

from configuration import configured, two_lines

from release.channels import kind_of
from release.metadata.jobs import OWN
from release.settings import Settings

MOST = 256  # jobs that the matrices of one run may have: GitHub's "Usage limits"
RUNNERS = {"linux": "ubuntu-latest", "macos": "macos-latest", "windows": "windows-latest"}
Matrix = list[dict[str, str]]


def list_matrices(settings: Settings, *, prove: bool) -> dict[str, Matrix]:
    """``external``, ``internal`` and ``proofs``: a table for each job."""
    rows = [{"name": name, "token": channel.token} for name, channel in settings.channels.items()]
    own = [row for row in rows if row["token"] == OWN]
    proofs = [
        {"name": name, "system": system, "runner": RUNNERS[system], "installer": kind.installer}
        for name, channel in settings.channels.items() if prove
        for kind in [kind_of(channel.kind)] for system in kind.systems
    ]  # fmt: skip
    return {"external": [row for row in rows if row not in own], "internal": own, "proofs": proofs}


def has_wheel(settings: Settings) -> bool:
    """Whether an artifact is a wheel, by its name."""
    return any((one.asset or one.url or "").endswith(".whl") for one in settings.artifacts.values())


if __name__ == "__main__":
    with two_lines():
        settings, prove = configured(), sys.argv[1] == "true"
    found = list_matrices(settings, prove=prove)
    if (count := sum(map(len, found.values()))) > MOST:
        sys.exit(f"The release would need {count} jobs, and GitHub runs {MOST}.\n"
                 "Leave the proofs out (prove: false), or run dist.all in one job: it tells any number.")  # fmt: skip
    sys.stdout.writelines(f"{name}={json.dumps(matrix)}\n" for name, matrix in found.items())
    sys.stdout.write(f"check={json.dumps(prove and has_wheel(settings))}\n")
