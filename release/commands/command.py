"""Runs one step for a task: opens the session, shows the report, turns every error into two lines and an exit code."""

import errno
import gc
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING, Any

from invoke.exceptions import Exit

from release.commands.interrupts import deafen, listen
from release.commands.typed import as_typed
from release.errors import InputError, ReleaseError, Stopped
from release.http.redaction import make_redactor
from release.report.console import Console
from release.report.report import Report
from release.report.streams import put, unwritten
from release.report.text import lines, no_commands
from release.session import Session
from release.settings import SECTIONS, Environment, InvalidSettings, read_environment, unused_variables

if TYPE_CHECKING:
    from invoke.context import Context

UNWRITABLE = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO})  # reading a file of settings does not end so
OURS = "This is a fault of this program: please report it with the command that you ran."
MACHINE = "Look at this machine: free space, TMPDIR, limits of files and memory. If that is well, please report it."
INTERRUPTED = Stopped("Interrupted.", "Run the same command again: only what is missing is done.")


@dataclass(frozen=True)
class Given:
    """What every step gets.

    Attributes:
        session: its collaborators.
        console: for what must be drawn or asked while it runs.
        dry: whether Invoke's own ``--dry`` was given.
        raw: our sections of Invoke's merged configuration.
    """

    session: Session
    console: Console
    dry: bool
    raw: Mapping[str, Any]


def run(
    context: "Context", task: str, step: Callable[[Given], Report], *, as_json: bool, configured: bool = True
) -> None:
    """Run ``step`` and end with its exit code.

    Args:
        context: Invoke's, with the merged configuration.
        task: the task's name, for the report.
        step: what to do.
        as_json: one JSON document on stdout.
        configured: whether the task works on the configuration; else what there is of it is not looked at.

    Raises:
        Exit: with any exit code but 0.
    """
    environment = read_environment()
    redact = make_redactor(environment.secrets().values())
    console = Console(environment, redact, json=as_json, typed=as_typed(sys.argv, here=task != "rehearse"))
    listen()
    report = _guarded(task, lambda: step(_open(context, environment, console, configured=configured)))
    deafen()  # from here on the report is all that is left to do
    if code := console.show(report):
        raise Exit(code=code)


def _open(context: "Context", environment: Environment, console: Console, *, configured: bool) -> Given:
    from release.channels.settings import RECORDS  # noqa: PLC0415 - as below
    from release.commands.opening import NOTHING, open_session  # noqa: PLC0415 - requests only where one can follow

    raw = {name: _plain(context.config[name]) for name in SECTIONS if name in context.config}
    for warning in unused_variables(environment.variables, raw, RECORDS) if configured else ():
        console.say(warning)
    session = open_session(raw if configured else NOTHING, environment, console.say)
    session = replace(session, typed=console.typed)
    console.redact = session.redact
    if not gc.isenabled():  # since the start: from here on only what a task makes is looked through
        gc.freeze()
        gc.enable()
    return Given(session, console, bool(context.config.run.dry), raw)


def _plain(value: Any) -> Any:  # noqa: ANN401 - configuration is of any type
    """Invoke's ``DataProxy`` and its parts as ordinary tables and lists."""
    if hasattr(value, "_config"):
        value = value._config  # noqa: SLF001 - the only way to the plain table
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _guarded(task: str, work: Callable[[], Report]) -> Report:
    try:
        return work()
    except InvalidSettings as invalid:
        return Report(task, errors=invalid.said)
    except ReleaseError as error:
        return Report(task, errors=[error])
    except KeyboardInterrupt:
        return Report(task, errors=[INTERRUPTED])
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return Report(task, errors=[ReleaseError(*_surprise(error))])


def _surprise(error: BaseException) -> tuple[str, str]:
    at = traceback.extract_tb(error.__traceback__)
    where = f" ({at[-1].filename.rsplit('/', 1)[-1]}:{at[-1].lineno})" if at else ""
    return f"Unexpected {type(error).__name__}: {error}{where}", MACHINE if isinstance(error, OSError) else OURS


def _unreadable(error: BaseException, environment: Environment) -> InputError:
    """What Invoke could not read, by the name of the variable or flag where the error shows its value."""
    said = str(error)
    named = [
        name for name, value in environment.variables.items() if name.startswith("INVOKE_") and repr(value) in said
    ]
    if not named and isinstance(error, ValueError):
        named = [flag for flag, value in pairwise(_words(sys.argv)) if flag.startswith("-") and repr(value) in said]
    if named:
        return InputError(f"{named[0]} has a value of the wrong type: {said}", f"Correct {named[0]}.")
    fix = "Correct invoke.yaml (or ~/.invoke.yaml, /etc/invoke.yaml): tables of settings, as the README shows."
    return InputError(f"The configuration cannot be read: {type(error).__name__}: {said}", fix)


def _words(arguments: list[str]) -> list[str]:
    """The command line with ``--flag=value`` as two words."""
    return [word for argument in arguments for word in argument.split("=", maxsplit=1)]


def explain(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Two lines for what goes wrong before a task starts: a broken ``invoke.yaml``, a flag of the wrong type."""
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        raise SystemExit(unwritten(error))
    environment = read_environment()
    redact, typed = make_redactor(environment.secrets().values()), as_typed(sys.argv)
    if issubclass(kind, KeyboardInterrupt):
        put(sys.stderr, f"{INTERRUPTED}\n")
        raise SystemExit(INTERRUPTED.exit_code)
    wrongs = _wrongs(error, at, environment)
    if "--json" in sys.argv:
        errors = [{"wrong": redact(one.wrong), "fix": typed(one.fix)} for one in wrongs]
        document = {"schema": 1, "task": None, "ok": False, "release": None, "channels": [], "errors": errors}
        put(sys.stdout, f"{json.dumps(document)}\n")
    shown = lines(redact(typed("\n".join(map(str, wrongs)))))
    put(sys.stderr, f"{no_commands(shown) if environment.in_actions else shown}\n")
    raise SystemExit(max(one.exit_code for one in wrongs))


def _wrongs(error: BaseException, at: TracebackType | None, environment: Environment) -> list[ReleaseError]:
    """What ended the command: only what was raised before a task began can be the configuration's fault."""
    if any(frame.f_globals.get("__name__") == "invoke.tasks" for frame, _line in traceback.walk_tb(at)):
        return [ReleaseError(*_surprise(error))]
    found = getattr(error, "said", None) or [error]
    return [one if isinstance(one, InputError) else _unreadable(one, environment) for one in found]
