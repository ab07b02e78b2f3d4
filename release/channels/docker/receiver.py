"""How a product takes up an image: its own repository builds it, wherever it is pushed."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from release.channels.adopted import Adopted, Named, Offer, Product
from release.channels.docker.settings import HUB_HOSTS, DockerChannel
from release.channels.receiver import ACTION, CHECKOUT, PINNED, head, said, scalar

GITHUB = "ghcr.io"  # takes the token of the job


class AdoptedImage(Adopted[DockerChannel]):
    """``TARGET`` is the image, with its registry's host where that is not Docker Hub."""

    called = "receive-docker.yml"

    def target(self, product: Product, named: Named) -> str:
        """The product's own repository, which has the tag and the Dockerfile."""
        del named
        return product.repository

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """The workflow that builds it, and the image."""
        del offers
        return {"workflow": f"receive-{named.name}.yml", "ref": product.branch, "inputs": {"tag": "{version}"},
                "image": named.target}  # fmt: skip

    def secrets(self, channel: DockerChannel) -> Mapping[str, str]:
        """A login, but at ghcr.io."""
        host = _host(channel)
        if host == GITHUB:
            return {}
        return {"DOCKERHUB_USERNAME": f"who logs in at {host}",
                "DOCKERHUB_TOKEN": f"an access token of {host} that may read and write this image"}  # fmt: skip

    def remarks(self, product: Product, channel: DockerChannel) -> Sequence[str]:
        """What builds it, and what ghcr.io needs."""
        del product
        here = "A Dockerfile at the top of this repository builds it; each version is built from its tag."
        public = f"After the first push make the package of {channel.image} public, or users cannot pull it."
        access = "A package first pushed by hand: Package settings, Manage Actions access, this repository, write."
        at_github = (public, access) if _host(channel) == GITHUB else ()
        return (here, *at_github)

    def receiver(self, product: Product, channel: DockerChannel) -> str:
        """A call of ``receive-docker.yml``; on an enterprise server a build of its own."""
        begun, host = head(product.name, channel, "Publish the image of"), _host(channel)
        values = {"channel": scalar(channel.name), "action": ACTION, "called": self.called, **said(channel)}
        if product.server:
            return begun + BUILD % {**values, "host": host, "image": f"{host}/{channel.image}"}
        return begun + CALL % values + ("" if host == GITHUB else SECRETS)


def _host(channel: DockerChannel) -> str:
    assert isinstance(channel, DockerChannel)  # noqa: S101 - of this very kind
    host = urlsplit(channel.registry).netloc
    return "docker.io" if host in HUB_HOSTS else host


CALL = f"""\
  receive:
    permissions:
      contents: read # the release and its tag
      packages: write # an image at ghcr.io
    uses: %(action)s/.github/workflows/%(called)s@{PINNED}
    with:
      version: %(version)s
      channel: %(channel)s
"""
SECRETS = """\
    secrets:
      DOCKERHUB_USERNAME: ${{ secrets.DOCKERHUB_USERNAME }}
      DOCKERHUB_TOKEN: ${{ secrets.DOCKERHUB_TOKEN }}
"""
BUILD = f"""\
  receive:
    name: build and push
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read # the release and its tag
    steps:
      - uses: %(action)s/.github/actions/check-payload@{PINNED}
        with:
          version: %(version)s
      - uses: {CHECKOUT}
        with:
          path: .product
          sparse-checkout: invoke.yaml
          sparse-checkout-cone-mode: false
          persist-credentials: false
      - uses: %(action)s@{PINNED}
        id: release
        with:
          settings: .product/invoke.yaml
          channel: %(channel)s
          task: release.extract
          arguments: |
            --version=%(version)s
            --only=%(channel)s
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      - uses: {CHECKOUT}
        with:
          ref: refs/tags/${{{{ steps.release.outputs.tag }}}}
          path: source
          persist-credentials: false
      - uses: docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e # v4.3.0
      - uses: docker/login-action@4907a6ddec9925e35a0a9e82d7399ccc52663121 # v4.1.0
        with:
          registry: %(host)s
          username: ${{{{ secrets.DOCKERHUB_USERNAME }}}}
          password: ${{{{ secrets.DOCKERHUB_TOKEN }}}}
      - uses: docker/build-push-action@53b7df96c91f9c12dcc8a07bcb9ccacbed38856a # v7.3.0
        with:
          context: source
          push: true
          tags: %(image)s:%(version)s
      # Asked after the build, which takes minutes: a newer version may have come out meanwhile.
      - uses: %(action)s@{PINNED}
        id: newest
        with:
          task: release.extract
          arguments: |
            --version=latest
            --only=%(channel)s
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      # The same manifest, byte for byte: an older line or a pre-release never becomes latest.
      - name: Move latest
        if: steps.newest.outputs.version == steps.release.outputs.version
        run: docker buildx imagetools create --prefer-index=false --tag "$IMAGE:latest" "$IMAGE:$TAG"
        env:
          IMAGE: %(image)s
          TAG: %(version)s
"""
