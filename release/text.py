"""Makes text from outside harmless: for a terminal, a log of GitHub Actions, Markdown. Pure; imports nothing of ours.

Every text that is printed, reported, summarised or sent goes through here.
"""

import re

# Printable to Python, and yet nothing is seen. Source: Unicode, Default_Ignorable_Code_Point; U+2800 is an empty cell.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "\\`*_{}[]<>|~!&$@#"})


def one_line(text: str) -> str:
    """``text`` without line ends and control characters, so that foreign text cannot forge a line of output."""
    return " ".join(_seen(text, "").split())


def lines(text: str) -> str:
    """``text`` with its line ends and tabs, and without all else that controls, reorders or hides what is shown."""
    return _seen(text.replace("\r\n", "\n"), "\n\t")


def _seen(text: str, kept: str) -> str:
    """A blank in place of each character that is not seen as itself: controls, overrides, surrogates, zero width."""
    shown = INVISIBLE.sub(" ", text)
    return shown if shown.isprintable() else "".join(c if c.isprintable() or c in kept else " " for c in shown)


def shorten(text: str, longest: int) -> str:
    """``text`` of at most ``longest`` characters; where some are left out, an ellipsis says so."""
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def no_commands(text: str) -> str:
    """``text`` in which a runner of GitHub Actions finds no command.

    It takes ``::`` after the blanks at the start of a line for one, and ``##[`` anywhere. Source: its own parser.
    """
    return re.sub(r"#(?=#\[)", "# ", re.sub(r"(?m)^([ \t]*:)(?=:)", r"\1 ", text))


def markdown(text: str, server_url: str | None = None) -> str:
    """``text`` as one line that Markdown shows as it is; no link but to ``server_url``, no mention, no HTML."""
    ours = rf"(?<!\S)({re.escape(server_url)}/[\w/.?=%+-]+)(?!\S)" if server_url else r"(?!)()"
    parts = re.split(ours, one_line(text), flags=re.ASCII)
    return "".join(part if place % 2 else _inert(part) for place, part in enumerate(parts))


def _inert(text: str) -> str:
    """Also without the words that GitHub makes links of: ``https://...``, ``www.``."""
    shown = text.translate(ENTITIES).replace("://", ":&#47;&#47;")
    return re.sub(r"(?i)(www)\.", r"\1&#46;", shown)
