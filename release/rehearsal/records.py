"""What GitHub keeps: tokens, releases with their files, dispatches, the runs that they started; and its refusals."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.channels.published import Published
from release.rehearsal.github.allowance import Allowance
from release.rehearsal.servers.http import Answer, json_answer

Json = dict[str, Any]
DOCS = "https://docs.github.com/rest"


class AnswerError(Exception):
    """The request is refused with this answer, in GitHub's shape."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(message)
        body = {"message": message, **more, "documentation_url": DOCS, "status": str(status)}
        self.answer: Answer = json_answer(body, status, headers)


@dataclass
class Token:
    """A token that GitHub knows.

    Attributes:
        name: of the environment variable that holds it.
        value: what is sent.
        repositories: ``owner/name`` of those that it may write to.
        denied: permissions that it lacks there, such as ``actions:read`` or ``contents:write``.
        scopes: of a classic token; ``None`` for a fine-grained one.
        expires: ``2027-01-31 00:00:00 UTC``, ``None`` where the server does not say.
        limits: what may be asked with it, and was.
    """

    name: str
    value: str
    repositories: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    scopes: str | None = None
    expires: str | None = None
    limits: Allowance = field(default_factory=Allowance)


@dataclass
class Asset:
    """A file of a release; ``digest`` is what GitHub states (``None``: nothing)."""

    name: str
    content: bytes | Path
    digest: str | None
    state: str = "uploaded"


@dataclass
class PublishedRelease:
    """A release of a repository; ``tarball`` is ``None`` while the tag's archive is missing.

    ``files`` holds what is downloaded from other paths than GitHub's, or by a configured address: path -> content.
    """

    id: int
    repository: str
    version: str
    tag: str
    prerelease: bool
    tarball: bytes | Path | None
    assets: list[Asset]
    made: Published
    time: float
    draft: bool = False
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def checksums(self) -> set[str]:
        """Of all its files."""
        made, attached = self.made, {(one.digest or "").removeprefix("sha256:") for one in self.assets}
        return {made.source_sha256, made.wheel_sha256, *(one[1] for one in made.artifacts.values()), *attached} - {""}


@dataclass
class Run:
    """A workflow run; it is shown from ``visible`` on."""

    id: int
    repository: str
    workflow: str
    name: str
    title: str
    event: str
    channel: str | None
    payload: Json
    created: float
    updated: float
    visible: bool = False
    status: str = "queued"
    conclusion: str | None = None


@dataclass(frozen=True)
class Dispatch:
    """A dispatch that was accepted: ``event`` is ``repository_dispatch`` or ``workflow_dispatch``.

    ``name`` is the event type or the workflow's file; ``payload`` the client payload or the inputs.
    """

    repository: str
    event: str
    name: str
    payload: Json
    token: str
    time: float


def iso(seconds: float) -> str:
    """``2026-11-22T21:00:00Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
