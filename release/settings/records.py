"""The sections of ``invoke.yaml`` as frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Project:
    """The product: ``repository`` is ``owner/name``; ``tag`` is a template with ``{version}``."""

    name: str
    repository: str
    tag: str = "v{version}"
    branch: str = "main"
    check: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArtifactSpec:
    """Where an artifact is: exactly one of a ``url`` template and an ``asset`` name pattern."""

    name: str
    url: str | None = None
    asset: str | None = None


@dataclass(frozen=True)
class Channel:
    """One channel as configured; what its ``kind`` does is in ``release.channels``.

    Attributes:
        name: its key in the configuration.
        kind: one of ``KINDS``.
        target: ``owner/name`` of the repository that is told.
        token: the NAME of the environment variable that holds the token.
        artifact: the name of the artifact that its users download.
        prereleases: ``publish`` or ``skip``.
    """

    name: str
    kind: str
    target: str
    token: str
    artifact: str | None = None
    event_type: str | None = None
    workflow: str | None = None
    ref: str = "main"
    inputs: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    files: tuple[str, ...] = ()
    image: str | None = None
    registry: str | None = None
    feed: str | None = None
    prereleases: str = "publish"
    versioned_formulae: bool = False
    check: tuple[str, ...] = ()
    resources: str = "check"

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the target that make users get a version, in the configured order."""
        return (self.file,) if self.file else self.files


@dataclass(frozen=True)
class Http:
    """``timeout`` in seconds without an answer; ``concurrency`` requests at once."""

    timeout: float = 30
    concurrency: int = 16


@dataclass(frozen=True)
class Retry:
    """``attempts`` tries; ``max_wait``, ``lookup`` and ``max_told`` in seconds (see the README)."""

    attempts: int = 5
    max_wait: float = 60
    lookup: float = 20
    max_told: float = 900


@dataclass(frozen=True)
class Settings:
    """All five sections of ``invoke.yaml``."""

    project: Project
    artifacts: Mapping[str, ArtifactSpec]
    channels: Mapping[str, Channel]
    http: Http
    retry: Retry
