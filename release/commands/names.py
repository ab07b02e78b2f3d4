"""The names of the configured channels, read before anything else: safe YAML, no settings library, no request.

Invoke merges the same files in the same order (its documentation, "Configuration hierarchy"); the tasks have to exist
before it does, and it is given what was read here.
"""

import os
import re
import sys
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from invoke.config import Config

from release.commands.line import CHANNELS, UNCONFIGURED
from release.commands.merged import check_merge, check_settings
from release.errors import InputError
from release.safe_yaml import Document, Unreadable, read_file

SUFFIXES = (".yaml", ".yml", ".json")  # Invoke's order
PYTHON = ".py"  # executed by Invoke; not here, where a project's is refused and another's left alone
SYSTEM = None if sys.platform == "win32" else Path("/etc/invoke")  # as Invoke's own
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
RUNTIME = re.compile(r"-[depRw]*f=?(.*)", re.DOTALL)  # alone, glued to its value, or behind flags that take none
LOADERS: dict[str, Callable[[Config, str], Any]] = {
    **{f"_load_{name}": getattr(Config, f"_load_{name or 'yaml'}") for name in ("yaml", "yml", "json", "")},
    "_load_py": lambda _config, _path: {},
}
"""Invoke's readers by the ending of the file; a pipe, such as ``-f <(...)``, has none."""
OF_A_CHANNEL = re.compile(rf"(?:{'|'.join(CHANNELS)})\..")
Kinds = dict[str, str]
"""Channel -> the word after its ``kind:``, empty where there is none."""


def configured(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], system: Path | None = SYSTEM
) -> Kinds | None:
    """The configured channels, in their order; ``None`` where there is no file at all.

    Args:
        folder: of the project's ``invoke.yaml``.
        arguments: of the command line, of which ``-f FILE`` counts.
        environment: of the process, of which ``HOME`` and ``INVOKE_RUNTIME_CONFIG`` count.
        system: of the machine's own file, without its ending.

    Raises:
        Unreadable: a file is not as it should be.
    """
    return _kinds(_read(folder, arguments, environment, system).values())


def known_channels(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], task: str | None,
    tasks: Callable[[Kinds | None], Container[str]], system: Path | None = SYSTEM,
) -> Kinds | None:  # fmt: skip
    """As ``configured``; a command that needs no configuration is not stopped by one that cannot be read.

    Args:
        folder: as above.
        arguments: as above.
        environment: as above.
        task: the first one that will run, ``None`` where none will.
        tasks: the names of the tasks that there are for some channels, or without any file.
        system: as above.

    Raises:
        InputError: it cannot be read, or there is none, and the command needs one.
        InvalidSettings: Invoke would take silently what is wrong in it, or say only that there is no such task; with
            every problem.
    """
    needless = task is None or task.startswith("-") or task in UNCONFIGURED  # a flag that there is not, too
    try:
        found = _read(folder, arguments, environment, system)
        check_merge(found)
        _hand_over(found)
    except Unreadable as error:
        if not needless:
            raise InputError(f"The configuration cannot be read: {error.wrong}", error.fix) from None
        _hand_over(None)
        return {}
    kinds = _kinds(found.values())
    if not (found or needless or task in tasks(None)):
        fix = "Write one (the README shows how), or name it with -f."
        raise InputError(f"There is no invoke.yaml in {folder}", fix)
    if not needless and any(document.problems for document in found.values()):
        check_settings(found.values())
    if OF_A_CHANNEL.match(task or "") and task not in tasks(kinds):
        check_settings(found.values(), "channels")
    return kinds


def _read(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], system: Path | None
) -> dict[Path, Document]:
    """The files of settings that Invoke will merge, in its order; see ``configured``."""
    home = environment.get("HOME") or environment.get("USERPROFILE")
    places = [system, Path(home) / ".invoke" if home else None]
    found = [_usual(place) for place in places if place]
    runtime = runtime_file(arguments) or environment.get("INVOKE_RUNTIME_CONFIG")
    named = [_first(folder / "invoke", *SUFFIXES, PYTHON), Path(runtime) if runtime else None]
    return {file: _read_one(file) for file in [*found, *named] if file}


def _read_one(file: Path) -> Document:
    if file.suffix == PYTHON:
        raise Unreadable(f"{file} is a configuration in Python, which is not supported", "Write it in YAML or JSON.")
    return read_file(file) if file.is_file() else _read_once(file)


@cache
def _read_once(file: Path) -> Document:
    """A pipe, such as ``-f <(...)``, is empty when it is read again."""
    return read_file(file)


def _hand_over(found: Mapping[Path, Document] | None) -> None:
    """Have Invoke take what was read, as its own reader is slow and ends with tracebacks; without any, all is empty."""
    values = {file.absolute(): document.value or {} for file, document in (found or {}).items()}

    def handing(own: Callable[[Config, str], Any]) -> Callable[[Config, str], Any]:
        def load(config: Config, path: str) -> Any:  # noqa: ANN401 - as the one in whose place it stands
            value = {} if found is None else values.get(Path(path).absolute())
            return own(config, path) if value is None else value

        return load

    for name, own in LOADERS.items():
        setattr(Config, name, handing(own))


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


def _usual(place: Path) -> Path | None:
    """Somebody's settings for all projects, where there are any."""
    files = (place.with_name(place.name + suffix) for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _first(place: Path, *suffixes: str) -> Path | None:
    """The file that Invoke would take, which is nothing else: a pipe in its place would be waited for."""
    found = (place.with_name(place.name + suffix) for suffix in suffixes)
    file = next((file for file in found if os.path.lexists(file)), None)
    if file and not file.is_file():
        what = "a folder" if file.is_dir() else "a pipe or a device" if file.exists() else "a link that leads nowhere"
        raise Unreadable(f"{file} is {what}, not a file", "Put a file of settings there, or take it away.")
    return file


def _kinds(found: Collection[Document]) -> Kinds | None:
    merged: Kinds = {}
    for document in found:
        channels = (document.value or {}).get("channels")
        for name, entry in channels.items() if isinstance(channels, Mapping) else ():
            if isinstance(name, str) and NAME.fullmatch(name) and name != "all":
                merged[name] = _kind(entry) or merged.get(name, "")
    return merged if found else None


def _kind(entry: object) -> str:
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    return kind if isinstance(kind, str) else ""
