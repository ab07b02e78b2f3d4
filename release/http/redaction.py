"""Takes secrets out of text, in every form in which they could appear. All output passes through here."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

MASK = "***"
SHORTEST = 4  # characters of base64 that are worth hiding: three bytes


def make_redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that replaces each secret in a text by ``***``.

    It finds a secret as it is, in base64 at any alignment, and each of these URL-encoded, escaped for JSON or HTML
    or as Python shows text, also where only some of its characters are.
    """
    forms = sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True)
    if not forms:
        return str
    found = re.compile("|".join("".join(map(_any_form, form)) for form in forms))
    return lambda text: found.sub(MASK, text)


def _any_form(char: str) -> str:
    """A pattern for one character, escaped in any way or not."""
    if char.isalnum() and char.isascii():
        return char
    if char in "\"'\\":  # each program that a text goes through may add backslashes
        return rf"(?:\\*{re.escape(char)}|{_escaped(char)})"
    return f"(?:{_escaped(char)}" + (r"|\s+|\+)" if char.isspace() else ")")


def _escaped(char: str) -> str:
    percent = quote(char, safe="") if char not in "-_.~" else f"%{ord(char):02X}"
    unicode = json.dumps(char)[1:-1]
    forms = (char, percent, percent.lower(), unicode, unicode.upper().replace("\\U", "\\u"), repr(char)[1:-1],
             f"&#{ord(char)};", f"&#x{ord(char):x};", f"&#x{ord(char):X};", html.escape(char))  # fmt: skip
    return "|".join(re.escape(form) for form in dict.fromkeys(forms))


def _forms(secret: str) -> Iterable[str]:
    yield secret
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _inside(encode, secret.encode())


def _inside(encode: Callable[[bytes], bytes], secret: bytes) -> Iterable[str]:
    """The part of base64 text that depends on the secret alone, at each of the three ways it can be aligned."""
    for before in range(3):
        text = encode(b"\0" * before + secret).decode().rstrip("=")
        complete = (before + len(secret)) * 8 // 6
        core = text[(before * 8 + 5) // 6 : complete]
        if len(core) >= SHORTEST:
            yield core


def holds_secret(text: str, redact: Callable[[str], str]) -> bool:
    """Whether ``text`` holds the value of a secret in any form that ``redact`` finds; such a text is not to be kept."""
    return redact(text) != text
