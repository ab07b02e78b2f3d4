"""The sections of ``invoke.yaml`` as frozen records. A kind of channel adds its own keys in a record of its folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

from release.settings.forms import LAX, ArtifactUrl, AssetPattern, Limits, Ref, Tag, Text, Variable, Word, with_lists

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import CoreSchema

STRICT: Mapping[str, Any] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
ONE_OF_TWO = [{"required": [key], "properties": {key: {"type": "string"}}} for key in ("url", "asset")]


class Record:
    """A table of the configuration: unknown keys are refused, and no text becomes a number by itself."""

    keyed: ClassVar[bool] = False  # whether its ``name`` is the key under which it stands
    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    @classmethod
    @cache
    def reader(cls) -> "TypeAdapter[Any]":
        """Pydantic's: a table to a record, and the record's JSON Schema."""
        from pydantic import TypeAdapter  # noqa: PLC0415 - it costs 60 ms: only who reads settings pays for it

        return TypeAdapter(cls)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - pydantic's protocol
        schema: Any = with_lists(handler(source)) | LAX  # a table may become the record; its values stay strict
        return schema  # type: ignore[no-any-return]  # every kind of schema takes the key, which their union hides

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between keys that are good alone: key (or nothing), what is wrong with it, fix."""
        yield from ()


@dataclass(frozen=True)
class Project(Record):
    """The product.

    Attributes:
        name: its name, as in the titles of runs.
        repository: its repository, ``owner/name``.
        tag: the form of its git tags, a template with ``{version}``.
        branch: its default branch.
        check: the command that proves an installation by printing the version, a word an item.
    """

    name: Word
    repository: str
    tag: Tag = "v{version}"
    branch: Ref = "main"
    check: tuple[Text, ...] = ()

    @property
    def prefix(self) -> str:
        """What tells its tags from other products' in the same repository; empty where all tags are its own."""
        before = self.tag.partition("{version}")[0]
        return "" if before in {"", "v", "V"} else before


@dataclass(frozen=True)
class ArtifactSpec(Record):
    """Where an artifact is: exactly one of ``url`` and ``asset``.

    Attributes:
        name: its key in the configuration.
        url: its address, a template with {server}, {repository}, {tag}, {version} and {name}.
        asset: the pattern (shell wildcards) that exactly one asset of the release matches; {version},
            {python_version}, {name} and {tag} work in it.
    """

    keyed = True
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {**STRICT, "json_schema_extra": {"oneOf": ONE_OF_TWO}}

    name: str
    url: ArtifactUrl | None = None
    asset: AssetPattern | None = None

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Both of ``url`` and ``asset``, or none."""
        if (self.url is None) == (self.asset is None):
            yield "", "needs exactly one of `url` and `asset`", "Give one of the two."


class _Unset:
    """What a channel reads as where its kind has no such key."""

    artifact: str | None = None
    event_type: str | None = None
    workflow: str | None = None
    ref: str = "main"
    inputs: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Channel(_Unset, Record):
    """One channel as configured: what every kind has. What its ``kind`` does is in ``release.channels``.

    Attributes:
        name: its key in the configuration.
        kind: the kind of channel.
        target: the repository that is told, ``owner/name``.
        token: the NAME of the environment variable that holds the token for ``target``.
        prereleases: ``skip`` keeps pre-releases out of this channel.
        check: the command that proves an installation, where it is not the project's.
        artifact: the name of the artifact whose checksum this channel is told.
        event_type: the event of the dispatch.
        workflow: the file name of the workflow that is started.
        ref: the branch on which the workflow is started.
        inputs: of the workflow, templates with {version}, {tag}, {name} and {sha256}.
    """

    keyed = True
    login: ClassVar[tuple[str, ...]] = ()  # keys that name the variables of a login; a receiver's have the usual names

    name: str
    kind: str
    target: str
    token: Variable
    prereleases: Literal["publish", "skip"] = "publish"
    check: tuple[Text, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the target that make users get a version, in the configured order."""
        return ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The NAMES of the environment variables that hold this channel's secrets."""
        return (self.token,)


ChannelT = TypeVar("ChannelT", bound=Channel)
"""The record of one kind's channels."""


@dataclass(frozen=True)
class Http(Record):
    """Limits of requests.

    Attributes:
        timeout: seconds for a whole answer; a download that goes on has longer.
        concurrency: requests at once.
    """

    timeout: Annotated[float, Limits(ge=0.05, le=3600)] = 30
    concurrency: Annotated[int, Limits(ge=1, le=64)] = 16


@dataclass(frozen=True)
class Retry(Record):
    """Limits of repetitions; all but ``attempts`` in seconds.

    Attributes:
        attempts: tries of one request.
        max_wait: longest single wait of our own back-off.
        lookup: how long to look for a dispatch whose answer was lost.
        max_told: longest wait that a server may tell us.
    """

    attempts: Annotated[int, Limits(ge=1, le=20)] = 5
    max_wait: Annotated[float, Limits(ge=0, le=3600)] = 60
    lookup: Annotated[float, Limits(ge=0, le=3600)] = 20
    max_told: Annotated[float, Limits(ge=0, le=86400)] = 900


@dataclass(frozen=True)
class Settings:
    """All five sections of ``invoke.yaml``."""

    project: Project
    artifacts: Mapping[str, ArtifactSpec]
    channels: Mapping[str, Channel]
    http: Http
    retry: Retry
