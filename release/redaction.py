"""Takes secrets out of text, in every form in which they could appear. All output passes through here."""

import base64
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

MASK = "***"


def make_redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that replaces each secret in a text by ``***``: as it is, URL-encoded and in base64."""
    forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)

    def redact(text: str) -> str:
        for form in forms:
            text = text.replace(form, MASK)
        return text

    return redact


def _forms(secret: str) -> Iterable[str]:
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _inside(encode, secret.encode())


def _inside(encode: Callable[[bytes], bytes], secret: bytes) -> Iterable[str]:
    """The part of base64 text that depends on the secret alone, at each of the three ways it can be aligned."""
    for before in range(3):
        text = encode(b"\0" * before + secret).decode().rstrip("=")
        complete = (before + len(secret)) * 8 // 6
        core = text[(before * 8 + 5) // 6 : complete]
        if len(core) >= 4:
            yield core
