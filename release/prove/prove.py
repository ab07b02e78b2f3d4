"""A proof, run: install, run the program, upgrade, and take back what was done, whatever came of it."""

import shlex
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from release.channels.proof import Command, Proof, Step, shown
from release.prove.machine import find_program, start_of
from release.prove.output import last_words, shows_version
from release.prove.plan import Plan, places_of
from release.prove.process import Result, run
from release.records import Outcome, State
from release.session import Session


class StepFailed(Exception):  # noqa: N818 - says what happened
    """A command of a proof did not do what it had to; the text says what."""


class Attempt:
    """One proof that is run.

    Args:
        session: says each command.
        plan: what is run.
        folder: programs work there.
    """

    def __init__(self, session: Session, plan: Plan, folder: Path) -> None:
        self.session, self.plan, self.folder = session, plan, folder
        self.undo: dict[Command, bool] = {}  # command -> whether what it takes back was done for sure
        self._found: dict[Command, str] = {}

    def run(self) -> Outcome:
        """Prove it; a failure is an outcome too. Nothing that it added is left."""
        started, proof = time.monotonic(), self.plan.proof or Proof(())
        try:
            reason = self._prove(proof)
            outcome = self._outcome(State.INSTALLED, reason)
        except StepFailed as failed:
            outcome = replace(self._outcome(State.FAILED, str(failed)), next=f"See it: {shown(_typed(proof.steps))}")
        left = self._take_back()
        if left and outcome.state is State.INSTALLED:
            outcome = replace(outcome, next=f"It could not be removed; do it by hand: {shown(left)}")
        return replace(outcome, seconds=round(time.monotonic() - started, 3))

    def interrupted(self) -> Outcome:
        """The outcome where somebody interrupted: nothing is taken back, which could take minutes."""
        outcome = self._outcome(State.FAILED, "interrupted")
        left = list(reversed(self.undo))
        return replace(outcome, next=f"Remove what it may have left: {shown(left)}") if left else outcome

    def _prove(self, proof: Proof) -> str:
        self._all(proof.steps)
        ran = next((f"{self._found.get(s.argv, '')} prints {s.prints}" for s in proof.steps if s.prints), "")
        return "; ".join(filter(None, [ran, self._upgraded(proof)]))

    def _upgraded(self, proof: Proof) -> str | None:
        """What became of the upgrade; only what the channel's present files do counts as a failure."""
        if not proof.prepare:
            return self.plan.note
        before = next((step.prints for step in proof.prepare if step.prints), None)
        try:
            self._all(proof.prepare)
        except StepFailed as failed:
            return f"the way from {before} was not tried: {failed}"
        self._all(proof.upgrade)
        return f"users of {before} get it too"

    def _all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._step(step)

    def _step(self, step: Step) -> None:
        if step.undo:
            self.undo.setdefault(step.undo, False)
        result = self._ran(step)
        said = shlex.join(step.argv)
        if result.code is None or result.code not in step.success:
            how = "did not end well" if result.code is None else f"ended with {result.code}"
            raise StepFailed(f"`{said}` {how}: {last_words(result.output)}")
        if step.prints and not shows_version(result.output, step.prints):
            raise StepFailed(f"`{said}` does not print {step.prints}: {last_words(result.output)}")
        if step.undo:
            self.undo[step.undo] = True

    def _ran(self, step: Step) -> Result:
        """The first run that fails or shows what it must, else the one of which most has arrived."""
        results = []
        for _ in range(step.tries):
            results.append(self._run(step.argv, step.seconds))
            if results[-1].code not in step.success or (step.prints and shows_version(results[-1].output, step.prints)):
                return results[-1]
        return max(results, key=lambda result: len(result.output))

    def _run(self, argv: Command, seconds: float) -> Result:
        self.session.say(f"{self.plan.channel.name}: $ {shlex.join(argv)}")
        tool, *arguments = argv
        path = self.plan.tools.get(tool) or self._program(tool)
        if path is None:
            return Result(None, f"{tool} was not found")
        self._found[argv] = shlex.join((path, *arguments))
        start = start_of(path, arguments)
        return run(start, environment=self.plan.environment, folder=self.folder, seconds=seconds)

    def _program(self, name: str) -> str | None:
        """The product's own program, or a tool such as git."""
        proof = self.plan.proof or Proof(())
        own = any(step.prints and step.argv[0] == name for step in proof.steps)
        path = [self.plan.environment["PATH"]]
        return find_program(name, places_of(proof, self.plan.environment) if own else path)

    def _take_back(self) -> list[Command]:
        """Undo all in reverse order; what was surely done and could not be undone."""
        left = []
        for command, done in reversed(self.undo.items()):
            if self._run(command, 600.0).code and done:
                left.append(command)
        return left

    def _outcome(self, state: State, reason: str) -> Outcome:
        plan, channel = self.plan, self.plan.channel
        sha256 = plan.serves.sha256 if plan.serves else None
        return Outcome(channel.name, state, channel.target, plan.version, sha256, reason, plan.serves)


def render_plan(plan: Plan) -> list[str]:
    """The commands of a proof, a line each, as a dry run shows them."""
    if plan.proof is None or plan.outcome:
        return []
    proof = plan.proof
    steps = [*proof.steps, *proof.prepare, *proof.upgrade]
    undo = reversed(dict.fromkeys(step.undo for step in steps if step.undo))
    return [f"{plan.channel.name}: $ {shlex.join(command)}" for command in (*_typed(steps), *undo)]


def _typed(steps: Iterable[Step]) -> list[Command]:
    return [step.argv for step in steps]
