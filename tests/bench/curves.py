"""What was measured at several places of a scale, as curves: by channels, or by the delay of each answer."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from tests.bench.measure import Row

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 960, 260, 60, 40, 300, 40
COLOURS = ("#1a7f37", "#bf8700", "#0969da", "#8250df")
TITLES = {
    "growth": "dist.all by number of channels, seconds",
    "curl": "dist.all by seconds that each answer takes, seconds",
}
OURS = "dist.all"
Curve = Sequence[tuple[float, float]]


def curves_of(rows: Sequence[Row]) -> dict[str, dict[str, Curve]]:
    """Part -> name of each curve -> its points; parts of one point alone are none."""
    found: dict[str, dict[str, dict[float, float]]] = {}
    for row in (one for one in rows if one.x is not None):
        part, x = found.setdefault(row.part, {}), row.x or 0.0
        part.setdefault(OURS, {})[x] = row.seconds
        if row.base is not None:
            part.setdefault(row.against, {})[x] = row.base
    return {part: {name: sorted(points.items()) for name, points in lines.items()}
            for part, lines in found.items() if len(lines[OURS]) > 1}  # fmt: skip


def render_curves(rows: Sequence[Row], top: int) -> tuple[str, int]:
    """SVG elements below ``top``, a picture for each part, and where they end."""
    body = ""
    for part, lines in curves_of(rows).items():
        body += f'<g transform="translate(0 {top})">\n{"".join(_picture(TITLES.get(part, part), lines))}</g>\n'
        top += HEIGHT
    return body, top


def _picture(title: str, lines: Mapping[str, Curve]) -> Iterator[str]:
    places = [x for x, _ in lines[OURS]]
    most = max(y for line in lines.values() for _, y in line)
    yield f'<text x="8" y="24" font-size="15">{escape(title)}</text>\n'
    for x in places:
        yield f'<text x="{_x(x, places)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:g}</text>\n'
    for y in (0.0, most / 2, most):
        yield f'<line x1="{LEFT}" y1="{_y(y, most)}" x2="{WIDTH - RIGHT}" y2="{_y(y, most)}" stroke="#d0d7de"/>\n'
        yield f'<text x="{LEFT - 8}" y="{_y(y, most) + 4}" text-anchor="end">{y:.1f}</text>\n'
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        points = " ".join(f"{_x(x, places)},{_y(y, most)}" for x, y in line)
        end = _y(line[-1][1], most) + 4
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>\n'
        yield f'<text x="{WIDTH - RIGHT + 8}" y="{end}" fill="{colour}">{escape(name)} {line[-1][1]:.2f}</text>\n'


def _x(x: float, places: Sequence[float]) -> float:
    """Equal steps, whatever lies between: the numbers of channels quadruple."""
    return round(LEFT + places.index(x) * (WIDTH - LEFT - RIGHT) / (len(places) - 1), 1)


def _y(y: float, most: float) -> float:
    return round(HEIGHT - BOTTOM - y / (most or 1) * (HEIGHT - BOTTOM - TOP), 1)
