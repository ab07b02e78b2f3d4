"""The workflow by which a target hears of a release, as text: what receivers have in common."""

from collections.abc import Mapping

import yaml

from release.settings import Channel

ACTION = "kademoslabs/release-distributions"
COMMIT = "0" * 40  # a placeholder: who adopts chooses the commit, and pins it
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
PINNED = f"{COMMIT} # put a release's commit here"


def own_receiver(product: str, channel: Channel) -> str:
    """A receiver whose work the target's people write.

    Args:
        product: its name.
        channel: told by an event, or by starting the workflow.
    """
    known = said(channel)
    shown = "".join(f"          {name.upper()}: {known[name]}\n" for name in ("version", "sha256") if name in known)
    return head(product, channel) + OWN % {"said": _lines(known), "shown": shown}


def calling_receiver(product: str, channel: Channel, called: str, given: Mapping[str, str]) -> str:
    """A receiver that calls the reusable workflow ``called``, with the inputs ``given``."""
    lines = "".join(f"      {key}: {scalar(value)}\n" for key, value in given.items())
    return head(product, channel) + CALLING % {"called": called, "given": lines}


def acting_receiver(product: str, channel: Channel, repository: str) -> str:
    """A receiver that runs the action with the settings of the product's ``repository``: for an enterprise server."""
    values = {"product": repository, "channel": scalar(channel.name), "said": _lines(said(channel))}
    return head(product, channel) + ACTING % values


def said(channel: Channel) -> dict[str, str]:
    """What a run of the receiver is told -> the expression that holds it; ``version`` is always there."""
    if channel.workflow is None:
        names = ("version", "sha256", "allow_downgrade")
        return {name: f"${{{{ github.event.client_payload.{name} }}}}" for name in names}
    versions = [key for key, text in channel.inputs.items() if "{version}" in text or "{tag}" in text]
    sums = [key for key, text in channel.inputs.items() if text == "{sha256}"]
    first = {"version": (versions or [*channel.inputs, "tag"])[0], **({"sha256": sums[0]} if sums else {})}
    return {name: f"${{{{ inputs.{key} }}}}" for name, key in first.items()}


def head(product: str, channel: Channel, title: str = "Receive") -> str:
    """How it is told; one run per product and version, the version in its title."""
    started = "".join(INPUT % scalar(key) for key in channel.inputs or ("tag",))
    on = STARTED + started if channel.workflow else TOLD % scalar(channel.event_type or "")
    words = {"title": title, "name": product, "channel": channel.name, "version": said(channel)["version"], "on": on}
    return HEAD % words


def _lines(known: Mapping[str, str]) -> str:
    """The inputs of ``check-payload``."""
    return "".join(f"          {name}: {value}\n" for name, value in known.items())


def scalar(text: str) -> str:
    """A text as a YAML scalar, in quotes only where it needs some."""
    written: str = yaml.safe_dump(text, width=10_000, allow_unicode=True)
    return written.removesuffix("...\n").rstrip("\n")


HEAD = """\
name: %(title)s %(name)s (%(channel)s)
run-name: %(name)s %(version)s # by it a release finds its run: keep it

on:
%(on)s
permissions: {}

concurrency: # one run per product and version; a second waits, a third takes the waiting one's place
  group: %(name)s-%(channel)s-%(version)s
  cancel-in-progress: false

jobs:
"""
TOLD = """\
  repository_dispatch:
    types: [%s]
"""
STARTED = """\
  workflow_dispatch:
    inputs:
"""
INPUT = """\
      %s:
        description: The version
        type: string
        required: true
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
%(said)s"""
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
%(shown)s"""
