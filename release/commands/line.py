"""What stands on the command line, as Invoke's own parser finds it: a task that writes is the only one there.

Invoke runs several tasks in turn, each with its own flags: ``invoke dist.homebrew dist.scoop --dry-run`` would send the
first for real.
"""

import shlex
from collections.abc import Container, Sequence
from itertools import pairwise, takewhile

from invoke.collection import Collection
from invoke.exceptions import ParseError
from invoke.parser.context import ParserContext
from invoke.parser.parser import Parser
from invoke.program import Program

from release.errors import InputError

WRITE = frozenset({"dist", "update", "rollback", "notify", "prove", "init"})
"""The first words of the tasks that write."""
READ = frozenset({"status", "release", "doctor", "rehearse"})
"""The first words of all others."""
CHANNELS = ("dist", "status", "update", "rollback", "prove")
"""The first words of the tasks of single channels."""
UNCONFIGURED = frozenset({"init"})
"""The tasks that run where there is no ``invoke.yaml``, or one that is wrong."""
ALIKE = frozenset({"--force", "--allow-downgrade", "--yes", "--to", "--reason", "--sha256", "--release"})
"""Flags that must not reach a channel for which they were not meant."""
SHOWING = frozenset({"--list", "-l", "--help", "-h"})
"""Flags of the program with which a task is not run, wherever they stand."""


def task_to_run(arguments: Sequence[str], texts: Container[str]) -> str | None:
    """The first task that Invoke will run; ``None`` where it only shows something, or says what is wrong itself.

    Args:
        arguments: of the command line.
        texts: the flags of tasks that take a value, which may look like any flag.
    """
    try:
        core = Parser(initial=_core(), ignore_unknown=True).parse_argv(list(arguments))
    except (ParseError, ValueError):
        return None
    shown = [flag for flag in ("list", "help", "version") if core[0].args[flag].value]
    flags = {word for before, word in pairwise(core.unparsed) if before not in texts}
    return None if shown or flags & SHOWING else next(iter(core.unparsed), None)


def _core() -> ParserContext:
    program = Program()
    return ParserContext(args=[*program.core_args(), *program.task_args()])


def check_words(arguments: Sequence[str], lists: Container[str]) -> None:
    """Refuse what Invoke takes for nothing, so that more would be done than was meant.

    Args:
        arguments: of the command line.
        lists: the flags of tasks that may stand several times.

    Raises:
        InputError: one of these has no value, as with ``--only $EMPTY``, or something stands behind ``--``.
    """
    words = list(takewhile(lambda word: word != "--", arguments))
    if behind := arguments[len(words) + 1 :]:
        wrong = f"No task takes what stands behind `--`: {shlex.join(behind)}"
        raise InputError(wrong, "Nothing was run. Give it without the `--`.")
    for flag, following in pairwise([*words, "--"]):
        if flag in lists and following.startswith("--"):
            raise InputError(f"{flag} stands there without a value", "Nothing was run. Give it one, or leave it out.")


def check_alone(namespace: Collection, names: Sequence[str], arguments: Sequence[str]) -> None:
    """Refuse a command line with a task that writes and another one beside it; slips are left to Invoke.

    Args:
        namespace: all tasks.
        names: theirs.
        arguments: of the command line.

    Raises:
        InputError: it has; the fix is the line, or the lines, that do it.
    """
    if len([word for word in arguments if word in names]) < 2:
        return  # a value such as `--reason dist.scoop` may look like a task; only then it is worth parsing
    parser = Parser(contexts=namespace.to_contexts(), initial=_core())
    try:
        tasks = list(parser.parse_argv(list(arguments)))[1:]
    except ParseError:
        return
    if len(tasks) > 1 and any(str(task.name).partition(".")[0] in WRITE for task in tasks):
        together = " and ".join(str(task.name) for task in tasks)
        wrong = f"{together} stand on one command line, and a task that writes has to be the only one"
        raise InputError(wrong, f"Nothing was run. Give: {_instead(tasks)}")


def _instead(tasks: Sequence[ParserContext]) -> str:
    """One line on all channels where that does the same, else the lines one by one."""
    groups = {str(task.name).partition(".")[0] for task in tasks}
    channels = [str(task.name).partition(".")[2] for task in tasks]
    flags = {flag for task in tasks for flag in _flags(task)}
    one_value = len({flag.partition("=")[0] for flag in flags}) == len(flags)
    if len(groups) == 1 and groups < {"dist", "rollback"} and "all" not in channels and one_value and _alike(tasks):
        return " ".join([f"invoke {groups.pop()}.all --only {','.join(dict.fromkeys(channels))}", *sorted(flags)])
    return "; ".join(" ".join(["invoke", str(task.name), *_flags(task)]) for task in tasks)


def _alike(tasks: Sequence[ParserContext]) -> bool:
    """Whether all have the same of ``ALIKE``, and no checksum that means another artifact for each channel."""
    chosen = [{flag for flag in _flags(task) if flag.partition("=")[0] in ALIKE} for task in tasks]
    bare = any(flag.startswith("--sha256=") and flag.count("=") == 1 for flag in chosen[0])
    return not bare and all(one == chosen[0] for one in chosen)


def _flags(task: ParserContext) -> list[str]:
    """The flags that were given, as they are written."""
    given = [arg for arg in dict.fromkeys(task.args.values()) if arg.got_value or (arg.kind is list and arg.value)]
    return [text for arg in given for text in _written(f"--{arg.name.replace('_', '-')}", arg.value)]


def _written(flag: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [flag]
    values = value if isinstance(value, list) else [value]
    return [f"{flag}={shlex.quote(str(one))}" for one in values]
