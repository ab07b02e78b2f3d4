"""A file of settings as text, before anybody loads it: what Invoke would take silently, slowly, or with a traceback."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from release.errors import InputError
from release.safe_yaml.events import check_events, refused, unreadable
from release.safe_yaml.limits import MAX_BYTES, TOO_DEEP, beyond

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: 10 times faster
TABLE = "Begin with `project:`; the README shows one."
ALONE = "Keep settings alone in it."


class Unreadable(InputError):  # noqa: N818 - says what is the matter, as its siblings do
    """A file of settings that cannot be read."""


@dataclass(frozen=True)
class Document:
    """What a text holds.

    Attributes:
        problems: all of them, in the order of the text.
        value: what YAML makes of it; ``None`` where it is empty or not readable.
        readable: whether YAML reads it, and safely: then the problems are keys that stand twice.
    """

    problems: list[InputError]
    value: Any = None
    readable: bool = False


def load_yaml(text: str | bytes) -> Any:  # noqa: ANN401 - YAML's values are of any type
    """The value of a text that this project or a target wrote.

    Raises:
        yaml.YAMLError: it is none.
    """
    return yaml.load(text, LOADER)  # noqa: S506 - both loaders are safe ones


def read_table(file: Path) -> Mapping[str, Any]:
    """The top level of a file of settings; see ``read_file``."""
    return read_file(file).value or {}


def read_file(file: Path) -> Document:
    """A file of settings, in YAML or JSON; of a key that stands twice, which is a problem, the last counts.

    Raises:
        Unreadable: it is too large, also with what its aliases stand for, no text, not readable, or no table.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)  # what it is may have no end
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}", "Name one that can.") from None
    found = (_read_json if file.suffix == ".json" else read_yaml)(str(file), content)
    if not found.readable:
        raise Unreadable(found.problems[-1].wrong, found.problems[-1].fix)
    return found


def read_yaml(path: str, content: bytes) -> Document:
    """A file of settings, loaded if that is safe.

    A key that stands twice in a table is a problem, because YAML keeps the last and says nothing. So are aliases that
    expand beyond reason, depth and size, which end the reading at once, and all that YAML itself refuses.

    Args:
        path: the file, for the messages.
        content: its bytes.
    """
    if len(content) > MAX_BYTES:
        return Document([_too_long(path)])
    problems, readable = check_events(path, content, LOADER)
    if not readable:
        return Document(problems)
    try:
        return _table(path, load_yaml(content), problems)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return Document([*problems, unreadable(path, error)])


def _read_json(path: str, content: bytes) -> Document:
    if len(content) > MAX_BYTES:
        return Document([_too_long(path)])
    problems: list[InputError] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
        fix = "Keep one of them: JSON would take the last."
        problems.extend(refused(path, f"has `{key}` twice in one table", fix) for key in twice)
        return dict(pairs)

    try:
        return _table(path, json.loads(content, object_pairs_hook=table), problems)
    except RecursionError:
        return Document([refused(path, TOO_DEEP, ALONE)])
    except ValueError as error:
        return Document([refused(path, f"is no JSON that can be read: {error}", "Correct it there.")])


def _table(path: str, value: object, problems: list[InputError]) -> Document:
    if too_much := beyond(value):
        return Document([*problems, refused(path, too_much, ALONE)])
    if value is None or isinstance(value, dict):
        return Document(problems, value, readable=True)
    return Document([*problems, refused(path, "holds no table of settings", TABLE)])


def _too_long(path: str) -> InputError:
    return refused(path, f"has more than {MAX_BYTES} bytes", ALONE)
