"""The ``{words}`` of templates: which are known, and what else in braces is text. Pure."""

import re
from collections.abc import Callable

BRACES = r'\{?\{[^{}"]*\}'
IN_TEXT = r"(?<!\$)(?<!\$\{)\{?\{\s*[a-z_]\w*\s*\}"  # among JSON, patterns, and what a shell or GitHub fills in


def words(known: tuple[str, ...], form: str = BRACES) -> Callable[[str], tuple[str, str] | None]:
    """What is wrong with the ``{words}`` of a template, which look like ``form``, and the fix."""
    listed = [f"{{{word}}}" for word in known]
    unclosed = rf"\{{(?:{'|'.join(known)})(?![\w}}])"

    def refuse(text: str) -> tuple[str, str] | None:
        unknown = [word for word in re.findall(f"{form}|{unclosed}", text) if word not in listed]
        return (f"has an unknown word `{unknown[0][:40]}`", f"Known words: {', '.join(listed)}.") if unknown else None

    return refuse
