"""The hidden line of an issue: found again, replaced, and never a reason to fail."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.notify.issue import clean_tag
from release.notify.marker import BEGIN, END, Marker, parse_marker, render_marker, with_marker

KEPT = Marker("kekkai", "0.0.2", ("scoop", "scoop/prove/windows"))


def test_a_marker_survives_any_text() -> None:
    marker = Marker("--> <!-- x", clean_tag("a-->b"), ("scoop",))
    shown = render_marker(marker)
    assert shown.count("-->") == 1
    assert parse_marker(f"before {shown} after --> x") == marker
    assert with_marker(f"a {shown} b", KEPT) == f"a {render_marker(KEPT)} b"
    assert with_marker("no marker", KEPT) == "no marker"


def written(**changes: object) -> str:
    value = {"project": "kekkai", "version": "0.0.2", "failing": ["scoop"], **changes}
    return f"{BEGIN}{json.dumps(value)}{END}"


DAMAGED: dict[str, object] = {
    "nested": f"{BEGIN}{'[' * 12_000}{END}",
    "nested-failing": f'{BEGIN}{{"failing": {"[" * 12_000}}}{END}',
    "cut-off": BEGIN + '{"project": "kekkai"',
    "begun-often": BEGIN * 2000,
    "date": written(version="2026-11-24T00:00:00Z", failing={"at": 1}),
    "number": written(version=2),
    "no-list": written(failing="scoop"),
    "odd-names": written(failing=["scoop", "<b>"]),
    "names-of-other-types": written(failing=[["scoop"], None]),
    "huge-number": f'{BEGIN}{{"version": {"9" * 5000}}}{END}',
    "list": f"{BEGIN}[]{END}",
    "no-text": 5,
    "nothing": None,
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_marker_is_none(body: object) -> None:
    assert parse_marker(body) is None


@given(st.text(max_size=200))
def test_no_text_is_a_reason_to_fail(text: str) -> None:
    assert parse_marker(f"{BEGIN}{text}{END}") is None or text.strip().startswith("{")
