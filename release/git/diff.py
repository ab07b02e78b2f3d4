"""What an edit changes, for people to read."""

from collections.abc import Mapping
from difflib import unified_diff


def unified(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    r"""A unified diff of every path of ``after`` against ``before``; a path that is new is shown whole.

    Control characters are shown as escapes, so that a file cannot play tricks on a terminal; ``\r`` too, unless
    every line ends with it before and after.
    """
    return "".join(_one(path, before.get(path), body) for path, body in sorted(after.items()))


def _one(path: str, before: bytes | None, after: bytes) -> str:
    old = "/dev/null" if before is None else f"a/{path}"
    if all(body.count(b"\n") == body.count(b"\r\n") for body in (before or b"", after)):
        before, after = (before or b"").replace(b"\r\n", b"\n"), after.replace(b"\r\n", b"\n")
    lines = unified_diff(_lines(before or b""), _lines(after), old, f"b/{path}", n=3)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(body: bytes) -> list[str]:
    return [f"{_shown(line)}\n" for line in body.decode("utf-8", "replace").split("\n")[:-1]] + _rest(body)


def _rest(body: bytes) -> list[str]:
    last = body.decode("utf-8", "replace").split("\n")[-1]
    return [_shown(last)] if last else []


def _shown(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else ascii(c)[1:-1] for c in line)
