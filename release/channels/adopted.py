"""How a product takes up a kind of channel: settings to begin with, and the workflow by which a target hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from release.channels.receiver import acting_receiver, calling_receiver, own_receiver
from release.settings import ChannelT


@dataclass(frozen=True)
class Offer:
    """A file of the release that a channel could serve.

    Attributes:
        artifact: its name in the configuration.
        file: what it is called.
        system: ``darwin``, ``linux``, ``windows``, ``python`` (a wheel), ``source``, or empty.
    """

    artifact: str
    file: str
    system: str


@dataclass(frozen=True)
class Product:
    """Whose channels they are.

    Attributes:
        name: of the product.
        repository: ``owner/name``.
        branch: its default branch.
        server: an enterprise server, without a trailing slash; empty for github.com.
    """

    name: str
    repository: str
    branch: str = "main"
    server: str = ""


@dataclass(frozen=True)
class Named:
    """A channel as it was asked for: ``NAME=KIND:TARGET``."""

    name: str
    kind: str
    target: str


class Adopted(Generic[ChannelT]):
    """A repository that is told by an event, and does there what is not known here. Subclasses override.

    Attributes:
        token: the usual name of its token's variable; empty: after the channel's name.
        wants: systems in the order in which its artifact is chosen.
        called: the reusable workflow that a receiver calls; empty: it is a workflow of its own.
    """

    token: str = ""
    wants: Sequence[str] = ("source",)
    called: str = ""

    def target(self, product: Product, named: Named) -> str:
        """The repository that is told."""
        del product
        return named.target

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """The keys of its own, beside ``kind``, ``target`` and ``token``."""
        return {"event_type": f"{product.name}-release", "artifact": self.choose(named, offers)}

    def choose(self, named: Named, offers: Sequence[Offer]) -> str:
        """The artifact whose checksum the channel is told: the first of the first wanted system."""
        found = [one.artifact for system in self.wanted(named) for one in offers if one.system == system]
        return found[0] if found else offers[0].artifact

    def wanted(self, named: Named) -> Sequence[str]:
        """``wants``, for this channel."""
        del named
        return self.wants

    def comments(self, product: Product, named: Named) -> Sequence[str]:
        """Lines under its settings, for who reads them."""
        del product, named
        return ()

    def secrets(self, channel: ChannelT) -> Mapping[str, str]:
        """What the receiver's repository has to hold -> what it is."""
        del channel
        return {}

    def remarks(self, product: Product, channel: ChannelT) -> Sequence[str]:
        """What a person has to do in the target beside the receiver's file."""
        del product, channel
        return ("The step `Update the channel` of the receiver is yours to write.",)

    def receiver(self, product: Product, channel: ChannelT) -> str:
        """The workflow of the target."""
        return own_receiver(product.name, channel)

    def call(self, product: Product, channel: ChannelT, more: Mapping[str, str], secrets: str = "") -> str:
        """A receiver that calls the reusable workflow, or on an enterprise server the action."""
        if product.server:
            return acting_receiver(product.name, channel, product.repository)
        given = {"product": product.repository, "channel": channel.name, **more}
        return calling_receiver(product.name, channel, self.called, given) + secrets
