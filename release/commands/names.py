"""The names of the configured channels, read before anything else: safe YAML, no settings library, no request.

Invoke reads the same files in the same order (its documentation, "Configuration hierarchy"); the tasks have to exist
before it does.
"""

import json
import re
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # Invoke has it loaded already
from invoke.config import Config

from release.errors import InputError

SUFFIXES = (".yaml", ".yml", ".json")  # Invoke's order; a configuration in Python is not executed here
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built so: twenty times as fast
LARGEST = 256 * 1024  # bytes of a file of settings
DEEPEST, MOST = 32, 30_000  # tables in each other; values, with what aliases stand for, which Invoke writes out
RUNTIME = re.compile(r"-[depRw]*f=?(.*)", re.DOTALL)  # alone, glued to its value, or behind flags that take none
HARMLESS = frozenset({"--list", "-l", "--help", "-h", "--version", "-V"})
Kinds = dict[str, str]
"""Channel -> the word after its ``kind:``, empty where there is none."""


class Unreadable(Exception):  # noqa: N818 - says what is the matter
    """A configuration file that cannot be read: its path and why, in one line."""


def configured(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Kinds | None:
    """The configured channels, in their order; ``None`` where there is no file at all.

    Args:
        folder: of the project's ``invoke.yaml``.
        arguments: of the command line, of which ``-f FILE`` counts.
        environment: of the process, of which ``HOME`` and ``INVOKE_RUNTIME_CONFIG`` count.

    Raises:
        Unreadable: a file is not as it should be.
    """
    found = files(folder, arguments, environment)
    merged: Kinds = {}
    for file in found:
        merged |= _kinds(file, merged)
    return merged if found else None


def files(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> list[Path]:
    """The files of settings that Invoke will merge, in its order; see ``configured``."""
    home = environment.get("HOME") or environment.get("USERPROFILE")
    places = [Path(home) / ".invoke"] if home else []
    found = [file for place in (*places, folder / "invoke") if (file := _first(place))]
    runtime = runtime_file(arguments) or environment.get("INVOKE_RUNTIME_CONFIG")
    return [*found, Path(runtime)] if runtime else found


def known_channels(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], always: Container[str]
) -> Kinds | None:
    """As ``configured``; a command that needs no configuration is not stopped by one that cannot be read.

    Args:
        folder: as above.
        arguments: as above.
        environment: as above.
        always: the names of the tasks that need none.

    Raises:
        InputError: it cannot be read, or there is none, and the command needs one.
    """
    needless = not arguments or any(word in HARMLESS or word in always for word in arguments)
    try:
        found = configured(folder, arguments, environment)
        if not needless:
            _check(files(folder, arguments, environment))
    except Unreadable as error:
        if not needless:
            raise InputError(str(error), "Correct it: tables of settings, as the README shows.") from None
        _take_for_empty()
        return None
    if found is None and not needless:
        raise InputError(
            f"There is no invoke.yaml in {folder}", "Write one (the README shows how), or name it with -f."
        )
    return found


def _check(found: Sequence[Path]) -> None:
    """Refuse what Invoke would take silently, such as a key that stands twice.

    Raises:
        InvalidSettings: with every problem.
    """
    from release.settings import InvalidSettings, check_yaml  # noqa: PLC0415 - a list of tasks needs none of it

    texts = [(file, file.read_bytes()) for file in found if file.suffix != ".json"]
    if problems := [problem for file, content in texts for problem in check_yaml(str(file), content)]:
        raise InvalidSettings(problems)


def _take_for_empty() -> None:
    """Invoke reads the same files again, and would end with a traceback even where only a list is asked for."""
    for name in ("_load_yaml", "_load_yml", "_load_json"):
        setattr(Config, name, lambda _self, _path: {})


def runtime_file(arguments: Sequence[str]) -> str | None:
    """What ``-f`` or ``--config`` names on the command line; the last one counts."""
    named = None
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if word.startswith("--config="):
            named = word.partition("=")[2]
        elif word == "--config":
            named = following
        elif found := RUNTIME.fullmatch(word):
            named = found[1] or ("" if word.endswith("=") else following)
    return named


def _first(place: Path) -> Path | None:
    found = (place.with_name(place.name + suffix) for suffix in SUFFIXES)
    return next((file for file in found if file.is_file()), None)


def _kinds(file: Path, before: Kinds) -> Kinds:
    channels = read_table(file).get("channels")
    if not isinstance(channels, Mapping):
        return {}
    named = {name: entry for name, entry in channels.items() if isinstance(name, str) and NAME.fullmatch(name)}
    return {name: _kind(entry) or before.get(name, "") for name, entry in named.items() if name != "all"}


def _kind(entry: object) -> str:
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    return kind if isinstance(kind, str) else ""


def read_table(file: Path) -> Mapping[str, Any]:
    """A configuration file's top level.

    Raises:
        Unreadable: it is too large, also with what its aliases stand for, no text, no YAML, or no table.
    """
    try:
        content = file.read_bytes()
        if len(content) > LARGEST:
            raise Unreadable(f"The configuration cannot be read: {file} is larger than one can be")
        text = content.decode()
        value = json.loads(text) if file.suffix == ".json" else _load(file, text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as error:
        why = getattr(error, "strerror", None) or getattr(error, "problem", None) or "it is not as it should be"
        mark = getattr(error, "problem_mark", None)
        where = f"{file}, line {mark.line + 1}" if mark else f"{file}"
        raise Unreadable(f"The configuration cannot be read: {type(error).__name__}: {where}: {why}") from None
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(f"The configuration cannot be read: {file} is no table of settings")
    return value


def _load(file: Path, text: str) -> Any:  # noqa: ANN401 - YAML's values are of any type
    """YAML of reasonable depth, which libyaml cannot do without, and of reasonable size, aliases written out.

    Raises:
        Unreadable: it is beyond one of them.
    """
    values, opened, sizes = 0, list[tuple[str | None, int]](), dict[str | None, int]()
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, values))
            sizes[event.anchor] = MOST  # what holds itself has no end
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            sizes[anchor] = values - before
        elif isinstance(event, yaml.ScalarEvent):
            sizes[event.anchor] = 1
        if isinstance(event, yaml.NodeEvent):
            values += sizes.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
        if len(opened) > DEEPEST:
            raise Unreadable(f"{file} is nested more than {DEEPEST} deep")
        if values > MOST:
            raise Unreadable(f"{file} holds more than {MOST} values, with what its aliases stand for")
    return yaml.load(text, Loader=LOADER)  # noqa: S506 - both loaders are safe ones
