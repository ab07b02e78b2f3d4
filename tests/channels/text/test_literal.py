"""Edits of a text that keep what is equal as it was written."""

import pytest

from release.channels.text.literal import apply_edits, plain_literal

LONG = "x" * 700


@pytest.mark.parametrize(
    ("old", "new", "untouched"),
    [
        pytest.param("v1.2.3/k-1.2.3.zip", "v1.3.0/k-1.3.0.zip", "/k-", id="two places of a word"),
        pytest.param(f"a {LONG}1{LONG} b", f"a {LONG}2{LONG} b", LONG, id="long word"),
        pytest.param(f"{LONG}1", f"{LONG}{LONG}1", LONG, id="longer"),
        pytest.param("a b", "ab", "a", id="other blanks"),
        pytest.param("same", "same", "same", id="nothing to do"),
    ],
)
def test_edits_make_the_new_text_and_no_more(old: str, new: str, untouched: str) -> None:
    edits = plain_literal(f"<{old}>", 1, 1 + len(old)).becomes(new)
    assert apply_edits(f"<{old}>", edits) == f"<{new}>"
    assert all(untouched not in f"<{old}>"[edit.start : edit.end] for edit in edits)
