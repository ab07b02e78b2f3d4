"""Tell one channel exactly once, even when answers get lost."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from release.dispatch.message import Message
from release.dispatch.refusal import is_about_inputs, is_page, likely_fix, run_details
from release.dispatch.search import find_runs
from release.errors import ServiceError
from release.github.calls import HEADERS
from release.github.refusals import message_of, moved_to
from release.github.runs import Run, run_url
from release.http.answers import proves_acceptance
from release.http.limits import told_to_wait
from release.http.session import MOVED
from release.http.transport import Answer, Lost, NotSent, host_of
from release.records import Outcome, State
from release.session import Session

ACCEPTED = 204  # of a dispatch
LOOK_AGAIN = 1.0  # seconds between two looks for a run; GitHub has taken 8 s and more to show one
TOLD_TWICE = "it may have been told twice (receivers take that)"
BLIND = f"runs could not be read with this token, so {TOLD_TWICE}"
TWICE = f"an answer was lost before and no run of it was seen, so {TOLD_TWICE}"
UNREADABLE = frozenset({401, 403, 404})  # asking again with the same token is of no use
MAY = "may have been told"


@dataclass(frozen=True)
class Prior:
    """What was known of the target before the first attempt.

    Attributes:
        run_ids: runs that were there already and so are not ours.
    """

    run_ids: Collection[int] = ()


def tell(session: Session, message: Message, version: str, prior: Prior, note: Callable[[Outcome], None]) -> Outcome:
    """Send ``message`` until it is certain that it arrived, or certain that this cannot be found out.

    Args:
        session: collaborators.
        message: what to send.
        version: of the release.
        prior: what the target's runs were before.
        note: takes the outcome that is true if we are interrupted now.

    Returns:
        ``sent``, ``failed`` or ``unconfirmed``, with the number of attempts.
    """
    return _Telling(session, message, version, prior, note).run()


class _Telling:
    """One channel being told; ``doubt`` once an attempt may have been accepted and no run of it was found."""

    def __init__(
        self, session: Session, message: Message, version: str, prior: Prior, note: Callable[[Outcome], None]
    ) -> None:
        self.session, self.message, self.version, self.prior, self.note = session, message, version, prior, note
        self.channel, self.token = message.channel, session.token(message.channel)
        self.url = session.github.url("repos", self.channel.target, message.path)
        self.started = time.monotonic()
        self.first, self.attempts = 0.0, 0
        self.ask_for_run = message.wants_run
        self.doubt, self.blind, self.reason = False, False, ""

    def run(self) -> Outcome:
        for _ in self.session.transport.tries():
            self.token = self.session.token(self.channel)  # an App's may be another one after a long wait
            if (outcome := self._try()) is not None:
                return self._doubted(outcome)
        if self.doubt:
            return self._end(State.UNCONFIRMED, f"{MAY}: {self.reason}", next=self._look_yourself())
        return self._end(State.FAILED, f"{self.reason}, {self.attempts} attempts", next="Run the same command again.")

    def _doubted(self, outcome: Outcome) -> Outcome:
        """A refusal says nothing about an earlier attempt that may have been accepted."""
        if not self.doubt or outcome.state is not State.FAILED:
            return outcome
        reason = f"{MAY}: {self.reason}; then {outcome.reason}"
        return replace(outcome, state=State.UNCONFIRMED, reason=reason, next=f"{self._look_yourself()} {outcome.next}")

    def _try(self) -> Outcome | None:
        """One attempt; ``None`` where another one is in order."""
        try:
            return self._judge(self._post())
        except NotSent as error:
            self._refused_for_now(error.wrong)
            return None
        except Lost as error:
            return self._sent() if error.status == ACCEPTED else self._look_up(error.wrong)
        except ServiceError as error:
            if proves_acceptance(error):
                return self._look_up(error.wrong)
            return self._end(State.FAILED, error.wrong, next=error.fix)

    def _post(self) -> Answer:
        details = {"return_run_details": True} if self.ask_for_run else {}
        return self.session.transport.once(
            "POST",
            self.url,
            token=self.token,
            headers=HEADERS,
            json={**self.message.body, **details},
            sending=self._sending,
        )

    def _sending(self) -> None:
        self.first = self.first or self.session.transport.clock()
        self.attempts += 1
        self.note(self._end(State.UNCONFIRMED, f"interrupted: {MAY}", next=self._look_yourself()))

    def _refused_for_now(self, reason: str) -> None:
        """Certainly not told by this attempt; another one is in order."""
        self.reason = reason
        if not self.doubt:
            self.note(self._end(State.FAILED, f"interrupted before it was told: {reason}", next="Run it again."))

    def _judge(self, answer: Answer) -> Outcome | None:
        transport = self.session.transport
        if answer.status == ACCEPTED:
            return self._sent()
        if answer.status == 200 and self.message.wants_run and (run := run_details(answer)):
            return self._sent(run)
        if told_to_wait(answer, transport.clock()) is not None:
            self._refused_for_now(f"rate limit ({answer.status})")
            return None
        if answer.uncertain:
            return self._look_up(f"{host_of(self.url)} answered {answer.status}")
        if answer.status == 200 and self.message.wants_run and not is_page(answer):
            return self._look_up(f"{host_of(self.url)} answered 200 without the run that it started")
        if self.ask_for_run and answer.status in {400, 422} and not is_about_inputs(answer):
            self.ask_for_run = False
            return self._try()
        return self._refused(answer)

    def _refused(self, answer: Answer) -> Outcome:
        if answer.status < 300:
            wrong = f"answered {answer.status} where a dispatch is answered 204: {message_of(answer)}"
            return self._end(State.FAILED, wrong, next="Look whether a proxy stands in between (GITHUB_API_URL).")
        sender = self.session.token_name(self.channel)
        error = self.session.github.refusal(answer, self.token, f"the dispatch to {self.channel.target}")
        moved, github = answer.status in MOVED, self.session.github  # often to a number, which is no name
        new = (moved_to(answer) or github.new_name(self.channel.target, self.token)) if moved else None
        return self._end(State.FAILED, error.wrong, next=likely_fix(answer, self.message, sender, new) or error.fix)

    def _look_up(self, why: str) -> Outcome | None:
        """The answer was lost: is there a run of ours? Looks for up to ``retry.lookup`` seconds."""
        self.reason = why
        transport = self.session.transport
        until = transport.clock() + self.session.settings.retry.lookup
        while True:
            found, unread = self._look()
            if len(found) == 1:
                return self._sent(found[0])
            if found:
                urls = ", ".join(filter(None, map(run_url, found)))
                wrong = f"{MAY}: {why}, and {len(found)} runs could be the one: {urls}"
                return self._end(State.UNCONFIRMED, wrong, next=self._look_yourself())
            left = until - transport.clock()
            if left <= 0 or (unread and unread.status in UNREADABLE):
                self.doubt, self.blind = True, self.blind or unread is not None
                return None
            transport.sleep(min(LOOK_AGAIN, left))

    def _look(self) -> tuple[list[Run], ServiceError | None]:
        """The runs that could be ours, or why they cannot be read."""
        heard = self.session.transport.ahead(self.url) is not None
        try:
            return find_runs(self.session, self.channel, self.version, self.since, known_clock=heard,
                             prior=self.prior.run_ids), None  # fmt: skip
        except ServiceError as error:
            return [], error

    @property
    def since(self) -> float:
        """When the first attempt went out, by the server's clock as far as its answers have told it."""
        return self.first + (self.session.transport.ahead(self.url) or 0.0)

    def _sent(self, run: Run | None = None) -> Outcome:
        """Told; after an earlier attempt that may have been accepted also where this one's own run is known."""
        found, unsure = run or {}, BLIND if self.blind else TWICE if self.doubt else ""
        run_id = found.get("id") or found.get("workflow_run_id")
        outcome = self._end(State.SENT, f"told; {unsure}" if unsure else None)
        return replace(outcome, run_url=run_url(found), run_id=run_id)

    def _end(self, state: State, reason: str | None, next: str | None = None) -> Outcome:  # noqa: A002 - the report's word
        sha256 = (self.message.body.get("client_payload") or {}).get("sha256")
        seconds = round(time.monotonic() - self.started, 2)
        return Outcome(self.channel.name, state, self.channel.target, self.version, sha256, reason,
                       attempts=self.attempts, seconds=seconds, next=next, since=self.since)  # fmt: skip

    def _look_yourself(self) -> str:
        server = self.session.environment.server_url
        return f"Look at {server}/{self.channel.target}/actions, then run the same command again if no run is there."
