"""How a product takes up a repository of Chocolatey packages."""

from collections.abc import Mapping, Sequence
from typing import Any

from release.channels.adopted import Adopted, Named, Offer, Product
from release.channels.choco.settings import ChocoChannel

FEED = "https://community.chocolatey.org/api/v2"
SECRETS = """\
    secrets:
      CHOCO_API_KEY: ${{ secrets.CHOCO_API_KEY }}
"""


class AdoptedPackage(Adopted[ChocoChannel]):
    """A package, edited in its repository, packed, and pushed to the gallery."""

    token = "CHOCO_REPO_TOKEN"  # noqa: S105 - the name of a variable
    wants = ("windows", "python", "source")
    called = "receive-choco.yml"

    def settings(self, product: Product, named: Named, offers: Sequence[Offer]) -> dict[str, Any]:
        """Event, artifact, the package's usual paths, and the community's feed."""
        name = product.name.lower()
        files = [f"{name}/{name}.nuspec", f"{name}/tools/chocolateyinstall.ps1"]
        return {**super().settings(product, named, offers), "files": files, "feed": FEED}

    def secrets(self, channel: ChocoChannel) -> Mapping[str, str]:
        """The gallery's key."""
        del channel
        return {
            "CHOCO_API_KEY": "the API key of the package's owner, from the account page of community.chocolatey.org"
        }

    def remarks(self, product: Product, channel: ChocoChannel) -> Sequence[str]:
        """The package has to be there, and on an enterprise server its push is written by hand."""
        there = f"Write {' and '.join(channel.paths)} once by hand; updates keep them current."
        pushed = "The receiver edits the files only: add `choco pack` and `choco push` on a Windows runner behind it."
        return (there, pushed) if product.server else (there,)

    def receiver(self, product: Product, channel: ChocoChannel) -> str:
        """A call of ``receive-choco.yml``."""
        nuspec = next(path for path in channel.paths if path.lower().endswith(".nuspec"))
        return self.call(product, channel, {"nuspec": nuspec}, SECRETS)
