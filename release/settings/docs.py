"""The keys of a record with what its docstring says about them."""

import inspect
import re
from dataclasses import fields
from functools import cache

from release.settings.records import Record

GIVEN = "name"  # the key under which a channel or an artifact stands, not a key of its own
ATTRIBUTE = re.compile(r"^(\w+): (.+(?:\n {4,}.+)*)", re.MULTILINE)


def keys_of(record: type[Record]) -> dict[str, str]:
    """Each key that a table of this record may have, with its meaning as a sentence."""
    says: dict[str, str] = {}
    for cls in reversed(record.__mro__):
        says |= _attributes(cls.__doc__ or "")
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]  # every record is a dataclass
    return {name: says[name] for name in names if not (record.keyed and name == GIVEN)}


@cache
def _attributes(docstring: str) -> dict[str, str]:
    section = inspect.cleandoc(docstring).partition("Attributes:\n")[2]
    found = ATTRIBUTE.findall(inspect.cleandoc(section) if section else "")
    return {name: sentence(says) for name, says in found}


def sentence(text: str) -> str:
    """Words of a docstring as they stand alone: one line, capital first, plain marks for code."""
    plain = " ".join(text.replace("``", "`").split())
    return f"{plain[:1].upper()}{plain[1:]}"
