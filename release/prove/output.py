"""What a tool printed: is the version in it, and its last lines made harmless. Pure."""

import re
import unicodedata

from release.metadata.version import python_form

LINES, LENGTH = 6, 400  # of a tool's last words
SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]")


def shows_version(output: str, version: str) -> bool:
    """Whether ``version`` stands alone in ``output``, as SemVer or in Python's form, a leading ``v`` allowed."""
    return any(_stands_alone(output, form) for form in {version, python_form(version)})


def _stands_alone(text: str, word: str) -> bool:
    """No letter, digit, dot, dash or plus on either side; a dot that ends a sentence is none of them."""
    pattern = rf"(?<![0-9A-Za-z.+-])[vV]?{re.escape(word)}(?![0-9A-Za-z+-]|\.[0-9A-Za-z])"
    return re.search(pattern, text) is not None


def last_words(output: str) -> str:
    """The last lines of ``output`` as one: nothing in it can steer a terminal, forge a line or turn text around."""
    lines = [harmless(line) for line in SEQUENCE.sub("", output).replace("\r", "\n").splitlines()]
    return " | ".join([line for line in lines if line][-LINES:])[-LENGTH:] or "it printed nothing"


def harmless(text: str) -> str:
    """``text`` without control and format characters, and without what a runner takes for a command."""
    plain = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    return " ".join(plain.replace("::", ": :").replace("##[", "# #[").split())
