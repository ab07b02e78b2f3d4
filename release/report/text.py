"""Makes text from outside harmless: for a terminal, a log of GitHub Actions, Markdown. Pure.

Every text that is printed, reported, summarised or sent goes through here, or through ``one_line`` of the errors.
"""

import re

from release.errors import one_line, visible

ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "\\`*_{}[]<>|~!&$@#"})


def lines(text: str) -> str:
    """``text`` with its line ends and tabs, and without all else that controls, reorders or hides what is shown."""
    return visible(text.replace("\r\n", "\n"), "\n\t")


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
