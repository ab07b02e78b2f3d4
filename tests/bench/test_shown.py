"""The table and the picture of what was measured."""

import re
import xml.etree.ElementTree as ET

from tests.bench.curves import curves_of
from tests.bench.measure import Row, Spent, alternate
from tests.bench.picture import WIDTH, draw
from tests.bench.plot import render_plot
from tests.bench.table import render_markdown, render_text

ROWS = [
    Row("start", "a & b", 1.0, "curl <URL>", 2.0, "12 requests"),
    Row("growth", "alone", 3.0, note="simulated"),
    Row("curl", "slow", 9.0, "sha256sum", 0.5),
]


def test_the_table_has_a_ratio_where_there_is_something_to_compare_with() -> None:
    text = render_text(ROWS).splitlines()
    assert [line.split() for line in text[1:]] == [
        ["a", "&", "b", "1.00", "curl", "<URL>", "2.00", "0.50", "12", "requests"],
        ["alone", "3.00", "simulated"],
        ["slow", "9.00", "sha256sum", "0.50", "18.00"],
    ]
    markdown = render_markdown(ROWS, "invoke bench")
    assert "| a & b | 1.00 | curl <URL> | 2.00 | 0.50 | 12 requests |\n" in markdown
    assert markdown.endswith("\nMeasured by `invoke bench`.\n")


def test_the_picture_is_xml_with_a_bar_for_each_ratio() -> None:
    picture = ET.fromstring(render_plot(ROWS, "invoke bench --only <x>"))  # noqa: S314 - our own text
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text in {"0.50", "18.00"}] == ["0.50", "18.00"]
    assert texts[-1] == "invoke bench --only <x>"


def test_growth_is_drawn_as_curves_with_a_point_for_each_number_of_channels() -> None:
    rows = [Row("growth", "dist.all", seconds, x=x) for x, seconds in ((16, 2.0), (4, 1.0), (64, 4.0))]
    rows += [Row("curl", "dist.all", 1.0, against, 2.0, x=delay) for against in ("one", "all") for delay in (0, 0.5)]
    assert {part: {name: len(line) for name, line in lines.items()} for part, lines in curves_of(rows).items()} == {
        "growth": {"dist.all": 3}, "curl": {"dist.all": 2, "one": 2, "all": 2},
    }  # fmt: skip
    picture = ET.fromstring(render_plot(rows, "invoke bench"))  # noqa: S314 - our own text
    lines = [line.get("points") or "" for line in picture.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(points.split()) for points in lines] == [3, 2, 2, 2]
    heights = [float(point.partition(",")[2]) for point in lines[0].split()]
    assert heights == sorted(heights, reverse=True)


def test_the_picture_of_a_rehearsal_loads_nothing_and_shows_the_lines() -> None:
    picture = draw("$ invoke rehearse", "    docker  served  0.0.2\n" + "x" * 300)
    texts = [element.text or "" for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own text
    assert "served" in texts
    assert max(map(len, texts)) <= WIDTH
    assert re.findall(r"url\((?!#)[^)]*\)", picture) == []


def test_medians_and_the_most_memory_of_runs_in_turn() -> None:
    order: list[str] = []

    def work(name: str, *seconds: float) -> Spent:
        order.append(name)
        return Spent(seconds[order.count(name) - 1], mib=10 * order.count(name))

    one, two = alternate(3, lambda: work("one", 5, 1, 3), lambda: work("two", 2, 2, 8))
    assert order == ["one", "two"] * 3
    assert (one, two) == (Spent(3, 30), Spent(2, 30))
