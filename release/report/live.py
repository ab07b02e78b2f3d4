"""What becomes of the channels while somebody waits: live on a terminal, a line per change elsewhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from release.errors import one_line
from release.records import Outcome, State

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


@contextmanager
def watching(outcomes: Sequence[Outcome], say: Callable[[str], None]) -> Iterator[Heard]:
    """Show changes for as long as the context is open.

    Args:
        outcomes: as they are at first.
        say: takes a line, without secrets or not.
    """
    if not sys.stderr.isatty():
        yield lambda outcome: say(render_change(outcome))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

    now = {outcome.channel: outcome for outcome in outcomes}
    console = Console(file=sys.stderr, highlight=False, markup=False)
    with console.status(render_waiting(outcomes)) as status:

        def heard(outcome: Outcome) -> None:
            now[outcome.channel] = outcome
            say(render_change(outcome))
            status.update(render_waiting(list(now.values())))

        yield heard
