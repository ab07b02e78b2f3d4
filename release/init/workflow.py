"""The product's own release workflow: a job per channel, each with its own secret by its literal name."""

from release.channels.adopted import Product
from release.channels.receiver import ACTION, PINNED, scalar
from release.init.steps import EXTRACTED, NOTIFYING, SETTINGS, VALIDATED
from release.settings import Channel, Settings

OWN = "GITHUB_TOKEN"
UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0"
DOWNLOAD = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1"


def render_workflow(product: Product, settings: Settings) -> str:
    """``trigger-distributions.yml``; for an enterprise server one job, without artifacts and newer contexts."""
    form = settings.project.tag.replace("'", "''").replace("{version}", "{0}")
    before = settings.project.tag.partition("{version}")[0].replace("'", "''")
    head = HEAD % {"name": product.name, "form": form, "before": before}
    if product.server:
        names = {channel.token for channel in settings.channels.values()} - {OWN}
        return head + ALONE % {"secrets": "".join(_secret(name) for name in sorted(names))}
    jobs = "".join(_job(channel) for channel in settings.channels.values())
    needs = ", ".join(["extract", *(f"dist-{name}" for name in settings.channels)])
    return head + EXTRACT + jobs + NOTIFY % {"needs": needs}


def _job(channel: Channel) -> str:
    values = {"channel": channel.name, "title": scalar(channel.name), "permissions": "    permissions: {}\n",
              "secret": _secret(channel.token)}  # fmt: skip
    if channel.token == OWN:
        values |= {"permissions": INSIDE, "secret": f"          {OWN}: ${{{{ github.token }}}}\n"}
    return JOB % values


def _secret(name: str) -> str:
    return f"          {name}: ${{{{ secrets.{name} }}}}\n"


HEAD = """\
name: Trigger Distribution Updates
run-name: >-
  Distribute %(name)s ${{ github.event.release.tag_name || inputs.version }}${{ inputs.dry_run && ' (dry run)' || '' }}

on:
  release:
    types: [published]
  workflow_dispatch:
    inputs:
      version:
        description: 0.0.1, the tag, or latest
        type: string
        required: true
      sha256:
        description: Expected SHA-256 of the source tarball (optional)
        type: string
        default: ""
      dry_run:
        description: Read everything, send nothing
        type: boolean
        default: false

permissions: {}

# One run per version; a second one waits, and then finds most of the work done. A dry run waits for nobody.
concurrency:
  group: >-
    distribute-%(name)s-${{ github.event.release.tag_name
    || (startsWith(inputs.version, '%(before)s') && inputs.version)
    || format('%(form)s', inputs.version) }}-${{ inputs.dry_run && 'dry' || 'real' }}
  cancel-in-progress: false

jobs:
"""
EXTRACT = f"""\
  extract:
    name: Extract and validate
    runs-on: ubuntu-latest
    timeout-minutes: 45
    permissions:
      contents: read # the release and its assets, invoke.yaml
    outputs:
      version: ${{{{ steps.extract.outputs.version }}}}
    steps:
{SETTINGS}\
{EXTRACTED}\
{VALIDATED}\
      - uses: {UPLOAD}
        if: always() # as a record and settings for the next jobs; as a report of what is wrong for notify
        with:
          name: distribution-release
          path: |
            invoke.yaml
            release.extract.json
            release.validate.json
          overwrite: true # of a job that is run again
"""
INSIDE = """\
    permissions:
      actions: write # starts the workflow in this repository, and follows its run
      contents: read # the release
"""
JOB = f"""
  dist-%(channel)s:
    name: %(title)s
    needs: [extract]
    if: needs.extract.outputs.version != ''
    runs-on: ubuntu-latest
    timeout-minutes: 45
%(permissions)s\
    steps:
      - uses: {DOWNLOAD}
        with:
          name: distribution-release
      - name: Tell the channel and wait until it serves the version
        uses: {ACTION}@{PINNED}
        with:
          task: dist.%(channel)s
          report: dist.%(channel)s.json
          arguments: |
            --json
            --wait=30
            --release=release.extract.json
            ${{{{ inputs.dry_run && '--dry-run' || '' }}}}
        env:
%(secret)s\
      - uses: {UPLOAD}
        if: always()
        with:
          name: distribution-dist.%(channel)s
          path: dist.%(channel)s.json
          overwrite: true
"""
NOTIFY = f"""
  notify:
    name: Notify
    needs: [%(needs)s]
    if: always() && (needs.extract.result != 'success' || needs.extract.outputs.version != '') # also without any result
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      actions: read # which job of this run ended without a result
      contents: read # invoke.yaml
      issues: write # opens, comments on and closes the failure issue
    steps:
{SETTINGS}\
      - uses: {DOWNLOAD}
        with:
          pattern: distribution-*
          path: results
          merge-multiple: true
      - run: mkdir -p results # no job may have left one
      - name: Say what happened
{NOTIFYING}\
            --version=${{{{ needs.extract.outputs.version || inputs.version || github.event.release.tag_name }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
          SLACK_WEBHOOK: ${{{{ secrets.SLACK_WEBHOOK }}}}
"""
ALONE = f"""\
  distribute:
    name: Distribute
    runs-on: ubuntu-latest
    timeout-minutes: 90
    permissions:
      actions: write # starts a workflow in this repository, and follows its run
      contents: read # the release and its assets, invoke.yaml
      issues: write # opens, comments on and closes the failure issue
    steps:
{SETTINGS}\
      - run: mkdir -p results # where notify looks, also where a step in between fails
{EXTRACTED}\
      - name: Tell all channels and wait until they serve the version
        if: steps.extract.outputs.version != '' # empty where the release is another product's
        uses: {ACTION}@{PINNED}
        with:
          task: dist.all
          report: results/dist.all.json
          arguments: |
            --json
            --wait=30
            --release=release.extract.json
            ${{{{ inputs.sha256 && format('--sha256={{0}}', inputs.sha256) || '' }}}}
            ${{{{ inputs.dry_run && '--dry-run' || '' }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
%(secrets)s\
      - name: Say what happened
        if: always() && (steps.extract.outcome != 'success' || steps.extract.outputs.version != '')
{NOTIFYING}\
            --version=${{{{ steps.extract.outputs.version || inputs.version || github.event.release.tag_name }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
          SLACK_WEBHOOK: ${{{{ secrets.SLACK_WEBHOOK }}}}
"""
