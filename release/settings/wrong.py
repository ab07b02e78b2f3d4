"""How it is said that a setting is wrong: by its path, and without a token that stands in the wrong place."""

import re

from release.errors import InputError

TOKEN = re.compile(r"gh[a-z]_|github_pat_|dckr_[a-z]+_|glpat-|xox[a-z]-")  # how tokens begin; variables do not


def bad(where: str, what: str, fix: str) -> InputError:
    """The error for a setting, named by its path such as ``channels.scoop.target``; no token is shown."""
    return InputError(f"Configuration: {without_tokens(f'{where} {what}')}", fix)


def without_tokens(text: str) -> str:
    """``text`` with ``***`` for what looks like a token."""
    return re.sub(rf"(?:{TOKEN.pattern})[\w-]{{10,}}", "***", text)
