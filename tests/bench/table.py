"""What was measured, as text and as Markdown."""

from collections.abc import Sequence

from tests.bench.measure import Row

HEAD = ("what", "seconds", "against", "seconds", "ratio", "beside")


def cells(row: Row) -> tuple[str, ...]:
    """A row's texts; empty where there is nothing to compare with."""
    base = f"{row.base:.2f}" if row.base is not None else ""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    return row.what, f"{row.seconds:.2f}", row.against, base, ratio, row.note


def render_text(rows: Sequence[Row]) -> str:
    """In columns."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def render_markdown(rows: Sequence[Row], command: str) -> str:
    """With the command that measured."""
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + f"\nMeasured by `{command}`.\n"
