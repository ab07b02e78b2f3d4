"""A channel of which nothing says what it serves: the newest run of its receiver for a version is what is known."""

from dataclasses import replace

from release.github.runs import OVER, Run, names_version, run_url
from release.records import ONLY_ITS_RUN, Outcome, State
from release.repository.listeners import event_of, hearing
from release.session import Session
from release.settings import Channel


def judge_run(outcome: Outcome, run: Run | None) -> Outcome:
    """``outcome`` with what the newest run says: ``sent`` where it succeeded, ``running``, else ``unknown``. Pure."""
    again = f"invoke dist.{outcome.channel} --version {outcome.version}"
    if run is None:
        unknown = "no run for this version is known, and nothing else says"
        return replace(outcome, state=State.UNKNOWN, reason=unknown, next=again)
    outcome = replace(outcome, run_url=run_url(run))
    if run.get("status") != OVER:
        return replace(outcome, state=State.RUNNING, reason="its run is under way; nothing else says what it serves")
    if run.get("conclusion") == "success":
        return replace(outcome, state=State.SENT, reason=ONLY_ITS_RUN)
    ended = f"as {run['conclusion']}" if run.get("conclusion") else "without a conclusion"
    unknown = f"its run ended {ended}, and nothing else says"
    return replace(outcome, state=State.UNKNOWN, reason=unknown, next=f"Read the run's log, then: {again}")


def look_for_run(session: Session, channel: Channel, outcome: Outcome) -> Outcome:
    """``outcome`` with what the newest run for its version says.

    Raises:
        ServiceError: the target's runs cannot be read.
    """
    runs = session.github.runs(channel.target, session.token(channel), event=event_of(channel))
    project, version = session.settings.project.name, outcome.version or ""
    own = hearing(session, channel, [run for run in runs if names_version(run, project, version)])
    return judge_run(outcome, next(iter(own), None))
