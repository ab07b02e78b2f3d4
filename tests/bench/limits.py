"""A thousand channels in simulated time, at a stand-in that enforces what GitHub publishes about its limits."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from release.commands.dist import distribute
from release.commands.opening import open_session
from release.commands.options import Options
from release.rehearsal import StandIn
from release.rehearsal.clock import Clock
from release.rehearsal.github.allowance import Allowance
from release.settings import Environment
from tests.bench.channels import write_project
from tests.bench.measure import Broken, Row

QUIET_SECONDS = 0.05
HOURLY = {"GITHUB_TOKEN": 1000, "TAP_REPO_TOKEN": 5000}


class Simulated(Clock):
    """Time that goes on to the next sleeper's end when all threads sleep, or nobody has asked anything for a moment.

    Args:
        threads: that can sleep at the same time.

    Attributes:
        asked: how many requests there were so far.
    """

    asked: Callable[[], int]

    def __init__(self, threads: int = 16) -> None:
        self._now, self._threads = 1_800_000_000.0, threads
        self.asked = lambda: 0
        self._changed, self._closed = threading.Condition(), threading.Event()
        self._sleepers: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def now(self) -> float:
        return self._now

    def play(
        self, steps: Iterator[float], start: Callable[[Callable[[], None]], None], closed: threading.Event
    ) -> None:
        """Not at all: nobody looks at the runs here."""
        del steps, start, closed

    def sleep(self, seconds: float) -> None:
        """Until so many seconds of the simulation have passed."""
        with self._changed:
            end = self._now + seconds
            self._sleepers.append(end)
            if len(self._sleepers) == self._threads:
                self._go_on()
            self._changed.wait_for(lambda: self._now >= end)
            self._sleepers.remove(end)

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def _go_on(self) -> None:
        self._now = max(self._now, min(self._sleepers))
        self._changed.notify_all()

    def _run(self) -> None:
        before = -1
        while not self._closed.wait(QUIET_SECONDS):
            asked = self.asked()
            with self._changed:
                if asked == before and self._sleepers:
                    self._go_on()
            before = asked


def measure(place: Path, runs: int, count: int = 1000) -> Iterator[Row]:
    """One run each, as its result is the same each time."""
    del runs
    for token, hourly in HOURLY.items():
        what = f"dist.all, {count} channels, one token of {hourly} requests an hour"
        channels = {f"hub-{number}": _channel(number, token) for number in range(count)}
        yield _told(place / token.lower(), channels, token, what)


def _channel(number: int, token: str) -> dict[str, object]:
    """A repository of its own."""
    return {"kind": "dispatch", "target": f"acme/hub-{number}", "event_type": "kekkai-release", "token": token}


def _told(place: Path, channels: dict[str, dict[str, object]], token: str, what: str) -> Row:
    folder, said = write_project(place, channels), list[str]()
    clock = Simulated()
    with StandIn(place / "standin", project=folder, clock=clock) as standin:
        clock.asked = lambda: len(standin.requests)
        standin.world.refuses, standin.token(token).limits = True, Allowance(HOURLY[token])
        raw = yaml.safe_load((folder / "invoke.yaml").read_text("utf-8"))
        session = open_session(raw, Environment(standin.environment), said.append, sleep=clock.sleep, clock=clock.now)
        start = clock.now()
        report = distribute(session, Options("dist.all", "0.0.2"))
        seconds = clock.now() - start
        clock.close()
        told = Counter(dispatch.repository for dispatch in standin.dispatches)
        refused = sum(request.status == 429 for request in standin.requests)
    once = sum(count == 1 for count in told.values())
    if report.errors or refused or once != len(channels):
        wrong = [f"{one.channel}: {one.state} {one.reason}" for one in report.outcomes]
        raise Broken(f"{what}: {once} told once, {refused} answers of 429: {report.errors[:3]} {wrong[:3]}")
    announced = next((line.partition("takes ")[2] for line in said if "GitHub's limits" in line), "nothing")
    return Row("limits", what, seconds, note=f"simulated; {len(standin.requests)} requests, no 429; said: {announced}")
