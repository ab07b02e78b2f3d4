"""What was measured as a picture: a bar for each ratio, on a scale by powers of two; below, curves."""

import math
from collections.abc import Sequence
from html import escape

from tests.bench.curves import render_curves
from tests.bench.measure import Row

WIDTH, LINE, LEFT, TOP = 960, 24, 520, 56
FEWEST, MOST = 1 / 8, 8.0


def render_plot(rows: Sequence[Row], command: str) -> str:
    """An SVG: shorter than the line in the middle is faster than what it is compared with."""
    compared = [row for row in rows if row.ratio]
    end = TOP + LINE * len(compared) + 12
    curves, bottom = render_curves(rows, end)
    height = bottom + 28
    middle = _x(1.0)
    body = "".join(_bar(row, TOP + LINE * number) for number, row in enumerate(compared))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="sans-serif" font-size="12">\n'
        f"<title>Wall time against the commands that a user would use instead</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="8" y="24" font-size="15">Wall time by that of another command (left of the line: faster)</text>\n'
        f"{body}"
        f'<line x1="{middle}" y1="{TOP - 12}" x2="{middle}" y2="{end - 8}" stroke="#24292f"/>\n'
        f"{curves}"
        f'<text x="8" y="{height - 12}" fill="#57606a">{escape(command)}</text>\n</svg>\n'
    )


def _x(ratio: float) -> float:
    share = math.log2(min(max(ratio, FEWEST), MOST) / FEWEST) / math.log2(MOST / FEWEST)
    return round(LEFT + share * (WIDTH - LEFT - 60), 1)


def _bar(row: Row, y: int) -> str:
    ratio, label = row.ratio or 1.0, f"{row.what} / {row.against}"
    left, right = sorted((_x(1.0), _x(ratio)))
    colour = "#1a7f37" if ratio <= 1 else "#bf8700"
    return (
        f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(label)}</text>\n'
        f'<rect x="{left}" y="{y + 2}" width="{max(right - left, 1):.1f}" height="{LINE - 8}" fill="{colour}"/>\n'
        f'<text x="{right + 4}" y="{y + 13}">{ratio:.2f}</text>\n'
    )
