"""Looks for a secret in a text the other way round: undoes what could hide it, then searches."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote, unquote_plus

WORD = re.compile(r"[A-Za-z0-9+/_-]{4,}")
ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
UNDONE: tuple[Callable[[str], str], ...] = (str, unquote, unquote_plus, html.unescape)


def _unescape(text: str) -> str:
    """Without the backslashes of JSON and of Python."""
    return ESCAPED.sub(lambda m: json.loads(f'"\\{m[1]}"') if m[1][0] == "u" and len(m[1]) == 5 else m[1], text)


def _decoded(word: str) -> Iterable[str]:
    """What a word of base64 can say, wherever it begins."""
    plain = word.replace("-", "+").replace("_", "/")
    for start in range(4):
        whole = plain[start : start + (len(plain) - start) // 4 * 4]
        tail = plain[start + len(whole) :]
        rest = f"{tail}{'=' * (4 - len(tail))}" if len(tail) > 1 else ""
        yield (base64.b64decode(whole) + (base64.b64decode(rest) if rest else b"")).decode("latin-1")


def readings(text: str) -> Iterable[str]:
    """The text as it is, and with each coding undone."""
    plain = [undo(text) for undo in (*UNDONE, _unescape)]
    yield from plain
    for word in {word for each in plain for word in WORD.findall(each)}:
        yield from _decoded(word)


def leaks(text: str, secrets: Iterable[str]) -> list[str]:
    """The secrets that can be read in ``text``."""
    forms = {secret: {secret, secret.encode().decode("latin-1")} for secret in secrets}
    everything = "\n".join(readings(text))
    return sorted(secret for secret, written in forms.items() if any(form in everything for form in written))
