"""One channel from being told to serving the version: find its run, follow the run, read the channel."""

from dataclasses import replace
from enum import Enum, auto

from release.channels import kind_of
from release.channels.reading import newest_stable, read_and_judge
from release.channels.verdict import Verdict
from release.dispatch.last_run import SUCCEEDED
from release.dispatch.search import event_of, find_runs
from release.dispatch.tell import TOLD_TWICE
from release.errors import ServiceError
from release.github.runs import OVER, Run, names_version, parse_run, run_url
from release.github.workflows import nobody_hears
from release.records import Outcome, Release, State
from release.session import Session
from release.settings import Channel

UNSEEN = 4  # empty looks for a run, after which the channel is read all the same
TWICE = 2  # what could be an old copy of a file must be read twice before it counts
UNREADABLE = frozenset({401, 403, 404})
LAST_SECONDS = 5.0  # for the last read, when the time is up
BAD_ENDS = {
    "failure": "failed", "startup_failure": "could not start", "cancelled": "was cancelled",
    "timed_out": "timed out", "skipped": "was skipped by a condition in the workflow",
}  # fmt: skip


class Stage(Enum):
    """What is looked for."""

    FIND = auto()
    RUN = auto()
    READ = auto()


class Follow:
    """What is known of one channel; every ``look`` adds to it.

    Args:
        session: collaborators.
        release: what was sent.
        channel: who was told.
        outcome: ``sent`` or ``running``, with ``run_id`` or ``since``.
        allow_downgrade: whether a newer version may have to give way.
    """

    def __init__(
        self, session: Session, release: Release, channel: Channel, outcome: Outcome, *, allow_downgrade: bool = False
    ) -> None:
        self.session, self.release, self.channel = session, release, channel
        self.told, self.outcome, self.allow_downgrade = outcome, outcome, allow_downgrade
        self.kind = kind_of(channel.kind)
        self.since = outcome.since or session.transport.clock() - 60
        self.stage = Stage.FIND if outcome.run_id is None else Stage.RUN
        self.run_id, self.etag = outcome.run_id, ""
        self.done, self.approval, self.succeeded = False, False, False
        self.empty, self.odd = 0, 0
        self.newest: bool | None = None
        told_twice = TOLD_TWICE in (outcome.reason or "") and outcome.state is not State.UNCONFIRMED
        self.twice = outcome.reason if told_twice else None

    @property
    def token(self) -> str | None:
        """Asked for each time: an App's is another one after an hour."""
        return self.session.token(self.channel)

    def look(self) -> Outcome:
        """One look, a request or two; ``done`` says whether another one can change anything."""
        if self.stage is Stage.FIND:
            self._find()
        elif self.stage is Stage.RUN:
            self._ask_run()
        else:
            self._read(self.session.settings.http.timeout)
        return self.outcome

    def give_up(self) -> Outcome:
        """The outcome when the time is up: ``unconfirmed`` or, where somebody has to approve, ``manual``."""
        if self.done:
            return self.outcome
        if self.approval:
            return self._end(State.MANUAL, self.outcome.reason, next=f"Approve the run: {self.outcome.run_url}")
        if self.stage is Stage.FIND:
            self._read(LAST_SECONDS, self.outcome.reason)
        return self.outcome if self.done else self._end(State.UNCONFIRMED, self._late(), next=self.told.next)

    def _late(self) -> str:
        reason = self.outcome.reason or "nothing was seen"
        unsure = f"{self.told.reason}; " if self.told.state is State.UNCONFIRMED else ""
        return f"{unsure}not in time: {reason.removeprefix('not yet: ')}"

    def _find(self) -> None:
        """Look for the run that the dispatch started."""
        event = event_of(self.channel)
        try:
            found = find_runs(self.session, self.channel, self.release.version, self.since)
        except ServiceError as error:
            self._unreadable(error)
            return
        if len(found) == 1:
            self._found(found[0])
        elif found:
            links = " and ".join(run_url(run) or "a run without a page" for run in found)
            if all(names_version(run, self.session.settings.project.name, self.release.version) for run in found):
                self.twice = self.twice or f"{len(found)} runs are of it, {TOLD_TWICE}: {links}"
            self._read(self.session.settings.http.timeout, f"ambiguous: more than one run could be it: {links}")
        else:
            self._none(event)

    def _found(self, run: Run) -> None:
        self.stage, run_id = Stage.RUN, run.get("id")
        self.run_id = run_id if isinstance(run_id, int) else None
        self._judge_run(run)

    def _none(self, event: str) -> None:
        """No run yet: look who listens at all, and go on looking."""
        if self.empty == TWICE - 1 and (why := self._deaf(event)):
            self._end(State.UNCONFIRMED, why, next=f"invoke doctor --only {self.channel.name}")
        else:
            self._not_shown(f"not yet: no run of {event} appeared in {self.channel.target}")

    def _not_shown(self, late: str) -> None:
        """GitHub has taken 8 s and more to show a run: after some looks the channel is read too."""
        self.empty += 1
        if self.empty >= UNSEEN and self.kind.readable(self.channel):
            self._read(self.session.settings.http.timeout, late if self.run_id is None else None)
        else:
            self._note(late)

    def _deaf(self, event: str) -> str | None:
        """Why no workflow of the target can have heard the event; ``None`` where one can, or nobody knows."""
        try:
            workflows = self.session.workflows(self.channel)
        except ServiceError:
            return None
        if self.channel.workflow:
            workflows = [one for one in workflows if one.name == self.channel.workflow]
        return nobody_hears(workflows, event, self.channel.event_type)

    def _ask_run(self) -> None:
        """Look how far the run is; GitHub does not count an answer that nothing changed."""
        headers = {"If-None-Match": self.etag} if self.etag else {}
        try:
            answer = self.session.github.run(self.channel.target, self.run_id or 0, self.token, headers)
            if answer.status == 304:
                return
            if answer.status != 200:
                raise self.session.github.refusal(answer, self.token, f"run {self.run_id} of {self.channel.target}")
            run = parse_run(answer.record())
        except ServiceError as error:
            self._unreadable(error)
            return
        self.etag = answer.headers.get("ETag", "")
        self._judge_run(run)

    def _judge_run(self, run: Run) -> None:
        status, conclusion, url = run.get("status"), run.get("conclusion"), run_url(run)
        self.outcome = replace(self.outcome, run_url=url or self.outcome.run_url, run_id=self.run_id)
        self.approval = status == "waiting" or "action_required" in {status, conclusion}
        if self.approval:
            self._note("its run waits for somebody's approval")
        elif status != OVER:
            self._note(f"its run is {str(status or 'not started').replace('_', ' ')}")
        elif conclusion == "success":
            self._succeeded()
        else:
            how = BAD_ENDS.get(str(conclusion), f"ended as {conclusion}")
            self._end(State.FAILED, f"its run {how}", next=f"Read the run's log, then: {self._again()}")

    def _succeeded(self) -> None:
        self.stage, self.succeeded = Stage.READ, True
        if not self.kind.readable(self.channel):
            self._end(State.SENT, SUCCEEDED)
            return
        self._read(self.session.settings.http.timeout)

    def _unreadable(self, error: ServiceError) -> None:
        """Runs that this token may not see leave the channel itself; anything else may pass."""
        unread = f"its run cannot be read: {error.wrong}"
        if error.status == 404 and self.run_id is not None:
            self._not_shown(f"not yet: {unread}")
        elif error.status in UNREADABLE:
            self.stage = Stage.READ
            if not self.kind.readable(self.channel):
                self._end(State.UNCONFIRMED, unread)
                return
            self._note(f"not yet: {unread}")
        else:
            self._note(f"not yet: {error.wrong}")

    def _read(self, timeout: float, otherwise: str | None = None) -> None:
        """Read the channel; ``otherwise`` is the reason where it does not serve the version."""
        if self.kind.follows_latest and self.newest is None:
            self.newest = newest_stable(self.session, self.release)
        seen = read_and_judge(self.session, self.channel, self.release, newest=self.newest, timeout=timeout)
        self.outcome = replace(self.outcome, serves=seen.served or self.outcome.serves)
        self._judge_seen(seen, otherwise)

    def _judge_seen(self, seen: Verdict, otherwise: str | None) -> None:
        beyond = seen.newer and self.kind.replaces and not self.allow_downgrade
        self.odd = self.odd + 1 if beyond or seen.refused or seen.state is State.MISMATCH else 0
        if seen.state is State.SERVED:
            self._end(State.SERVED, self.told.reason)
        elif seen.state is State.PENDING:
            self._end(State.PENDING, seen.reason)
        elif self.odd >= TWICE and self.succeeded:
            state = State.SKIPPED if beyond else State.FAILED
            self._end(state, seen.reason, next=None if beyond else self._again(force=True))
        else:
            still = "its run succeeded, but the channel does not serve it: " if self.succeeded else ""
            self._note(otherwise or f"not yet: {still}{seen.reason}")

    def _note(self, reason: str) -> None:
        self.outcome = replace(self.outcome, state=State.RUNNING, reason=reason)

    def _end(self, state: State, reason: str | None, **more: str | None) -> Outcome:
        after = {State.UNCONFIRMED: f"invoke status.{self.channel.name} --version {self.release.version}"}
        self.done = True
        if self.twice and self.twice != reason:
            reason = f"{reason}; {self.twice}" if reason else self.twice
        self.outcome = replace(self.outcome, state=state, reason=reason, next=more.get("next") or after.get(state))
        return self.outcome

    def _again(self, *, force: bool = False) -> str:
        return f"invoke dist.{self.channel.name} --version {self.release.version}" + (" --force" if force else "")
