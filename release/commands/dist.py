"""``dist.*``: look up, validate, tell, and with ``--wait`` follow until the channels serve the version."""

from collections.abc import Sequence
from typing import Any

from release.commands.extract import excused, refused
from release.commands.options import Options, choose, given_checksums, look_up, needed
from release.dispatch.ahead import Ahead, look_ahead
from release.dispatch.dispatch import Order, dispatch
from release.dispatch.message import message_for, render_message
from release.metadata.artifacts import Found
from release.metadata.validation import Question, check_tokens, validate, warnings
from release.records import ONLY_ITS_RUN, Outcome, Release, State
from release.report.report import Report
from release.session import Session

UNCONFIRMED = "sent, not confirmed"


def distribute(session: Session, options: Options) -> Report:
    """``dist.*``: look up, validate, tell, and with ``--wait`` follow until the channels serve the version."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    until = session.transport.clock() + options.wait * 60
    ahead: list[Ahead] = []

    def begin(version: str) -> None:
        if not options.force:
            ahead.append(look_ahead(session, channels, version))

    found = look_up(session, options, needed(session, channels, given), begin)
    release, tokens = found.release, not options.dry_run
    problems, notes = excused(options, found, validate(session, found, Question(channels, given, tokens)))
    notes += warnings(channels, release)
    if problems:
        return refused(options, found, problems, notes)
    if options.dry_run:
        notes += [f"Warning: {error.wrong}." for error in check_tokens(session.environment, channels)]
    order = Order(options.force, options.allow_downgrade, options.dry_run)
    outcomes = dispatch(session, release, channels, ahead[0] if ahead else None, order)
    try:
        if options.wait and not options.dry_run and not session.stop.is_set():
            outcomes = _confirm(session, release, outcomes, until, options)
        return _distributed(session, options, found, outcomes, notes)
    except KeyboardInterrupt:  # a moment in which nobody waited; there is no second one
        session.stop.set()
        return _distributed(session, options, found, outcomes, notes)


def _confirm(
    session: Session, release: Release, outcomes: list[Outcome], until: float, options: Options
) -> list[Outcome]:
    from release.dispatch.confirm import confirm  # noqa: PLC0415 - only who waits pays for it
    from release.report.live import watching  # noqa: PLC0415 - as above

    with watching(outcomes, session.say, until, session.transport.clock) as heard:
        return confirm(session, release, outcomes, until, heard, allow_downgrade=options.allow_downgrade)


def _distributed(
    session: Session, options: Options, found: Found, outcomes: Sequence[Outcome], notes: list[str]
) -> Report:
    release = found.release
    settings, down = session.settings, options.allow_downgrade
    planned = [message_for(settings.channels[o.channel], release, settings.project, allow_downgrade=down)
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
    elif any(o.state in {State.SENT, State.RUNNING} and o.reason != ONLY_ITS_RUN for o in outcomes):
        notes.append(f"{UNCONFIRMED}: see `invoke status.all --version {release.version}`, or use --wait MINUTES")
    return Report(options.task, release, outcomes, notes=notes, plan=[render_message(m) for m in planned],
                  extra=extra, code=130 if interrupted else None, heading=found.heading)  # fmt: skip
