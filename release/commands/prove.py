"""``prove.*``: plan, show, install, run, remove."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from release.commands.command import INTERRUPTED, Given
from release.commands.opening import require_repositories
from release.commands.options import Options, choose, look_up
from release.errors import InputError, ReleaseError
from release.metadata.version import LATEST, given_version, tag_of
from release.prove.plan import Plan, plan_proof
from release.prove.prove import Attempt, render_plan
from release.records import Outcome, Release, State
from release.report.report import Report
from release.session import Session
from release.settings import Channel

CONSENT = InputError(
    "prove installs on this machine, and --yes was not given", "Give --yes to run the commands shown, or --dry-run."
)


def ask_prove(given: Given, options: Options, flags: Mapping[str, Any]) -> Report:
    """``prove.*``: plan, show, and with consent do it.

    Raises:
        InputError: the product, or where the channel has it from, is on this machine already.
    """
    session, channels = given.session, choose(given.session, options)
    require_repositories(session.settings)
    release, heading = _release(session, options)
    in_actions = session.environment.in_actions
    with tempfile.TemporaryDirectory(prefix="release-", ignore_cleanup_errors=True) as folder:
        plans = [_planned(session, channel, release.version, Path(folder)) for channel in channels]
        if not in_actions:
            _refuse_there(plans)
        lines = [line for plan in plans for line in render_plan(plan)]
        if not lines or options.dry_run or not (flags["yes"] or in_actions):
            errors: list[ReleaseError] = [CONSENT] if lines and not options.dry_run else []
            return _report(options, release, heading, [_shown(plan) for plan in plans], errors, lines)
        for line in (heading, *lines):
            session.say(line)
        outcomes, errors = _perform(session, plans)
    return _report(options, release, heading, outcomes, errors, [])


def _release(session: Session, options: Options) -> tuple[Release, str]:
    """The release that is meant; one that is named needs no look-up."""
    if not options.version or options.version == LATEST:
        found = look_up(session, options, ())
        return found.release, found.heading
    version = given_version(options.version, session.settings.project)
    return Release(version, tag_of(version, session.settings.project), "-" in version.partition("+")[0], {}), ""


def _planned(session: Session, channel: Channel, version: str, folder: Path) -> Plan:
    own = folder / channel.name
    own.mkdir()
    return plan_proof(session, channel, version, own)


def _refuse_there(plans: Sequence[Plan]) -> None:
    there = [f"{plan.channel.name}: {plan.there}" for plan in plans if plan.there]
    if there:
        fix = "Remove it first, or prove on a machine without it: a proof installs, and removes what it installed."
        raise InputError(f"On this machine already: {'; '.join(there)}", fix)


def _shown(plan: Plan) -> Outcome:
    channel = plan.channel
    planned = Outcome(channel.name, State.PLANNED, channel.target, plan.version, serves=plan.serves)
    return plan.outcome or planned


def _perform(session: Session, plans: Sequence[Plan]) -> tuple[list[Outcome], list[ReleaseError]]:
    """One after the other: package managers hold locks."""
    outcomes: list[Outcome] = []
    for plan in plans:
        with tempfile.TemporaryDirectory(prefix="release-", ignore_cleanup_errors=True) as folder:
            attempt = Attempt(session, plan, Path(folder))
            try:
                outcomes.append(plan.outcome or attempt.run())
            except KeyboardInterrupt:
                return [*outcomes, attempt.interrupted()], [INTERRUPTED]
    return outcomes, []


def _report(
    options: Options, release: Release, heading: str, outcomes: Sequence[Outcome], errors: Sequence[ReleaseError],
    lines: Sequence[str],
) -> Report:  # fmt: skip
    """Nothing proved at all is no success: 2 where every channel was skipped."""
    skipped = all(outcome.state is State.SKIPPED for outcome in outcomes)
    notes = ["Dry run: nothing was installed."] if options.dry_run else []
    notes += ["Nothing was proved: every channel was skipped."] if skipped else []
    return Report(options.task, release, outcomes, errors, notes, lines, code=2 if skipped else None, heading=heading)
