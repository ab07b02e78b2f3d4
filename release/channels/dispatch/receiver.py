"""How a product takes up a channel whose format is not known here."""

from collections.abc import Sequence

from release.channels.adopted import Adopted, Named, Product
from release.channels.dispatch.settings import DispatchChannel

WANTED = {"winget": ("windows",), "aur": ("linux",)}  # by the channel's usual name


class AdoptedDispatch(Adopted[DispatchChannel]):
    """Told by an event; the step that does the work is the target's own."""

    def wanted(self, named: Named) -> Sequence[str]:
        """By the channel's name, where that says which system it is for."""
        return (*WANTED.get(named.name, ()), *self.wants)

    def comments(self, product: Product, named: Named) -> Sequence[str]:
        """What makes it readable."""
        del product, named
        return ("# Say where the version that users get stands; without it a run's success is all that is known:",
                '# serves: {file: PATH, contains: "{version}"}')  # fmt: skip
