"""The workflow files that the targets listen with."""

from collections.abc import Iterable


def receiver_workflow(name: str, channel: str, event_type: str) -> bytes:
    """A target's workflow for one event type, with GitHub's ``run-name`` set."""
    return f"""\
name: Receive {name} release
run-name: "{name} ${{{{ github.event.client_payload.version }}}}"
on:
  repository_dispatch:
    types: [{event_type}]
permissions: {{}}
jobs:
  receive:
    permissions:
      contents: write
      pull-requests: write
    uses: kademoslabs/release-distributions/.github/workflows/receive-{channel}.yml@main
""".encode()


def publish_workflow(name: str, inputs: Iterable[str]) -> bytes:
    """The workflow of the product that publishes its image; the first input is in the run's name."""
    names = list(inputs) or ["tag"]
    asked = "".join(f"      {each}:\n        description: Of the image\n        required: true\n" for each in names)
    return f"""\
name: Publish image
run-name: "{name} image ${{{{ inputs.{names[0]} }}}}"
on:
  workflow_dispatch:
    inputs:
{asked}permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: echo "the stand-in pushes the image itself"
""".encode()
