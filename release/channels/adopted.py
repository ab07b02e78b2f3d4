"""How a product takes up a kind of channel: settings to begin with, and the workflow by which a target hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import yaml

from release.settings import ChannelT

ACTION = "kademoslabs/release-distributions"
COMMIT = "0" * 40  # a placeholder: who adopts chooses the commit, and pins it
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
PINNED = f"{COMMIT} # put a release's commit here"


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
        return head(product, channel) + OWN

    def call(self, product: Product, channel: ChannelT, more: Mapping[str, str], secrets: str = "") -> str:
        """A receiver that calls the reusable workflow, or on an enterprise server the action."""
        given = {"product": product.repository, "channel": channel.name, **more}
        if product.server:
            return head(product, channel) + ACTING % {"product": product.repository, "channel": scalar(channel.name)}
        lines = "".join(f"      {key}: {scalar(value)}\n" for key, value in given.items())
        return head(product, channel) + CALLING % {"called": self.called, "given": lines} + secrets


def head(product: Product, channel: ChannelT) -> str:
    """The part that all receivers told by an event share: one run per product and version, the version in its title."""
    values = {"name": product.name, "event": scalar(channel.event_type or ""), "channel": channel.name}
    return HEAD % values


def scalar(text: str) -> str:
    """A text as a YAML scalar, in quotes only where it needs some."""
    written: str = yaml.safe_dump(text, width=10_000, allow_unicode=True)
    return written.removesuffix("...\n").rstrip("\n")


HEAD = """\
name: Receive %(name)s (%(channel)s)
run-name: %(name)s ${{ github.event.client_payload.version }} # by it a release finds its run: keep it

on:
  repository_dispatch:
    types: [%(event)s]

permissions: {}

concurrency: # one run per product and version; a second waits, a third takes the waiting one's place
  group: %(name)s-%(channel)s-${{ github.event.client_payload.version }}
  cancel-in-progress: false

jobs:
"""
CALLING = f"""\
  receive:
    permissions:
      contents: write # pushes the version
      pull-requests: write # opens a pull request where the default branch is protected
    uses: {ACTION}/.github/workflows/%(called)s@{PINNED}
    with:
%(given)s"""
CHECK = f"""\
      - uses: {ACTION}/.github/actions/check-payload@{PINNED}
        with:
          version: ${{{{ github.event.client_payload.version }}}}
          sha256: ${{{{ github.event.client_payload.sha256 }}}}
          allow_downgrade: ${{{{ github.event.client_payload.allow_downgrade }}}}
"""
ACTING = f"""\
  receive:
    name: update
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: write # pushes the version
      pull-requests: write # opens a pull request where the default branch is protected
    steps:
{CHECK}\
      - uses: {CHECKOUT}
        with:
          repository: %(product)s
          path: .product
          sparse-checkout: invoke.yaml
          sparse-checkout-cone-mode: false
          persist-credentials: false
      - uses: {ACTION}@{PINNED}
        with:
          settings: .product/invoke.yaml
          channel: %(channel)s
          task: update.%(channel)s
          arguments: |
            --version=${{{{ github.event.client_payload.version }}}}
            --sha256=${{{{ github.event.client_payload.sha256 }}}}
            ${{{{ github.event.client_payload.allow_downgrade == true && '--allow-downgrade' || '' }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}} # reads the release; the files are in this very repository
"""
OWN = f"""\
  receive:
    name: update
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: write # pushes the version, if that is how it is done here
    steps:
{CHECK}\
      - name: Update the channel # yours to write; a run that ends well without it would say done where nothing was
        run: |
          echo "::error title=Nothing was updated::Write the step that publishes $VERSION."
          exit 1
        env:
          VERSION: ${{{{ github.event.client_payload.version }}}}
          SHA256: ${{{{ github.event.client_payload.sha256 }}}}
"""
