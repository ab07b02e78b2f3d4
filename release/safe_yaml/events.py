"""The events of a YAML text: what is said before anything is built of it."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from release.errors import InputError
from release.safe_yaml.limits import MAX_DEPTH, MAX_VALUES, TOO_DEEP, key_beyond

MERGE = "<<"
SHORT = 100  # characters; a longer text counts as several values, or a long one could stand in a thousand places
NUMBER = re.compile("[-+0-9:_]{1000,}")  # with colons it is one to base 60, which takes PyYAML seconds
PLAINLY = "Write it out plainly, with few or no aliases."


def check_events(path: str, content: bytes, loader: Any) -> tuple[list[InputError], bool]:  # noqa: ANN401 - two classes without a common base
    """What can be said before anything is built, and whether it may be: keys that stand twice, limits, what is no YAML.

    Args:
        path: the file, for the messages.
        content: its bytes.
        loader: PyYAML's class for reading it.
    """
    reader = _Reader(path)
    try:
        for event in yaml.parse(content, Loader=loader):
            reader.read(event)
    except _Beyond as beyond:
        return [*reader.problems, refused(path, str(beyond), beyond.fix)], False
    except (yaml.YAMLError, ValueError) as error:
        return [*reader.problems, unreadable(path, error)], False
    return reader.problems, True


def unreadable(path: str, error: Exception) -> InputError:
    """What YAML's own error says, with its line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    about = ", ".join(filter(None, (getattr(error, "context", None), problem)))
    said = f"line {mark.line + 1}: {about}" if mark and about else str(error)[:200]
    return refused(path, f"is no YAML that can be read: {said}", "Correct it there.")


class _Beyond(Exception):  # noqa: N818 - ends the reading, and is no error of ours
    """The text is beyond a limit; ``fix`` is what to do."""

    def __init__(self, what: str, fix: str = PLAINLY) -> None:
        super().__init__(what)
        self.fix = fix


def refused(path: str, what: str, fix: str) -> InputError:
    """The problem of a whole file."""
    return InputError(f"{path} {what}", fix)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


@dataclass
class _Table:
    """A mapping or a list that is open.

    Attributes:
        mapping: whether it is a mapping.
        where: its path.
        begun: how many values there were before it.
        anchor: its name for aliases.
        key: the key whose value comes next; ``None`` where a key comes next.
        lines: key -> the line where it stands.
    """

    mapping: bool
    where: str
    begun: int
    anchor: str | None
    key: str | None = None
    lines: dict[str, int] = field(default_factory=dict)


@dataclass
class _Reader:
    """Follows the events of a YAML text, counting each alias as all that it stands for."""

    path: str
    problems: list[InputError] = field(default_factory=list)
    values: int = 0
    _open: list[_Table] = field(default_factory=list)
    _sizes: dict[str, int] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def read(self, event: yaml.Event) -> None:
        """Take the next event.

        Raises:
            _Beyond: with what is too much.
        """
        if isinstance(event, yaml.AliasEvent):
            self._count(self._size(event))
            self._placed(event, self._texts.get(event.anchor or ""))
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
            self._placed(event, event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            table = self._open.pop()
            self._sizes |= {table.anchor: self.values - table.begun} if table.anchor else {}

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        size = 1 + len(event.value) // SHORT
        self._count(size)
        if event.implicit[0] and NUMBER.fullmatch(event.value):
            raise _Beyond(f"has a number of {len(event.value)} characters: line {_line(event)}", "Put it in quotes.")
        if event.anchor:
            self._sizes[event.anchor], self._texts[event.anchor] = size, event.value

    def _count(self, values: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            raise _Beyond(f"holds more than {MAX_VALUES} values, with what its aliases stand for")

    def _size(self, event: yaml.AliasEvent) -> int:
        if any(table.anchor == event.anchor for table in self._open):
            raise _Beyond(f"holds itself: line {_line(event)}: *{event.anchor}")
        return self._sizes.get(event.anchor or "", 1)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _Beyond(f"{TOO_DEEP}: line {_line(event)}")
        begun = self.values
        self._count(1)
        where = self._placed(event, None)
        self._open.append(_Table(isinstance(event, yaml.MappingStartEvent), where, begun, event.anchor))

    def _placed(self, event: yaml.Event, text: str | None) -> str:
        """The path of a node that has just been met, which is a key or a value of the innermost table."""
        if not self._open or not self._open[-1].mapping:
            return self._open[-1].where if self._open else ""
        table = self._open[-1]
        if table.key is None:
            self._key(table, text, _line(event))
            return table.where
        where, table.key = f"{table.where}.{table.key}".lstrip("."), None
        return where

    def _key(self, table: _Table, text: str | None, line: int) -> None:
        """Take a key; one that is no text is YAML's own to refuse."""
        table.key = text or ""
        if wrong := key_beyond(table.key):
            raise _Beyond(f"{wrong}: line {line}", "Shorten it.")
        if text is not None and text in table.lines and text != MERGE:
            where = f"{table.where}.{text}".lstrip(".")
            wrong = f"has `{where}` twice, in lines {table.lines[text]} and {line}"
            self.problems.append(refused(self.path, wrong, "Keep one of them: YAML would take the last."))
        table.lines.setdefault(table.key, line)
