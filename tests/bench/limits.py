"""A thousand channels in simulated time, at a stand-in that enforces what GitHub publishes about its limits."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from release.commands.dist import distribute
from release.commands.opening import open_session
from release.commands.options import Options
from release.records import State
from release.rehearsal import StandIn
from release.rehearsal.clock import Clock
from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Request
from release.settings import Environment
from tests.bench.channels import write_project
from tests.bench.measure import Row

MINUTE, HOUR = 60, 3600
HOURLY = {"GITHUB_TOKEN": 1000}  # others: 5,000
QUIET_SECONDS = 0.05


class Simulated(Clock):
    """Time that goes on to the next sleeper's end when nobody has asked anything for a moment."""

    def __init__(self, asked: Callable[[], int]) -> None:
        self._now, self._asked = 1_800_000_000.0, asked
        self._changed, self._closed = threading.Condition(), threading.Event()
        self._sleepers: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def now(self) -> float:
        return self._now

    def play(
        self, steps: Iterator[float], start: Callable[[Callable[[], None]], None], closed: threading.Event
    ) -> None:
        """All at once: runs take no time here."""
        del start, closed
        deque(steps, maxlen=0)

    def sleep(self, seconds: float) -> None:
        """Until so many seconds of the simulation have passed."""
        with self._changed:
            end = self._now + seconds
            self._sleepers.append(end)
            self._changed.wait_for(lambda: self._now >= end)
            self._sleepers.remove(end)

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        before = -1
        while not self._closed.wait(QUIET_SECONDS):
            asked = self._asked()
            with self._changed:
                if asked == before and self._sleepers and (end := min(self._sleepers)) > self._now:
                    self._now = end
                    self._changed.notify_all()
            before = asked


@dataclass
class Enforced(Fault):
    """429 for whatever is beyond GitHub's limits, and what was refused and told.

    Attributes:
        refused: so many requests.
    """

    now: Callable[[], float] = float
    hourly: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    _spent: "defaultdict[tuple[str, str], deque[tuple[float, int]]]" = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def matches(self, request: Request) -> bool:
        """Whether the request is one too many."""
        if not request.path.startswith("/api/v3/"):
            return False
        token, writes = request.headers.get("authorization", "").partition(" ")[2], request.method == "POST"
        rows = [("points", 900, MINUTE, 5 if writes else 1), ("hour", self.hourly.get(token, 5000), HOUR, 1)]
        rows += [("created", 80, MINUTE, 1), ("created an hour", 500, HOUR, 1)] if writes else []
        with self._lock:
            now = self.now()
            full = [row for row in rows if not self._fits(now, token, *row)]
            self.refused += bool(full)
            return bool(full)

    def _fits(self, now: float, token: str, name: str, most: int, seconds: int, cost: int) -> bool:
        spent = self._spent[token, name]
        while spent and spent[0][0] <= now - seconds:
            spent.popleft()
        spent.append((now, cost))
        return sum(each for _, each in spent) <= most


def measure(place: Path, runs: int, count: int = 1000) -> Iterator[Row]:
    """One run each, as its result is the same each time."""
    del runs
    for token, hourly in (("GITHUB_TOKEN", 1000), ("TAP_REPO_TOKEN", 5000)):
        what = f"dist.all, {count} channels, one token of {hourly} requests an hour"
        yield _told(place / token.lower(), {f"hub-{n}": _channel(n, token) for n in range(count)}, what)


def _channel(number: int, token: str) -> dict[str, object]:
    """A repository of its own."""
    return {"kind": "dispatch", "target": f"acme/hub-{number}", "event_type": "kekkai-release", "token": token}


def _told(place: Path, channels: dict[str, dict[str, object]], what: str) -> Row:
    folder, standins = write_project(place, channels), list[StandIn]()
    clock = Simulated(lambda: len(standins[0].requests) if standins else 0)
    said: list[str] = []
    with StandIn(place / "standin", project=folder, clock=clock, receiver=lambda _c, _p: True) as standin:
        standins.append(standin)
        known = {token.value: HOURLY.get(token.name, 5000) for token in standin.world.tokens.values()}
        limits = Enforced("*", ".", None, now=clock.now, hourly=known, status=429, headers={"Retry-After": "60"})
        standin.faults.add(limits)
        raw = yaml.safe_load((folder / "invoke.yaml").read_text("utf-8"))
        session = open_session(raw, Environment(standin.environment), said.append, sleep=clock.sleep, clock=clock.now)
        start = clock.now()
        report = distribute(session, Options("dist.all", "0.0.2"))
        seconds, asked = clock.now() - start, len(standin.requests)
        clock.close()
    wrong = [f"{one.channel}: {one.reason}" for one in report.outcomes if one.state is not State.SENT]
    if wrong or report.errors:
        raise RuntimeError(f"{what}: {len(wrong)} not sent, {limits.refused} of 429: {wrong[:3]} {report.errors[:3]}")
    announced = next((line.partition("takes ")[2] for line in said if "GitHub's limits" in line), "")
    return Row("limits", what, seconds, note=f"simulated; {asked} requests, {limits.refused} of 429; said: {announced}")
