"""A version as it would be published: what a rehearsal makes up, and which of its files are for which system."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from release.channels.text.platforms import named_machine, named_system


@dataclass(frozen=True)
class Build:
    """A file of the release that is built for one system: ``darwin``, and ``arm64``, or ``None`` for all of them."""

    url: str
    sha256: str
    system: str
    machine: str | None


@dataclass(frozen=True)
class Published:
    """A made-up version with where its files are.

    Attributes:
        name: the product's.
        repository: ``owner/name`` of the product.
        server: the stand-in's own address.
        version: SemVer.
        source_url: of the tag's tarball, ``source_sha256`` its checksum.
        wheel_url: of the first file attached, ``wheel_sha256`` its checksum.
        artifacts: every artifact of the configuration by name, its URL and checksum.
    """

    name: str
    repository: str
    server: str
    version: str
    source_url: str
    source_sha256: str
    wheel_url: str
    wheel_sha256: str
    artifacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, artifact: str | None) -> Self:
        """The same, with ``artifact`` as the only file there is."""
        if artifact is None or artifact not in self.artifacts:
            return self
        url, sha256 = self.artifacts[artifact]
        return replace(self, source_url=url, source_sha256=sha256, wheel_url=url, wheel_sha256=sha256)

    def builds(self, *systems: str) -> list[Build]:
        """The files of these systems, where the channel's own artifact is built for one of them.

        Of each system and processor the first counts that is of the same format as the artifact.
        """
        own, found = _build(self.source_url, self.source_sha256), dict[tuple[str, str | None], Build]()
        for url, sha256 in ((self.source_url, self.source_sha256), *self.artifacts.values()):
            build = _build(url, sha256)
            if own and build and {own.system, build.system} <= set(systems) and _format(url) == _format(own.url):
                found.setdefault((build.system, build.machine), build)
        return list(found.values())


def _build(url: str, sha256: str) -> Build | None:
    name = url.rpartition("/")[2]
    system = None if name.endswith(".whl") else named_system(name)
    return Build(url, sha256, system, named_machine(name)) if system else None


def _format(url: str) -> str:
    return next(
        (end for end in (".tar.gz", ".tgz", ".tar.xz", ".zip", ".exe", ".msi", ".deb") if url.endswith(end)), ""
    )
