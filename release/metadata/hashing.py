"""The bytes of an artifact: downloaded and hashed, or seen to be there."""

from collections.abc import Callable
from dataclasses import replace

from release.errors import ServiceError
from release.http.download import check_reachable, hash_url
from release.metadata.assets import inaccessible
from release.records import Artifact
from release.session import Session

Progress = Callable[[str, int, int | None], None]
"""Takes an artifact's name, bytes so far, bytes in all (``None`` where unknown)."""


def no_progress(_name: str, _done: int, _total: int | None) -> None:
    """Shows nothing."""


def hash_artifact(session: Session, artifact: Artifact, progress: Progress) -> Artifact:
    """The artifact with the checksum and size of the bytes that its address serves.

    Raises:
        ServiceError: ``Tarball not accessible`` (or the artifact's name), with address, status and how to check.
    """
    try:
        hashed = hash_url(session.transport, artifact.url, lambda done, total: progress(artifact.name, done, total))
    except ServiceError as error:
        wrong = error.wrong.removeprefix(f"{artifact.url} ")
        reason = wrong if error.status in {None, 200} else f"status {error.status}"
        raise inaccessible(artifact, reason, error.status) from None
    if artifact.size is not None and artifact.size != hashed.size:
        raise inaccessible(artifact, f"it serves {hashed.size} bytes, GitHub states {artifact.size}")
    if artifact.sha256 is not None and artifact.sha256 != hashed.sha256:
        wrong = f"SHA256 mismatch: {artifact.url} serves {hashed.sha256}, GitHub states {artifact.sha256}"
        raise ServiceError(wrong, "Do not release it: download it again, and compare it with what you built.")
    return replace(artifact, sha256=hashed.sha256, size=hashed.size)


def reach(session: Session, artifact: Artifact) -> Artifact:
    """The same artifact, if its address serves something of its size; only the headers are asked for.

    Raises:
        ServiceError: as of ``hash_artifact``.
    """
    if refused := check_reachable(session.transport, artifact.url, artifact.size):
        raise inaccessible(artifact, refused.wrong, refused.status)
    return artifact
