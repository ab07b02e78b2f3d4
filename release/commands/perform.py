"""From a task's flags to the step that does its work."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.commands.command import Given, run
from release.commands.line import UNCONFIGURED, WRITE
from release.commands.options import Options
from release.errors import InputError
from release.metadata.version import NotOurs, parse_version
from release.report.report import Report

if TYPE_CHECKING:
    from invoke.context import Context

MOST_MINUTES = 24 * 60  # longer than any job of a workflow may take
Flags = Mapping[str, Any]
Step = Callable[[Given, Flags, Options], Report]


def perform(context: "Context", name: str, flags: Flags) -> None:
    """Run the task ``name``.

    Args:
        context: Invoke's.
        name: as the command line has it, such as ``dist.homebrew``.
        flags: every flag of the task with its value.

    Raises:
        Exit: with any exit code but 0.
    """

    def step(given: Given) -> Report:
        announced: list[str] = []

        def announce(line: str) -> None:
            """Before anything is sent; beside a JSON document only where something may be sent or written."""
            if not flags.get("json") or name.partition(".")[0] in WRITE:
                given.console.tell(line)
                announced.append(line)

        options = replace(options_of(given, name, flags), announce=announce)
        try:
            report = step_of(name)(given, flags, options)
        except NotOurs as found:
            report = _not_ours(given, name, found)
        return replace(report, heading="") if announced else report

    run(context, name, step, as_json=bool(flags.get("json")), configured=name not in UNCONFIGURED)


def _not_ours(given: Given, name: str, found: NotOurs) -> Report:
    """Nothing is to be done: no failure, and the jobs that follow are skipped."""
    from release.report.outputs import write_outputs  # noqa: PLC0415 - only then

    write_outputs(given.session.environment, {"ours": "false"})
    return Report(name, notes=[f"{found.wrong}. {found.fix}"])


def options_of(given: Given, name: str, flags: Flags) -> Options:
    """The flags that most tasks share, as one record."""
    group, _, last = name.partition(".")
    return Options(
        task=name,
        version=_version(flags.get("version")),
        sha256=tuple(flags.get("sha256") or ()),
        record=flags.get("release") or "",
        channel=last if group in {"dist", "status", "update", "rollback", "prove"} and last != "all" else None,
        only=tuple(flags.get("only") or ()),
        skip=tuple(flags.get("skip") or ()),
        dry_run=bool(flags.get("dry_run")) or given.dry,
        wait=_minutes(flags.get("wait") or 0.0),
        force=bool(flags.get("force")),
        allow_downgrade=bool(flags.get("allow_downgrade")),
        tokens=not flags.get("no_tokens"),
        progress=given.console.progress,
    )


def _version(given: str | None) -> str:
    """The flag as given, the empty text where it was not; an empty one is refused, or it would mean the newest."""
    return "" if given is None else given or parse_version(given)


def _folder(given: str | None) -> Path | None:
    """The folder as given; an empty one is refused, or a script whose variable is empty would push to the target."""
    if given == "":
        raise InputError("--path is empty", "Give the folder of a checkout, or leave --path out to clone and push.")
    return None if given is None else Path(given)


def _minutes(given: float) -> float:
    if 0 <= given <= MOST_MINUTES:
        return given
    raise InputError(f"--wait is {given:g} minutes", f"Give a number from 0 to {MOST_MINUTES}.")


def step_of(name: str) -> Step:
    """The function behind a task, by its name or its group."""
    steps: dict[str, Step] = {
        "release.extract": _extract, "release.validate": _validate, "dist": _dist,
        "status": _status, "update": _update, "rollback": _rollback, "prove": _prove,
        "notify.result": _notify, "doctor": _doctor, "init": _init, "rehearse": _rehearse,
    }  # fmt: skip
    return steps.get(name) or steps[name.partition(".")[0]]


def _extract(given: Given, _flags: Flags, options: Options) -> Report:
    from release.commands.extract import extract  # noqa: PLC0415 - one task's own
    from release.report.outputs import release_outputs, write_outputs  # noqa: PLC0415 - as above

    report = extract(given.session, options)
    if report.release and not report.errors:
        write_outputs(given.session.environment, release_outputs(report.release))
    return report


def _validate(given: Given, flags: Flags, options: Options) -> Report:
    from release.commands.extract import check  # noqa: PLC0415 - one task's own

    return check(given.session, options, installs=bool(flags.get("check")))


def _dist(given: Given, _flags: Flags, options: Options) -> Report:
    from release.commands.dist import distribute  # noqa: PLC0415 - one task's own

    return distribute(given.session, options)


def _status(given: Given, _flags: Flags, options: Options) -> Report:
    from release.commands.status import ask_status  # noqa: PLC0415 - one task's own

    return ask_status(given.session, options)


def _update(given: Given, flags: Flags, options: Options) -> Report:
    from release.commands.update import ask_update  # noqa: PLC0415 - one task's own

    return ask_update(given.session, options, _folder(flags.get("path")))


def _rollback(given: Given, flags: Flags, options: Options) -> Report:
    from release.commands.rollback import ask_rollback  # noqa: PLC0415 - one task's own

    return ask_rollback(given, options, flags)


def _prove(given: Given, flags: Flags, options: Options) -> Report:
    from release.commands.prove import ask_prove  # noqa: PLC0415 - one task's own

    return ask_prove(given, options, flags)


def _notify(given: Given, flags: Flags, options: Options) -> Report:
    from release.commands.notify import ask_notify  # noqa: PLC0415 - one task's own

    return ask_notify(given.session, options, tuple(flags.get("results") or ()))


def _doctor(given: Given, _flags: Flags, options: Options) -> Report:
    from release.commands.doctor import ask_doctor  # noqa: PLC0415 - one task's own

    return ask_doctor(given.session, options)


def _init(given: Given, flags: Flags, _options: Options) -> Report:
    from release.commands.init import ask_init  # noqa: PLC0415 - one task's own

    return ask_init(given, flags)


def _rehearse(given: Given, flags: Flags, _options: Options) -> Report:
    from release.rehearsal.play.command import rehearse_here  # noqa: PLC0415 - one task's own

    return rehearse_here(
        given.raw, given.console.tell, keep=bool(flags.get("keep")), faults=tuple(flags.get("fault") or ()),
        files=flags.get("files"),
    )  # fmt: skip
