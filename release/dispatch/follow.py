"""One channel from being told to serving the version: find its run, follow the run, read the channel."""

from dataclasses import replace
from enum import Enum, auto

from release.channels import kind_of
from release.channels.reading import newest_stable, read_and_judge
from release.channels.verdict import Verdict
from release.dispatch.progress import Progress
from release.dispatch.search import find_runs
from release.dispatch.tell import TOLD_TWICE
from release.errors import ServiceError
from release.github.runs import OVER, Run, names_version, parse_run, run_url
from release.records import ONLY_ITS_RUN, Outcome, Release, State
from release.repository.listeners import event_of, why_unheard
from release.session import Session
from release.settings import Channel

UNSEEN = 4  # empty looks for a run, after which the channel is read all the same
TWICE = 2  # what could be an old copy of a file must be read twice before it counts
UNREADABLE = frozenset({401, 403, 404})
LAST_SECONDS = 5.0  # for the last read, when the time is up


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
        self.progress, self.allow_downgrade = Progress(channel, release, outcome), allow_downgrade
        self.kind = kind_of(channel.kind)
        self.since = outcome.since or session.transport.clock() - 60
        self.stage = Stage.FIND if outcome.run_id is None else Stage.RUN
        self.run_id, self.etag = outcome.run_id, ""
        self.succeeded = False
        self.empty, self.odd = 0, 0
        self.newest: bool | None = None

    @property
    def outcome(self) -> Outcome:
        """What is known now."""
        return self.progress.outcome

    @property
    def done(self) -> bool:
        """Whether nothing can change it any more."""
        return self.progress.done

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
            self._read()
        return self.outcome

    def give_up(self) -> Outcome:
        """The outcome when the time is up: ``unconfirmed`` or, where somebody has to approve, ``manual``."""
        if not self.done and self.stage is Stage.FIND:
            self._read(self.outcome.reason, LAST_SECONDS)
        if not self.done:
            self.progress.end_late()
        return self.outcome

    def _find(self) -> None:
        """Look for the run that the dispatch started."""
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
                self.progress.twice = self.progress.twice or f"{len(found)} runs are of it, {TOLD_TWICE}: {links}"
            self._read(f"ambiguous: more than one run could be it: {links}")
        else:
            self._none()

    def _found(self, run: Run) -> None:
        self.stage, run_id = Stage.RUN, run.get("id")
        self.run_id = run_id if isinstance(run_id, int) else None
        self._judge_run(run)

    def _none(self) -> None:
        """No run yet: look who listens at all, and go on looking."""
        if self.empty == TWICE - 1 and (why := why_unheard(self.session, self.channel)):
            self.progress.end(State.UNCONFIRMED, why, next=f"invoke doctor --only {self.channel.name}")
        else:
            self._not_shown(f"not yet: no run of {event_of(self.channel)} appeared in {self.channel.target}")

    def _not_shown(self, late: str) -> None:
        """GitHub has taken 8 s and more to show a run: after some looks the channel is read too."""
        self.empty += 1
        if self.empty >= UNSEEN and self.kind.readable(self.channel):
            self._read(late if self.run_id is None else None)
        else:
            self.progress.note(late)

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
        self.progress.outcome = replace(self.outcome, run_url=url or self.outcome.run_url, run_id=self.run_id)
        self.progress.approval = status == "waiting" or "action_required" in {status, conclusion}
        if self.progress.approval:
            self.progress.note("its run waits for somebody's approval")
        elif status != OVER:
            self.progress.note(f"its run is {str(status or 'not started').replace('_', ' ')}")
        elif conclusion == "success":
            self._succeeded()
        else:
            self.progress.end_badly(str(conclusion))

    def _succeeded(self) -> None:
        self.stage, self.succeeded = Stage.READ, True
        if self.kind.readable(self.channel):
            self._read()
        else:
            self.progress.end(State.SENT, ONLY_ITS_RUN)

    def _unreadable(self, error: ServiceError) -> None:
        """Runs that this token may not see leave the channel itself; anything else may pass."""
        unread = f"its run cannot be read: {error.wrong}"
        if error.status == 404 and self.run_id is not None:
            self._not_shown(f"not yet: {unread}")
        elif error.status in UNREADABLE:
            self.stage = Stage.READ
            if self.kind.readable(self.channel):
                self.progress.note(f"not yet: {unread}")
            else:
                self.progress.end(State.UNCONFIRMED, unread)
        else:
            self.progress.note(f"not yet: {error.wrong}")

    def _read(self, otherwise: str | None = None, timeout: float | None = None) -> None:
        """Read the channel; ``otherwise`` is the reason where it does not serve the version."""
        if self.kind.follows_latest and self.newest is None:
            self.newest = newest_stable(self.session, self.release)
        timeout = timeout or self.session.settings.http.timeout
        seen = read_and_judge(self.session, self.channel, self.release, newest=self.newest, timeout=timeout)
        self.progress.outcome = replace(self.outcome, serves=seen.served or self.outcome.serves)
        self._judge_seen(seen, otherwise)

    def _judge_seen(self, seen: Verdict, otherwise: str | None) -> None:
        beyond = seen.newer and self.kind.replaces and not self.allow_downgrade
        self.odd = self.odd + 1 if beyond or seen.refused or seen.state is State.MISMATCH else 0
        if seen.state is State.SERVED:
            self.progress.end(State.SERVED, self.progress.told.reason)
        elif seen.state is State.PENDING:
            self.progress.end(State.PENDING, seen.reason)
        elif self.odd >= TWICE and self.succeeded:
            state = State.SKIPPED if beyond else State.FAILED
            self.progress.end(state, seen.reason, next=None if beyond else self.progress.again(force=True))
        else:
            still = "its run succeeded, but the channel does not serve it: " if self.succeeded else ""
            self.progress.note(otherwise or f"not yet: {still}{seen.reason}")
