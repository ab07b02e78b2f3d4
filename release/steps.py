"""The steps behind the tasks: each takes a session and what the user asked for, and gives a report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from release.assets import NotYet
from release.dispatch import Order, dispatch
from release.errors import ReleaseError
from release.looked import look
from release.messages import message_for, render_message
from release.metadata import Found
from release.options import Options, choose, given_checksums, needed
from release.records import Outcome, Release, State
from release.report import Report, render_release
from release.session import Session, require_repositories
from release.validate import Question, check_tokens, validate, warnings

UNCONFIRMED = "sent, not confirmed"
WORKFLOW = Path(__file__).parents[1] / ".github" / "workflows" / "trigger-distributions.yml"


def extract(session: Session, options: Options) -> Report:
    """``release.extract``: the record of a release, or why there is none."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    require_repositories(session.settings)
    names = needed(session, channels, given)
    found = look(session, options, names).found
    problems, notes = _excused(options, found, validate_release(session, found, given))
    if problems:
        return refused(options, found, problems, notes)
    notes.append(render_release(found.release, names))
    return Report(options.task, found.release, notes=notes, heading=found.heading)


def refused(options: Options, found: Found, problems: Sequence[ReleaseError], notes: Sequence[str]) -> Report:
    """Nothing was sent: exit code 2, whatever the kind of the problems; 130 where the user interrupted."""
    code = max(2, *(problem.exit_code for problem in problems))
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    notes = [*notes, f"Refused: {count}. Nothing was sent."]
    return Report(options.task, found.release, errors=problems, notes=notes, heading=found.heading, code=code)


def validate_release(session: Session, found: Found, given: Mapping[str, str]) -> list[ReleaseError]:
    """The problems of the release alone, without tokens and channels."""
    return validate(session, found, Question((), given, tokens=False))


def check(session: Session, options: Options) -> Report:
    """``release.validate``: all problems at once, exit code 2 where there is one."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    found = look(session, options, needed(session, channels, given)).found
    problems = validate(session, found, Question(channels, given, options.tokens))
    problems, notes = _excused(options, found, problems)
    notes = [*notes, *warnings(channels, found.release), *_jobless(session)]
    if problems:
        return refused(options, found, problems, notes)
    names = ", ".join(channel.name for channel in channels)
    verdict = "is valid" if found.release.published else "is not published yet; all that can be checked now is good"
    notes.append(f"Release {found.release.version} {verdict}, for {names}.")
    return Report(options.task, found.release, notes=notes, heading=found.heading)


def _jobless(session: Session) -> list[str]:
    """Configured channels that the release workflow of this checkout has no job for."""
    from release.workflow_jobs import channels_without_job  # noqa: PLC0415 - one task's own

    if not WORKFLOW.is_file():
        return []
    missing = channels_without_job(session.settings, WORKFLOW.read_bytes())
    return [f"Warning: {WORKFLOW.name} has no job for {', '.join(missing)}; add it there."] if missing else []


def _excused(options: Options, found: Found, problems: Sequence[ReleaseError]) -> tuple[list[ReleaseError], list[str]]:
    """In a dry run of a version that is not published yet: what is not there is a warning, not a problem."""
    if not options.dry_run or found.release.published:
        return list(problems), []
    excused = [problem for problem in problems if isinstance(problem, NotYet)]
    rest = [problem for problem in problems if problem not in excused]
    wrong = [problem.wrong for problem in excused] or ["The release is not published yet; its checksums are unknown"]
    return rest, [f"Warning: {text}. A real run would refuse." for text in wrong]


def distribute(session: Session, options: Options) -> Report:
    """``dist.*``: look up, validate, tell, and with ``--wait`` follow until the channels serve the version."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    until = session.transport.clock() + options.wait * 60
    looked = look(session, options, needed(session, channels, given), [] if options.force else channels)
    release = looked.found.release
    tokens = not options.dry_run
    found = looked.found
    problems, notes = _excused(options, found, validate(session, found, Question(channels, given, tokens)))
    notes += warnings(channels, release)
    if problems:
        return refused(options, found, problems, notes)
    if options.dry_run:
        notes += [f"Warning: {error.wrong}." for error in check_tokens(session.environment, channels)]
    order = Order(options.force, options.allow_downgrade, options.dry_run)
    outcomes = dispatch(session, release, channels, looked.ahead, order)
    if options.wait and not options.dry_run and not session.stop.is_set():
        outcomes = _confirm(session, release, outcomes, until, options)
    return _distributed(session, options, found, outcomes, notes)


def _confirm(
    session: Session, release: Release, outcomes: list[Outcome], until: float, options: Options
) -> list[Outcome]:
    from release.confirm import confirm  # noqa: PLC0415 - only where somebody waits
    from release.live import watching  # noqa: PLC0415 - as above

    with watching(outcomes, session.say) as heard:
        return confirm(session, release, outcomes, until, heard, allow_downgrade=options.allow_downgrade)


def _distributed(
    session: Session, options: Options, found: Found, outcomes: Sequence[Outcome], notes: list[str]
) -> Report:
    release = found.release
    planned = [message_for(session.settings.channels[o.channel], release, session.settings.project)
               for o in outcomes if o.state is State.PLANNED]  # fmt: skip
    extra: dict[str, Any] = {}
    if options.dry_run:
        notes.append("Dry run: nothing was sent.")
        extra["plan"] = [
            {"channel": m.channel.name, "target": m.channel.target, "path": m.path, "body": m.body} for m in planned
        ]
    interrupted = session.stop.is_set()
    if interrupted:
        told = [o.channel for o in outcomes if o.state in {State.SENT, State.SERVED, State.RUNNING}]
        unsure = [o.channel for o in outcomes if o.state is State.UNCONFIRMED]
        maybe = f" May have been told: {', '.join(unsure)}." if unsure else ""
        notes.append(f"Interrupted. Told: {', '.join(told) or 'none'}.{maybe} Run the same command again to go on.")
    elif any(o.state in {State.SENT, State.RUNNING} for o in outcomes):
        notes.append(f"{UNCONFIRMED}: see `invoke status.all --version {release.version}`, or use --wait MINUTES")
    return Report(options.task, release, outcomes, notes=notes, plan=[render_message(m) for m in planned],
                  extra=extra, code=130 if interrupted else None, heading=found.heading)  # fmt: skip
