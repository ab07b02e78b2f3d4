"""Whether a release fits into the job matrices of one workflow run. Source: GitHub's "Actions limits"."""

from collections.abc import Sequence

from release.channels import kind_of
from release.errors import InputError
from release.settings import Channel

MOST = 256  # jobs that the matrices of one run may have


def check_matrix(channels: Sequence[Channel], version: str, *, prove: bool) -> list[InputError]:
    """The problem of a release with more jobs than one run may have, with the line that works.

    Args:
        channels: a job for each.
        version: of the release, for that line.
        prove: a job for each system too on which a channel's installation is tried.
    """
    proofs = sum(len(kind_of(channel.kind).systems) for channel in channels) if prove else 0
    count = len(channels) + proofs
    if count <= MOST:
        return []
    wrong = (
        f"{count} jobs are needed ({len(channels)} channels, {proofs} proofs), and a workflow run has at most {MOST}"
    )
    one = f"Tell them in one job: invoke dist.all --version {version} --wait 30"
    without = "Leave the proofs out (prove: false). " if len(channels) <= MOST else ""
    return [InputError(wrong, f"{without}{one}")]
