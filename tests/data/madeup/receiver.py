"""How a product takes up such a repository."""

from collections.abc import Sequence
from typing import Any

from release.channels.adopted import Adopted, Named, Offer, Product
from release.channels.receiver import acting_receiver

from .settings import PkgChannel


class AdoptedPkg(Adopted[PkgChannel]):
    """A file, edited in its repository by the action: no reusable workflow is needed."""

    token = "PKGS_TOKEN"

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """Event, artifact, and the file's usual path."""
        return {**super().settings(product, named, offers), "file": f"{product.name}.pkg"}

    def receiver(self, product: Product, channel: PkgChannel) -> str:
        """The action runs ``update``."""
        return acting_receiver(product.name, channel, product.repository)
