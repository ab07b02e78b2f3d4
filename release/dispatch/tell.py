"""Tell one channel exactly once, even when answers get lost."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from release.dispatch.message import Message
from release.errors import ServiceError
from release.github.client import HEADERS, message_of
from release.github.runs import Run, candidates, is_of_workflow, run_url
from release.github.workflows import read_workflows
from release.http.answers import proves_acceptance
from release.http.limits import told_to_wait
from release.http.transport import Answer, Lost, NotSent, host_of
from release.records import Outcome, State
from release.session import Session

ACCEPTED = 204  # of a dispatch
LOOK_AGAIN = 1.0  # seconds between two looks for a run; GitHub has taken 8 s and more to show one
BLIND = "runs could not be read with this token, so it may have been told twice (receivers take that)"
TWICE = "an answer was lost before and no run of it was seen, so it may have been told twice (receivers take that)"
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
    """One channel being told; ``doubt`` is set from the first attempt that may have been accepted."""

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
        if answer.status == 200 and self.message.wants_run and (run := _run_details(answer)):
            return self._sent(run)
        if told_to_wait(answer, transport.clock()) is not None:
            self._refused_for_now(f"rate limit ({answer.status})")
            return None
        if answer.uncertain:
            return self._look_up(f"{host_of(self.url)} answered {answer.status}")
        if answer.status == 200 and self.message.wants_run and not _is_page(answer):
            return self._look_up(f"{host_of(self.url)} answered 200 without the run that it started")
        if self.ask_for_run and answer.status in {400, 422} and not _is_about_inputs(answer):
            self.ask_for_run = False
            return self._try()
        return self._refused(answer)

    def _refused(self, answer: Answer) -> Outcome:
        if answer.status < 300:
            wrong = f"answered {answer.status} where a dispatch is answered 204: {message_of(answer)}"
            return self._end(State.FAILED, wrong, next="Look whether a proxy stands in between (GITHUB_API_URL).")
        error = self.session.github.refusal(answer, self.token, f"the dispatch to {self.channel.target}")
        return self._end(State.FAILED, error.wrong, next=_likely_fix(answer, self.message) or error.fix)

    def _look_up(self, why: str) -> Outcome | None:
        """The answer was lost: is there a run of ours? Looks for up to ``retry.lookup`` seconds."""
        self.reason, self.doubt = why, True
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
                self.blind = self.blind or unread is not None
                return None
            transport.sleep(min(LOOK_AGAIN, left))

    def _look(self) -> tuple[list[Run], ServiceError | None]:
        """The runs that could be ours, or why they cannot be read."""
        try:
            return self._candidates(), None
        except ServiceError as error:
            return [], error

    @property
    def since(self) -> float:
        """When the first attempt went out, by the server's clock as far as its answers have told it."""
        return self.first + (self.session.transport.ahead(self.url) or 0.0)

    def _candidates(self) -> list[Run]:
        since = None if self.session.transport.ahead(self.url) is None else self.since
        runs = self.session.github.runs(self.channel.target, self.token, event=self.message.event, since=since)
        new = [
            run
            for run in runs
            if run.get("id") not in self.prior.run_ids and is_of_workflow(run, self.channel.workflow)
        ]
        found = candidates(new, self.session.settings.project.name, self.version, self.since)
        return found if len(found) < 2 else self._heard(found)

    def _heard(self, runs: list[Run]) -> list[Run]:
        """Of several runs those of a workflow that listens to the event; all, where that cannot be told."""
        if self.message.wants_run:
            return runs
        try:
            workflows = read_workflows(self.session, self.channel)
        except ServiceError:
            return runs
        hearing = [one.path for one in workflows if one.hears(self.message.event, self.channel.event_type)]
        return [run for run in runs if not run.get("path") or str(run["path"]).partition("@")[0] in hearing] or runs

    def _sent(self, run: Run | None = None) -> Outcome:
        found, unsure = run or {}, BLIND if self.blind else TWICE if self.doubt else ""
        reason = f"told; {unsure}" if unsure and run is None else None
        run_id = found.get("id") or found.get("workflow_run_id")
        return replace(self._end(State.SENT, reason), run_url=run_url(found), run_id=run_id)

    def _end(self, state: State, reason: str | None, next: str | None = None) -> Outcome:  # noqa: A002 - the report's word
        sha256 = (self.message.body.get("client_payload") or {}).get("sha256")
        seconds = round(time.monotonic() - self.started, 2)
        return Outcome(self.channel.name, state, self.channel.target, self.version, sha256, reason,
                       attempts=self.attempts, seconds=seconds, next=next, since=self.since)  # fmt: skip

    def _look_yourself(self) -> str:
        server = self.session.environment.server_url
        return f"Look at {server}/{self.channel.target}/actions, then run the same command again if no run is there."


def _is_page(answer: Answer) -> bool:
    """Whether it is a page for people, as a proxy answers, and no word of GitHub's."""
    html = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    return html or answer.body.lstrip().startswith(b"<")


def _run_details(answer: Answer) -> Run | None:
    """The run that a 200 names; ``None`` for a 200 of another kind, such as a proxy's page."""
    try:
        value = answer.json()
    except ServiceError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("workflow_run_id"), int) else None


def _is_about_inputs(answer: Answer) -> bool:
    """Whether a 422 is about the workflow, its ref or inputs rather than about a field of ours."""
    said = message_of(answer)
    return any(words in said for words in ("No ref found", "Unexpected inputs", "workflow_dispatch", "Required input"))


def _likely_fix(answer: Answer, message: Message) -> str | None:
    """The likely cause and what to do, for a dispatch that was refused for good."""
    channel, said = message.channel, message_of(answer)
    needs = "Actions: write" if message.wants_run else "Contents: write (not Actions)"
    if answer.status == 403 and not answer.headers.get("x-github-sso"):
        return f"Give the token in {channel.token} {needs} on {channel.target}, a classic token the scope repo."
    if answer.status == 404:
        what = f"{channel.workflow} exists in {channel.target}" if message.wants_run else f"{channel.target} exists"
        return f"Check that {what}, and that the token in {channel.token} can see it: it needs {needs}."
    if answer.status == 422 and "No ref found" in said:
        return f"Set channels.{channel.name}.ref to a branch of {channel.target}."
    if answer.status == 422 and "nexpected inputs" in said:
        return f"Correct channels.{channel.name}.inputs: the workflow has inputs of other names."
    if answer.status == 422 and "workflow_dispatch" in said:
        return f"Add `workflow_dispatch:` to {channel.workflow} on its default branch."
    if 300 <= answer.status < 400:
        return f"The repository was renamed or moved: set channels.{channel.name}.target to its new name."
    return None
