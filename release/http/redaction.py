"""Takes secrets out of text, in every form in which they could appear. All output passes through here.

No pattern is made of a secret: one that allows for every escape of every character takes longer than anybody waits.
The text is read as its readers would, escapes undone level by level, and secrets are looked for in each of these
views of it. Every step is linear.
"""

import base64
import html
import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

MASK = "***"
SHORTEST = 4  # characters of a form that are worth hiding: three bytes in base64
LEVELS = 6  # escapes of escapes of escapes ...
PERCENT = r"(?:%[0-9a-fA-F]{2})+"
ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,8});"
BACKSLASH = r"(?:\\\\)+|(?:\\u[0-9a-fA-F]{4})+|\\(?:U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[^\n])"
EVERY = re.compile(f"{PERCENT}|{ENTITY}|{BACKSLASH}")
# each alone too: what stands before a secret may look like the beginning of another kind of escape
UNDOING = (EVERY, *(re.compile(one) for one in (PERCENT, ENTITY, BACKSLASH)))
SPACE = re.compile(r"[\s+]++")  # a line may be folded anew, a form's space is a plus sign
KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{16,}")
LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Redactor:
    """Replaces each secret in a text by ``***``; any thread may call it, and teach it another secret, at any time.

    It finds a secret as it is, in base64 at any alignment, and each of these URL-encoded, escaped for JSON or HTML
    or as Python shows text, also where only some of its characters are.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._known: tuple[list[str], list[str]] = ([], [])  # replaced as a whole: a reader needs no lock
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Know these too, from now on."""
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        undone = {view.text for form in forms for view in _views(_whole(form), EVERY)}
        needles = forms | {form for form in undone if len(form) >= SHORTEST}
        spaced = {SPACE.sub(" ", form) for form in needles if re.search(r"\s", form) and form.strip()}
        with self._lock:
            self._known = (sorted(needles.union(self._known[0])), sorted(spaced.union(self._known[1])))

    def __call__(self, text: str) -> str:
        """``text`` without them."""
        needles, spaced = self._known
        return _masked(text, list(_spans(text, needles, spaced))) if needles else str(text)


def make_redactor(secrets: Iterable[str]) -> Redactor:
    """A function that replaces each secret in a text by ``***``, and learns further ones."""
    return Redactor(secrets)


class _View(NamedTuple):
    """A text with some escapes undone, and from where to where each of its characters stands in the original."""

    text: str
    starts: "array[int]"
    ends: "array[int]"


def _whole(text: str) -> _View:
    return _View(text, array("Q", range(len(text))), array("Q", range(1, len(text) + 1)))


def _undone(view: _View, escapes: "re.Pattern[str]", plain: Callable[[str], str]) -> _View:
    pieces, starts, ends, done = list[str](), array("Q"), array("Q"), 0
    for found in escapes.finditer(view.text):
        start, end = found.span()
        meant = plain(found[0])
        pieces += [view.text[done:start], meant]
        starts += view.starts[done:start] + array("Q", [view.starts[start]]) * len(meant)
        ends += view.ends[done:start] + array("Q", [view.ends[end - 1]]) * len(meant)
        done = end
    return _View("".join([*pieces, view.text[done:]]), starts + view.starts[done:], ends + view.ends[done:])


def _views(view: _View, escapes: "re.Pattern[str]") -> Iterator[_View]:
    """Level by level, until nothing is left to undo."""
    for _ in range(LEVELS):
        if not escapes.search(view.text):
            return
        view = _undone(view, escapes, _plain)
        yield view


def _plain(escape: str) -> str:
    """What a reader takes an escape for."""
    if escape[0] == "%":
        return unquote(escape)
    if escape[0] == "&":
        return html.unescape(escape)
    kind, digits = escape[1], escape[2:]
    if kind == "\\":  # a run of them, each of which stands for half as many
        return escape[: len(escape) // 2]
    if kind == "u" and digits:
        units = bytes.fromhex(escape.replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    if kind in "xU" and digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else ""
    return LETTERS.get(kind, kind)


def _spans(text: str, needles: list[str], spaced: list[str]) -> Iterator[tuple[int, int]]:
    """From where to where a secret stands in ``text``."""
    whole = _whole(text)
    for view in (whole, *(view for escapes in UNDOING for view in _views(whole, escapes))):
        yield from _found(view, needles)
        if likely := [needle for needle in spaced if needle.partition(" ")[0] in view.text]:
            yield from _found(_undone(view, SPACE, lambda _space: " "), likely)


def _found(view: _View, needles: list[str]) -> Iterator[tuple[int, int]]:
    for needle in needles:
        at = view.text.find(needle)
        while at >= 0:
            yield view.starts[at], view.ends[at + len(needle) - 1]
            at = view.text.find(needle, at + len(needle))


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, done = list[str](), 0
    for start, end in sorted(spans):
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def _forms(secret: str) -> Iterable[str]:
    yield secret
    lines = re.split(r"\\n|[\r\n]+", secret)
    if len(lines) > 1:  # a log shows a key line by line
        yield from (line for line in lines if KEY_LINE.fullmatch(line))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _inside(encode, secret.encode("utf-8", "surrogateescape"))


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
