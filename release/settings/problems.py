"""What is wrong with a configuration, every problem with its path, and how each is said."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_type_hints

from release.errors import InputError
from release.settings.docs import keys_of
from release.settings.records import Record
from release.settings.wrong import TOKEN, bad

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST = 100  # problems that are said, and names in a list of what there is
R_co = TypeVar("R_co", bound=Record, covariant=True)


class InvalidSettings(InputError):  # noqa: N818 - says what is the matter, as its siblings do
    """The configuration is wrong in one place or in several.

    Args:
        problems: at least one, in the order of the file.
    """

    def __init__(self, problems: Sequence[InputError]) -> None:
        several = len(problems) > 1
        fix = "Correct all of them in invoke.yaml." if several else problems[0].fix
        super().__init__("; ".join(problem.wrong for problem in problems[:MOST]), fix)
        self.problems = tuple(problems)

    @property
    def said(self) -> list[InputError]:
        """The problems; of very many the first, and how many more there are."""
        if len(self.problems) <= MOST:
            return list(self.problems)
        more = f"Configuration: {len(self.problems) - MOST + 1} more problems"
        return [*self.problems[: MOST - 1], InputError(more, "Correct the ones above first.")]


@dataclass(frozen=True)
class Place(Generic[R_co]):
    """A table of the configuration.

    Attributes:
        path: such as ``channels.scoop``.
        label: what it is, for a list of its keys: ``a channel of kind scoop``.
        record: what it becomes.
    """

    path: str
    label: str
    record: type[R_co]

    def problems(self, errors: Iterable["ErrorDetails"]) -> Iterator[InputError]:
        """The errors of pydantic in the words of this project; a list is not too short because its items are bad."""
        return (self._problem(error) for error in errors if not (error["type"] == "too_short" and error["input"]))

    def _problem(self, error: "ErrorDetails") -> InputError:
        *above, last = error["loc"] or ("",)
        if error["type"] in {"unexpected_keyword_argument", "invalid_key"}:
            label = f"`{above[-1]}:`" if above else self.label
            return unknown_key(_joined(self.path, above), str(last), keys_of(self._record(above)), label)
        if error["type"] == "missing":
            where, says = _joined(self.path, above), keys_of(self._record(above)).get(str(last), "")
            return bad(where, f"lacks `{last}`", f"Add `{last}:` there: {says}")
        if last == "[key]":
            return bad(_joined(self.path, above[:-1]), f"has the key {shown(error['input'])}", "Keys are texts.")
        return bad(_joined(self.path, error["loc"]), *_told(error))

    def contradictions(self, record: Record) -> Iterator[InputError]:
        """What is wrong between keys that are good alone."""
        for key, what, fix in record.problems():
            yield bad(_joined(self.path, [key] if key else []), what, fix)

    def _record(self, above: Iterable[int | str]) -> type[Record]:
        """The record of a table inside this one."""
        record: type[Record] = self.record
        for key in above:
            hint = get_type_hints(record)[str(key)]
            record = next(part for part in get_args(hint) if isinstance(part, type) and issubclass(part, Record))
        return record


FIXES = {
    "string_type": "It must be text.", "string_unicode": "It must be text.",
    "bool_type": "It must be true or false.", "int_type": "It must be a whole number.",
    "float_type": "It must be a number.", "finite_number": "It must be a finite number.",
    "tuple_type": "It must be a list.", "dict_type": "It must be a table of keys and values.",
    "literal_error": "It must be {expected}.",
    "greater_than_equal": "It must be at least {ge}.", "less_than_equal": "It must be at most {le}.",
    "too_short": "It must hold at least {min_length}.", "too_long": "It must hold at most {max_length}.",
    "string_too_short": "It must have at least {min_length} characters.",
    "string_too_long": "It must have at most {max_length} characters.",
}  # fmt: skip


def _told(error: "ErrorDetails") -> tuple[str, str]:
    """What is wrong, and the fix."""
    context: Mapping[str, Any] = error.get("ctx") or {}
    if error["type"] == "form":
        return context["what"], context["fix"]
    if error["type"] == "dataclass_type":
        return f"is {shown(error['input'])}, not a table", "Give a table of keys and values."
    fix = FIXES.get(error["type"], error["msg"].replace("{", "(").replace("}", ")"))
    return f"is {shown(error['input'])}", fix.format(**context).replace("'", "")


def unknown_key(where: str, key: str, known: Mapping[str, str], label: str) -> InputError:
    """The problem of a key that is none of ``known``."""
    near = nearest(key, known)
    return bad(where, f"has an unknown key `{key}`", f"{near}Keys of {label}: {', '.join(known)}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """A question for the known word that is most like this one; empty where none is."""
    found = get_close_matches(word, list(known), n=1)
    return f"Did you mean `{found[0]}`? " if found else ""


def listed(names: Iterable[object]) -> str:
    """The names with commas; of very many the first, and how many more there are."""
    found = list(map(str, names))
    more = f" and {len(found[MOST:])} more" if found[MOST:] else ""
    return (", ".join(found[:MOST]) or "none") + more


def shown(value: object) -> str:
    """A value for a person: never a token, never long, tables and lists by that word."""
    if isinstance(value, dict | list | tuple):
        return "a table" if isinstance(value, dict) else "a list" if value else "an empty list"
    if isinstance(value, str) and TOKEN.search(value):
        return "what looks like a token"
    return json.dumps(value, default=str)[:80]


def _joined(path: str, parts: Iterable[int | str]) -> str:
    return path + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
