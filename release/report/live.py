"""What becomes of the channels while somebody waits: live on a terminal, a line per change elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from release.errors import one_line
from release.records import Outcome, State
from release.report.terminal import is_terminal
from release.report.text import shorten
from release.report.units import duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

OVER = frozenset({State.SERVED, State.SKIPPED, State.PENDING, State.FAILED, State.MANUAL})
Heard = Callable[[Outcome], None]
"""Takes an outcome whenever its state, reason or run changed."""


def render_change(outcome: Outcome) -> str:
    """One line: channel, state, reason and run."""
    return one_line(" ".join(filter(None, (f"{outcome.channel}: {outcome.state}", outcome.reason, outcome.run_url))))


def render_waiting(outcomes: Sequence[Outcome]) -> str:
    """Which channels are waited for, and how far each of them is."""
    left = [f"{outcome.channel} ({outcome.state})" for outcome in outcomes if outcome.state not in OVER]
    return f"Waiting for {', '.join(left)}" if left else "All channels are settled"


def render_view(outcomes: Sequence[Outcome], elapsed: float, remaining: float | None, width: int) -> list[str]:
    """The live view: how long it has taken and may take, then a line per channel.

    Args:
        outcomes: in the order of the report.
        elapsed: seconds since the wait began.
        remaining: seconds until it ends at the latest, ``None`` where that is not known.
        width: columns; no line is longer.
    """
    left = sum(outcome.state not in OVER for outcome in outcomes)
    most = f", at most {duration(remaining)} more" if remaining is not None else ""
    head = f"{left} of {len(outcomes)} not settled after {duration(elapsed)}{most}"
    states = [one_line(f"{one.channel}: {one.state} {one.reason or ''}") for one in outcomes]
    return [shorten(line, width) for line in (head, *(f"  {state}" for state in states))]


@contextmanager
def watching(
    outcomes: Sequence[Outcome],
    say: Callable[[str], None],
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Heard]:
    """Show changes for as long as the context is open.

    Args:
        outcomes: as they are at first.
        say: takes a line, without secrets or not.
        until: when the wait ends at the latest, in seconds of ``clock``.
        clock: seconds from any beginning.
    """
    console = _console()
    if console is None:
        yield lambda outcome: say(render_change(outcome))
        return
    from rich.live import Live  # noqa: PLC0415 - only a terminal needs it

    say(render_waiting(outcomes))  # and so no progress line is left, which the view would be glued to
    now, begun = {outcome.channel: outcome for outcome in outcomes}, clock()

    def view() -> "Text":
        remaining = None if until is None else until - clock()
        return _text(render_view(list(now.values()), clock() - begun, remaining, console.width))

    def heard(outcome: Outcome) -> None:
        now[outcome.channel] = outcome
        say(render_change(outcome))

    with Live(console=console, get_renderable=view, refresh_per_second=2, transient=True):
        yield heard


def _console() -> "Console | None":
    """The terminal behind stderr, ``None`` where there is none or none that can be drawn on."""
    if not is_terminal(sys.stderr):
        return None
    from rich.console import Console  # noqa: PLC0415 - as above

    console = Console(file=cast("IO[str]", _Unbreakable(sys.stderr)), highlight=False, markup=False)
    return None if console.is_dumb_terminal else console


def _text(view: Sequence[str]) -> "Text":
    from rich.text import Text  # noqa: PLC0415 - as above

    return Text("\n".join(view), no_wrap=True, overflow="ellipsis")


class _Unbreakable:
    """A terminal that may go away while it is drawn on, which ends no wait."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """As that of the stream."""
        with suppress(OSError, ValueError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """As that of the stream."""
        with suppress(OSError, ValueError):
            self.stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else rich wants to know of it
        return getattr(self.stream, name)
