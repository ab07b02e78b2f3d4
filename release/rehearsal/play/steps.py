"""The steps of a rehearsal: a task as a process of its own, and what is to be true after it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from release.channels.rehearsed import Fact
from release.rehearsal.play.proof import readable
from release.rehearsal.play.shown import WIDTH, parse_report, render_report
from release.rehearsal.play.versions import Versions
from release.rehearsal.processes import run
from release.rehearsal.records import Json
from release.rehearsal.standin import StandIn

Say = Callable[[str], None]
LONGEST = 300.0  # seconds of a task


@dataclass
class Rehearsal:
    """A stand-in, and the steps made on it; ``wrong`` holds what did not go as it should.

    Attributes:
        environment: of the tasks' processes.
    """

    standin: StandIn
    say: Say
    environment: Mapping[str, str]
    versions: Versions
    wrong: list[str] = field(default_factory=list)

    def step(self, *arguments: str, code: int | None = 0, states: Iterable[str] = ()) -> Json:
        """Run a task with ``--json`` and compare exit code and states; its report (empty where it gave none).

        Args:
            arguments: task and flags.
            code: the exit code that it should have; ``None``: 3 where a person is needed, else 0.
            states: of which every channel should be in one, if any are given.
        """
        began = time.monotonic()
        done = run([*arguments, "--json"], self.standin.project, self.environment,
                        lambda: time.monotonic() - began < LONGEST)  # fmt: skip
        self.say(f"$ invoke {' '.join(arguments)}  [{time.monotonic() - began:.1f} s, exit {done.code}]")
        report = parse_report(done.out)
        for line in render_report(report):
            self.say(f"    {line}")
        self._check_states(report, tuple(states))
        wanted = _code_of(report) if code is None else code
        self.check(done.code == wanted, f"{arguments[0]} ended with {done.code}, not {wanted}", done.err)
        return report

    def _check_states(self, report: Json, states: tuple[str, ...]) -> None:
        for row in report.get("channels", []) if states else []:
            seen = readable(self.standin.world.channel(row["channel"]))
            right = states if seen else (*states, "sent", "manual")
            self.check(row["state"] in right, f"{row['channel']} is {row['state']}, not {' or '.join(right)}")

    def check(self, right: bool, text: str, more: str = "") -> None:  # noqa: FBT001 - what is being checked
        """Note and say what is not right, with the last lines of what a task said."""
        if not right:
            self.wrong.append(text)
            self.say(f"  ! {text}")
            for line in more.strip().splitlines()[-8:]:
                self.say(f"    | {line[:WIDTH]}")

    def facts(self, found: Iterable[Fact]) -> None:
        """Say each fact; one that is not right is noted."""
        for fact in found:
            self.say(f"    {'proved' if fact.right else 'WRONG'}  {fact.text}")
            if not fact.right:
                self.wrong.append(fact.text)


def _code_of(report: Json) -> int:
    return 3 if any(row["state"] == "manual" for row in report.get("channels", [])) else 0
