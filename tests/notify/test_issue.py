"""The words of issues and Slack messages, text from outside in them."""

import pytest

from release.notify import slack
from release.notify.issue import code, escape, name_of, recovery
from release.notify.result import Result
from release.settings import Channel


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, v0.0.1 (x)", "plain words, v0.0.1 (x)"),
        ("a|b", r"a\|b"),
        ("a\nb\x00c\u202ed", "a b c d"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("@me o/r#12", "@\u200bme o/r#\u200b12"),
        ("GH-12 www.x.y", "GH\u200b-12 www\u200b.x.y"),
        ("*a* _b_ `c` ~d~ [e] !f", r"\*a\* \_b\_ \`c\` \~d\~ \[e\] \!f"),
        ("http://x", r"http\://x"),
        ("\\|", r"\\\|"),
        ("x" * 500, "x" * 399 + "…"),
    ],
    ids=["plain", "pipe", "lines", "html", "mention", "reference", "markup", "link", "backslash", "long"],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("a", "`a`"), ("a`b", "`` a`b ``"), ("```", "```` ``` ````")], ids=["plain", "one", "fence"]
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("texts", "template", "name"),
    [
        (["0.0.1"], "v{version}", ("v0.0.1", "0.0.1")),
        (["app-0.0.1"], "app-{version}", ("v0.0.1", "0.0.1")),
        (["latest", "0.0.1"], "v{version}", ("v0.0.1", "0.0.1")),
        ([None, " "], "v{version}", ("an unknown version", None)),
        (["1.0.0; rm -rf /"], "v{version}", ("1.0.0-rm--rf", None)),
    ],
    ids=["version", "tag", "second", "none", "shell"],
)
def test_name_of(texts: list[str | None], template: str, name: tuple[str, str | None]) -> None:
    assert name_of(texts, template) == name


def test_slack_text_is_only_words() -> None:
    assert slack.escape("<!here> `x` & *y* @z\n") == "&lt;!here&gt; 'x' &amp; \u2217y\u2217 @\u200bz"


@pytest.mark.parametrize(
    ("kind", "commands"),
    [
        ("scoop", ["invoke dist.tool --version 1.0.0", "invoke update.tool --version 1.0.0"]),
        ("docker", ["invoke dist.tool --version 1.0.0"]),
        ("dispatch", ["invoke dist.tool --version 1.0.0"]),
    ],
    ids=["edits-files", "no-files", "told-only"],
)
def test_recovery(kind: str, commands: list[str]) -> None:
    channel = Channel("tool", kind, "acme/x", "X_TOKEN")
    assert recovery(Result("tool", "failed"), channel, "1.0.0") == commands
