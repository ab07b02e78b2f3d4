"""What a kind of channel brings to a rehearsal: files of real shape, what its receiver does, and a proof of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from release.settings import Channel

OTHER_SHA = "5f3c1f6b" * 8


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


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at: whether it is as it should be, and what was seen."""

    right: bool
    text: str


@dataclass(frozen=True)
class Held:
    """What a target's files say: version, URL and checksum."""

    version: str
    url: str
    sha256: str


@dataclass(frozen=True)
class Misbehaviour:
    """A way in which only this kind can misbehave: what it is, and how ``dist.all --wait`` has to report it."""

    meaning: str
    code: int
    states: tuple[str, ...]


class Images(Protocol):
    """The stand-in's image registry."""

    def push(self, image: str, tag: str, *, latest: bool) -> str:
        """Store an image of its own for ``tag``; its digest."""

    def digest(self, image: str, ref: str) -> str | None:
        """What a tag or digest points to."""


class Packages(Protocol):
    """The stand-in's package feed."""

    moderated: bool

    def push(self, name: str, version: str, status: str | None = None) -> None:
        """A version arrives (again)."""


class Services(Protocol):
    """What the stand-in has beside GitHub."""

    @property
    def registry(self) -> Images: ...  # noqa: D102 - see Images
    @property
    def feed(self) -> Packages: ...  # noqa: D102 - see Packages


class Rehearsed:
    """How the stand-in plays a kind of channel. Subclasses override; an instance holds no state.

    Attributes:
        misbehaviours: ways to misbehave that no other kind has.
    """

    misbehaviours: Mapping[str, Misbehaviour] = {}

    def files(self, channel: Channel, made: Published) -> dict[str, bytes]:
        """Path -> content of the channel's files at ``made``, whose files are the channel's artifact's."""
        del channel, made
        return {}

    def other_files(self, version: str) -> dict[str, bytes]:
        """Path -> content of another package in the same repository; empty where the target is not one of packages."""
        del version
        return {}

    def message(self, name: str, version: str) -> str:
        """The channel's usual message of a commit."""
        return f"{name} {version}"

    def held(self, channel: Channel, files: Mapping[str, str]) -> Held | None:
        """What the files (path -> text) say, read in another way than the program reads; ``None``: it has none."""
        del channel, files
        return None

    def native_version(self, version: str) -> str:
        """``version`` as the files write it, told in another way than the program tells."""
        return version

    def publish(self, services: Services, channel: Channel, made: Published, *, latest: bool, seed: bool) -> None:
        """What reaches users beside the files of the target.

        Args:
            services: the stand-in's.
            channel: which.
            made: the version.
            latest: whether it is the newest stable one.
            seed: whether this is history rather than a release.
        """

    def misbehave(self, services: Services, name: str) -> None:
        """Misbehave from now on in one of the ways of ``misbehaviours``."""

    def places(self, channel: Channel, registry: str, feed: str) -> dict[str, str]:
        """Key of the channel's configuration -> the stand-in's address for it."""
        del channel, registry, feed
        return {}

    def prove(self, services: Services, channel: Channel, version: str) -> Iterator[Fact]:
        """What is to be proved beside the files."""
        del services, channel, version
        yield from ()
