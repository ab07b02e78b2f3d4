"""The keys of a channel of kind ``docker``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from release.settings import LOOPBACK, Channel
from release.settings.forms import Form, Inputs, Ref, Text, Url, Variable, Workflow

HUB = "https://registry-1.docker.io"
HUB_HOSTS = ("docker.io", "index.docker.io", "registry-1.docker.io")
HOST = re.compile(r"(?P<host>localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?P<port>:[0-9]+)?|[A-Za-z0-9-]+:[0-9]+")
IMAGE = Form(
    r"(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._-]+(?:/[a-z0-9._-]+)*",
    "Give the image's name without tag, such as acme/rocket or ghcr.io/acme/rocket.",
)


@dataclass(frozen=True, kw_only=True)
class DockerChannel(Channel):
    """An image in a registry; ``ghcr.io/acme/rocket`` and the two parts apart mean the same.

    Attributes:
        artifact: the name of the artifact whose checksum {sha256} is in ``inputs``.
        image: the image's name, with or without the registry's host in front; here always without.
        registry: the registry's address; default: the host of ``image``, else Docker Hub.
        username: the NAME of the environment variable that holds the user of the registry's login.
        password: the NAME of the environment variable that holds the password or token of the registry's login.
        private: whether only a login can pull it; else a tag that only a login sees is a failure.
    """

    login = ("username", "password")

    workflow: Workflow = field()
    image: Annotated[str, IMAGE] = field()
    registry: Url = ""
    artifact: Text | None = None
    ref: Ref = "main"
    inputs: Inputs = field(default_factory=dict)
    username: Variable = "DOCKERHUB_USERNAME"
    password: Variable = "DOCKERHUB_TOKEN"  # noqa: S105 - the name of a variable
    private: bool = False

    def __post_init__(self) -> None:
        """Put registry and image apart, where they agree."""
        host, _, rest = self.image.partition("/")
        stated = registry_of(host) if rest and HOST.fullmatch(host) else ""
        registry = self.registry.rstrip("/")
        if stated and _same(registry or stated, stated):
            object.__setattr__(self, "image", rest)
        object.__setattr__(self, "registry", registry or stated or HUB)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """An image of another registry than ``registry``."""
        host, _, rest = self.image.partition("/")
        if rest and HOST.fullmatch(host):
            yield "image", f"is at {host}, `registry:` is {self.registry}", "Leave `registry:` out, or `image:` bare."

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token's variable, and the password's."""
        return (self.token, self.password)

    @property
    def reference(self) -> str:
        """The image as users write it behind ``docker pull``: the registry's host in front, but Docker Hub's."""
        host = urlsplit(self.registry).netloc
        return self.image if host in HUB_HOSTS else f"{host}/{self.image}"


def registry_of(host: str) -> str:
    """The address of the registry of an image's host, such as ``ghcr.io`` or ``localhost:5000``."""
    if host in HUB_HOSTS:
        return HUB
    return f"http://{host}" if LOOPBACK.fullmatch(host.partition(":")[0]) else f"https://{host}"


def _same(one: str, other: str) -> bool:
    """Whether two addresses are one registry; loopback's scheme does not count."""
    return registry_of(urlsplit(one).netloc.lower()) == registry_of(urlsplit(other).netloc.lower())
