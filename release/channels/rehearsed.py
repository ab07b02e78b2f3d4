"""What a kind of channel brings to a rehearsal: files of real shape, what its receiver does, and a proof of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol

from release.channels.published import Published
from release.settings import ChannelT

OTHER_SHA = "5f3c1f6b" * 8
WRONG_CHECKSUM = "wrong-checksum"  # the fault that is noticed only where a checksum stands


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at: whether it is as it should be, and what was seen."""

    right: bool
    text: str


@dataclass(frozen=True)
class Held:
    """What a target's files say: the version, empty where only the URLs show it, and each URL with its checksum."""

    version: str
    downloads: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Misbehaviour:
    """A way in which only this kind can misbehave: what it is, and how ``dist.all --wait`` has to report it."""

    meaning: str
    code: int
    states: tuple[str, ...]


class Images(Protocol):
    """The stand-in's image registry, and its address."""

    url: str

    def push(self, image: str, tag: str, *, latest: bool) -> str:
        """Store an image of its own for ``tag``; its digest."""

    def digest(self, image: str, ref: str) -> str | None:
        """What a tag or digest points to."""


class Packages(Protocol):
    """The stand-in's package feed, and its host's address."""

    url: str
    moderated: set[str]

    def push(self, name: str, version: str, status: str | None = None) -> None:
        """A version arrives (again)."""


class Texts(Protocol):
    """The stand-in's pages: address -> text."""

    texts: dict[str, str]

    def local(self, address: str) -> str:
        """The stand-in's address of a page that is elsewhere."""


class Services(Protocol):
    """What the stand-in has beside GitHub."""

    @property
    def registry(self) -> Images: ...  # noqa: D102 - see Images
    @property
    def feed(self) -> Packages: ...  # noqa: D102 - see Packages
    @property
    def pages(self) -> Texts: ...  # noqa: D102 - see Texts


class Rehearsed(Generic[ChannelT]):
    """How the stand-in plays a kind of channel. Subclasses override; an instance holds no state.

    Attributes:
        misbehaviours: ways to misbehave that no other kind has.
    """

    misbehaviours: Mapping[str, Misbehaviour] = {}

    def files(self, channel: ChannelT, made: Published) -> dict[str, bytes]:
        """Path -> content of the channel's files at ``made``, whose files are the channel's artifact's."""
        del channel, made
        return {}

    def home(self, channel: ChannelT, made: Published) -> str:
        """``owner/name`` of the repository that holds ``files``."""
        del made
        return channel.target

    def other_files(self, version: str) -> dict[str, bytes]:
        """Path -> content of another package in the same repository; empty where the target is not one of packages."""
        del version
        return {}

    def message(self, name: str, version: str) -> str:
        """The channel's usual message of a commit."""
        return f"{name} {version}"

    def held(self, channel: ChannelT, files: Mapping[str, str]) -> Held | None:
        """What the files (path -> text) say, read in another way than the program reads; ``None``: it has none."""
        del channel, files
        return None

    def native_version(self, version: str) -> str:
        """``version`` as the files write it, told in another way than the program tells."""
        return version

    def publish(self, services: Services, channel: ChannelT, made: Published, *, latest: bool, seed: bool) -> None:
        """What reaches users beside the files of the target.

        Args:
            services: the stand-in's.
            channel: which.
            made: the version.
            latest: whether it is the newest stable one.
            seed: whether this is history rather than a release.
        """

    def notices(self, channel: ChannelT, fault: str) -> bool:
        """Whether who reads what the channel serves would notice this fault: a wrong checksum, if one stands there."""
        return fault != WRONG_CHECKSUM or bool(channel.paths)

    def misbehave(self, services: Services, channel: ChannelT, name: str) -> None:
        """Let ``channel`` misbehave from now on in one of the ways of ``misbehaviours``."""

    def places(self, channel: ChannelT, services: Services) -> dict[str, object]:
        """Key of the channel's configuration -> its value in a rehearsal: the stand-in's address."""
        del channel, services
        return {}

    def login(self, channel: ChannelT) -> tuple[str, str] | None:
        """The NAMES of the variables of a registry's user and password; ``None`` where there is no login."""
        del channel
        return None

    def prove(self, services: Services, channel: ChannelT, version: str) -> Iterator[Fact]:
        """What is to be proved beside the files."""
        del services, channel, version
        yield from ()
