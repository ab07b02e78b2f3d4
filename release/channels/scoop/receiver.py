"""How a product takes up a bucket."""

from collections.abc import Sequence
from typing import Any

from release.channels.adopted import Adopted, Named, Offer, Product
from release.channels.scoop.settings import ScoopChannel


class AdoptedBucket(Adopted[ScoopChannel]):
    """A manifest, edited in the bucket, every architecture of it."""

    token = "SCOOP_REPO_TOKEN"  # noqa: S105 - the name of a variable
    wants = ("windows", "python", "source")
    called = "receive-scoop.yml"

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """Event, artifact, and the manifest's usual path."""
        return {**super().settings(product, named, offers), "file": f"bucket/{product.name.lower()}.json"}

    def remarks(self, product: Product, channel: ScoopChannel) -> Sequence[str]:
        """The manifest has to be there."""
        del product
        return (f"Write {channel.paths[0]} once by hand; updates keep every architecture in it current.",)

    def receiver(self, product: Product, channel: ScoopChannel) -> str:
        """A call of ``receive-scoop.yml``."""
        return self.call(product, channel, {})
