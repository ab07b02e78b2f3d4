"""Text from outside commands no terminal, no runner of Actions and no Markdown, whatever it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.errors import one_line
from release.report.text import lines, markdown, no_commands, shorten

UNSEEN = {
    "escape": "\x1b[2J", "bell": "\a", "backspace": "\b", "c1": "\x9b31m", "return": "\r", "next-line": "\x85",
    "line-separator": "\u2028", "override": "\u202e", "isolate": "\u2066", "mark": "\u200f", "zero-width": "\u200b",
    "joiner": "\u2060", "bom": "\ufeff", "surrogate": "\ud800", "soft-hyphen": "\u00ad", "variation": "\ufe0f",
    "hangul-filler": "\u3164", "braille-blank": "\u2800", "tag": "\U000e0041", "nul": "\0",
}  # fmt: skip


@pytest.mark.parametrize("bad", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_is_not_seen_becomes_a_blank(bad: str) -> None:
    rest = bad[1:]
    assert one_line(f"a{bad}b") == one_line(f"a {rest}b")
    assert lines(f"a{bad}b\n\tc") == f"a {rest}b\n\tc"


ANY = st.text(st.characters(codec=None), max_size=80)


@given(ANY)
def test_nothing_that_controls_is_left(text: str) -> None:
    assert one_line(text).isprintable()
    assert lines(text).replace("\n", "").replace("\t", "").isprintable()
    assert one_line(one_line(text)) == one_line(text)


COMMANDS = {
    "plain": ("::error::x", ": :error::x"),
    "after-blanks": (" \t::add-mask::x", " \t: :add-mask::x"),
    "second-line": ("a\n::stop-commands::x", "a\n: :stop-commands::x"),
    "old-form": ("see ##[error]x", "see # #[error]x"),
    "many": ("###[a]##[b]", "## #[a]# #[b]"),
    "inside": ("a::b", "a::b"),
}


@pytest.mark.parametrize(("text", "shown"), COMMANDS.values(), ids=COMMANDS.keys())
def test_a_runner_finds_no_command(text: str, shown: str) -> None:
    assert no_commands(text) == shown


@given(st.text("#[:: \t\na", max_size=30))
def test_no_text_at_all_is_a_command(text: str) -> None:
    shown = no_commands(text)
    assert "##[" not in shown
    assert not any(re.match(r"\s*::", line) for line in shown.split("\n"))


GITHUB = "https://github.com"
WORDS = {
    "link": ("[a](https://evil.example/x)", "&#91;a&#93;(https:&#47;&#47;evil.example/x)"),
    "image beside our link": (
        f"{GITHUB}/o/r/actions/runs/7 ![x](http://e/p)",
        f"{GITHUB}/o/r/actions/runs/7 &#33;&#91;x&#93;(http:&#47;&#47;e/p)",
    ),
    "host that begins like ours": (f"{GITHUB}.evil.example/x", "https:&#47;&#47;github.com.evil.example/x"),
    "ours with more glued to it": (f"{GITHUB}/a)**b**", "https:&#47;&#47;github.com/a)&#42;&#42;b&#42;&#42;"),
    "www": ("www.evil.example", "www&#46;evil.example"),
    "html": ("<b>&amp;", "&#60;b&#62;&#38;amp;"),
    "mention": ("@everyone #1", "&#64;everyone &#35;1"),
    "emphasis where an address is": ("a://b *c* _d_", "a:&#47;&#47;b &#42;c&#42; &#95;d&#95;"),
}


@pytest.mark.parametrize(("text", "shown"), WORDS.values(), ids=WORDS.keys())
def test_markdown_shows_words(text: str, shown: str) -> None:
    assert markdown(text, GITHUB) == shown


def test_what_is_left_out_is_said() -> None:
    assert (shorten("abc", 3), shorten("abcd", 3)) == ("abc", "ab…")
