"""How many requests each command makes, by path: nothing twice, over connections that stay open."""

import re
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from release.commands.dist import distribute
from release.commands.doctor import ask_doctor
from release.commands.options import Options
from release.commands.status import ask_status
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Request
from release.report.report import Report
from release.session import Session
from tests.conftest import MakeStandIn
from tests.support.clock import SleptClock
from tests.support.sessions import session_at

Command = Callable[[Session, Options], Report]
MANIFESTS = {"/v2/kademoslabs/kekkai/manifests/0.0.2": 2, "/v2/kademoslabs/kekkai/manifests/latest": 2}
"""Both at the same time, each refused once: a registry names its login only in a refusal."""
AFTER = {
    # What a channel serves, before it was told and after its run:
    "/contents/Formula/kekkai.rb": 2, "/contents/bucket/kekkai.json": 2, "/contents/kekkai/kekkai.nuspec": 2,
    "/contents/kekkai/tools/chocolateyinstall.ps1": 2, "/Packages(Id='kekkai',Version='0.0.2')": 2,
    "/releases/latest": 2, "/v2/kademoslabs/kekkai/manifests/0.0.2": 3, "/v2/kademoslabs/kekkai/manifests/latest": 3,
}  # fmt: skip
DOCTOR = {**MANIFESTS, "/v2/kademoslabs/kekkai/manifests/latest": 4, "/token": 2}
"""As nobody, which users are, and with the login that a rollback has."""
ROWS: dict[str, tuple[Command, int, dict[str, int], dict[str, int]]] = {
    "dist.all": (distribute, 0, {"github": 16, "codeload": 2, "registry": 5, "feed": 1}, MANIFESTS),
    "dist.all --wait": (distribute, 30, {"github": 24, "codeload": 2, "registry": 7, "feed": 2}, AFTER),
    "status.all": (ask_status, 0, {"github": 8, "codeload": 2, "registry": 5, "feed": 1}, MANIFESTS),
    "doctor": (ask_doctor, 0, {"github": 30, "registry": 8, "feed": 1}, DOCTOR),
}


def asked(standin: StandIn) -> list[Request]:
    """All but what follows a run: that is asked for until the run has ended."""
    return [r for r in standin.requests if "created" not in r.query and not re.search(r"/actions/runs/\d+$", r.path)]


def repeated(standin: StandIn) -> dict[str, int]:
    """What was asked more than once with the same token: path -> how often at most."""
    every = Counter((r.method, r.path, r.raw_query, r.headers.get("authorization") if r.origin == "github" else "")
                    for r in asked(standin))  # fmt: skip
    return {path: count for (_, path, _, _), count in every.items() if count > 1}


@pytest.mark.parametrize(("command", "wait", "counts", "twice"), ROWS.values(), ids=ROWS.keys())
def test_so_many_requests_and_none_twice_without_a_reason(
    command: Command, wait: int, counts: dict[str, int], twice: dict[str, int], make_standin: MakeStandIn
) -> None:
    standin = make_standin(clock=SleptClock())
    report = command(session_at(standin), Options("requests", "0.0.2", wait=wait))
    assert list(report.errors) == []
    found = Counter(request.origin for request in asked(standin))
    assert {name: count for name, count in found.items() if count > counts.get(name, 0)} == {}
    assert [r.status for r in asked(standin) if r.path.endswith("/releases/latest")] == [200, 304][: 2 if wait else 1]
    allowed = {path: times for path in repeated(standin) for end, times in twice.items() if path.endswith(end)}
    assert {path: times for path, times in repeated(standin).items() if times > allowed.get(path, 1)} == {}


def test_connections_stay_open(make_standin: MakeStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, so that a second connection to a server would be one too many for the thread that asks."""
    connected = Counter[int]()
    connect = socket.socket.connect

    def counted(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - each family has its own form of address
        connected[address[1]] += 1
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    standin = make_standin(clock=SleptClock())
    session = session_at(standin, concurrency=1)
    for _ in range(20):
        for channel in session.settings.channels.values():
            session.github.repository(channel.target, session.token(channel))
    assert len(standin.requests) == 80
    assert sum(connected.values()) == 1
