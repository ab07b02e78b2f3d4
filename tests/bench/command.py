"""``invoke bench``: measures, and shows the table."""

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from invoke.exceptions import Exit

from tests.bench import channels, hashing, history, limits, start
from tests.bench.measure import Broken, Row
from tests.bench.picture import draw_rehearsal
from tests.bench.plot import render_plot
from tests.bench.table import render_markdown, render_text

RUNS = 5
Part = Callable[[Path, int], Iterator[Row]]
PARTS: dict[str, Part] = {
    "start": start.measure,
    "curl": channels.measure_curl,
    "hashing": hashing.measure,
    "growth": channels.measure_growth,
    "limits": limits.measure,
    "history": history.measure,
}
QUICK: dict[str, Part] = {
    "hashing": partial(hashing.measure, size=1 << 26),
    "limits": partial(limits.measure, count=100),
    "history": partial(history.measure, commits=1000),
}


def bench(only: Iterable[str], *, quick: bool, markdown: str, plot: str, picture: str) -> None:
    """Measure the chosen parts, one after the other.

    Args:
        only: names of ``PARTS``, ``a,b`` works; none: all.
        quick: one run of each, of smaller things: to see that it works.
        markdown: a file for the table; empty for none.
        plot: a file for the SVG; empty for none.
        picture: a file for the SVG of a rehearsal, and nothing is measured; empty for none.

    Raises:
        Exit: a part is unknown, or what it measures did not do its work.
    """
    if picture:
        Path(picture).write_text(draw_rehearsal(), "utf-8")
        return
    names = [name.strip() for text in only for name in text.split(",")] or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        raise Exit(f"Unknown part {unknown[0]!r}\nThere are: {', '.join(PARTS)}.", code=2)
    rows: list[Row] = []
    for name in names:
        sys.stderr.write(f"Measuring {name}\n")
        part = {**PARTS, **QUICK}[name] if quick else PARTS[name]
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            try:
                rows += part(Path(place), 1 if quick else RUNS)
            except Broken as wrong:
                raise Exit(f"Measuring {name} failed: {wrong}", code=1) from None
    command = "invoke bench" + "".join(f" --only {name}" for name in names if len(names) < len(PARTS))
    command += " --quick" * quick
    sys.stdout.write(render_text(rows) + f"\n{command}\n")
    for file, text in ((markdown, render_markdown(rows, command)), (plot, render_plot(rows, command))):
        if file:
            Path(file).write_text(text, "utf-8")
