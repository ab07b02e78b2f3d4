"""How a version is written and found in a text, and which of two is the newer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.channels.text.versions import PARTS, Move, is_older


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0.0.1", "0.0.2"), ("0.9.0", "0.10.0"), ("1.0.0-rc.1", "1.0.0"), ("1.0.0-rc9", "1.0.0-rc.10"),
        ("1.0.0-alpha", "1.0.0-beta"), ("1.0", "1.0.1"), ("1.0.0", "1.0.0.1"), ("1.0.0-1", "1.0.0-a"),
    ],
)  # fmt: skip
def test_order(older: str, newer: str) -> None:
    assert is_older(older, newer) is True
    assert is_older(newer, older) is False


@given(st.from_regex(PARTS, fullmatch=True), st.from_regex(PARTS, fullmatch=True))
def test_any_two_versions_have_one_order(first: str, second: str) -> None:
    assert not (is_older(first, second) and is_older(second, first))
    assert is_older(first, first) is False


@pytest.mark.parametrize(
    "held", ["nightly", "", "1..0", "1.0.0-", "v1.0.0", pytest.param("9" * 5000, id="beyond counting")]
)
def test_no_order(held: str) -> None:
    assert is_older("1.0.0", held) is None
    assert not Move(held or "x", "2.0.0").carried("kekkai-3.0.0.zip")


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("kekkai-1.2.3.zip", True), ("v1.2.3", True), ("kekkai_1.2.3_64bit", True), ("1_2_3", True),
        ("1.2.3-amd64", True), ("1-2-3", True), ("%401.2.3", True), ("x64.1.2.3", True), ("win-x86_64.1.2.3", True),
        ("ui.64.1.2.3", True), ("1.2.3.7z", True),
        ("11.2.3", False), ("1.2.30", False), ("1.2.3.4", False), ("0.1.2.3", False), ("1.2.3rc1", False),
        ("1.2.3-beta", False), ("1.2.3+b", False), ("1.2.3.post1", False), ("1.2", False),
        ("64.1.2.3", False), ("1.64.1.2.3", False), ("1.2.3.7", False), ("1.2.3.7zap", False), ("x65.1.2.3", False),
    ],
)  # fmt: skip
def test_a_version_is_found_as_a_whole_only(text: str, carried: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Move("1.2.3", "2.0.0").carried(text) is carried
