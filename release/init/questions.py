"""What is asked on a terminal where no flag says it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from release.channels import KINDS
from release.channels.adopted import Named
from release.errors import InputError, Stopped
from release.init.plan import EXAMPLE, FORM, check_repository, parse_channel

TRIES = 5


@dataclass(frozen=True)
class Terminal:
    """Where a person is.

    Attributes:
        say: shows a line.
        read: the next line; empty at the end of the input.
    """

    say: Callable[[str], None]
    read: Callable[[], str]

    def ask(self, question: str) -> str:
        """The answer, without surrounding space.

        Raises:
            Stopped: the input ended.
        """
        self.say(question)
        line = self.read()
        if not line:
            raise Stopped("Nothing was written: the questions were not answered.", "Give flags, or answer them.")
        return line.strip()


def ask_repository(terminal: Terminal) -> str:
    """The product's repository; asked again where it is none.

    Raises:
        InputError: it is still none.
    """
    for _ in range(TRIES):
        try:
            return check_repository(terminal.ask("The product's repository, OWNER/NAME:"))
        except InputError as error:
            terminal.say(str(error))
    raise InputError("No repository was given", "Give it as --repository OWNER/NAME.")


def ask_channels(terminal: Terminal) -> Sequence[Named]:
    """Channels until an empty line, at least one.

    Raises:
        InputError: none was given.
    """
    found: list[Named] = []
    terminal.say(f"Its channels, one per line as {FORM}, such as {EXAMPLE} or ghcr=docker:ghcr.io/acme/rocket;")
    terminal.say(f"kinds: {', '.join(KINDS)}. An empty line ends the list.")
    for _ in range(TRIES * 20):
        if not (line := terminal.ask(f"Channel {len(found) + 1}:")):
            break
        try:
            found.append(parse_channel(line))
        except InputError as error:
            terminal.say(str(error))
    if not found:
        raise InputError("No channel was given", f"Give at least one as --channel {FORM}.")
    return found
