"""How a product takes up a tap."""

from collections.abc import Sequence
from typing import Any

from release.channels.adopted import Adopted, Named, Offer, Product
from release.channels.homebrew.settings import HomebrewChannel


class AdoptedTap(Adopted[HomebrewChannel]):
    """A formula, edited in the tap; each of its downloads is edited and compared, one checksum is told."""

    token = "TAP_REPO_TOKEN"  # noqa: S105 - the name of a variable
    wants = ("sdist", "darwin", "linux", "source")
    called = "receive-homebrew.yml"

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """Event, artifact, and the formula's usual path."""
        return {**super().settings(product, named, offers), "file": f"Formula/{product.name.lower()}.rb"}

    def remarks(self, product: Product, channel: HomebrewChannel) -> Sequence[str]:
        """The formula has to be there; where the branch is protected, a pull request has to be allowed."""
        del product
        return (f"Write {channel.paths[0]} once by hand; updates keep every pair of URL and checksum in it current.",)

    def receiver(self, product: Product, channel: HomebrewChannel) -> str:
        """A call of ``receive-homebrew.yml``."""
        return self.call(product, channel, {})
