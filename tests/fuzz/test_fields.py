"""Every field that is read of an answer, damaged: it costs its own channel at most, and nobody is told twice."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from release.commands.dist import distribute
from release.commands.options import Options
from release.commands.status import ask_status
from release.doctor.doctor import doctor
from release.findings import Level
from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Answer
from tests.support.patient import open_at

ABSENT = object()
DEEP: object = json.loads("[" * 60 + "]" * 60)
ODD: Mapping[str, object] = {
    "absent": ABSENT, "null": None, "true": True, "minus": -1, "huge": 10**400, "fraction": 1e308, "empty": "",
    "text": "\ud800\x1b[31m::error::", "long": "a" * 20_000, "list": [[], {}, None], "table": {"id": {"id": []}},
    "deep": DEEP, "date": "9999-12-31T23:59:59-23:59",
}  # fmt: skip


class Bent(Fault):
    """The real answer with one field changed; what is no JSON passes as it is."""

    def __init__(self, path: str, where: tuple[str, ...], value: object, origin: str = "github") -> None:
        super().__init__("GET", path, None, origin=origin)
        self.where, self.value = where, value

    def apply(self, answer: Answer | None) -> Answer:
        assert answer is not None
        try:
            held = json.loads(answer.body if isinstance(answer.body, bytes) else b"")
        except ValueError:
            return answer
        body = json.dumps(bent(held, self.where, self.value)).encode()
        return Answer(answer.status, body, {k: v for k, v in answer.headers.items() if k != "ETag"})


def bent(held: Any, where: tuple[str, ...], value: object) -> Any:  # noqa: ANN401 - JSON is of any type
    """``held`` with the field at ``where`` changed, in each entry of a list."""
    if not where:
        return value
    if isinstance(held, list):
        return [bent(one, where, value) for one in held]
    if not isinstance(held, dict):
        return held
    name, *rest = where
    if not rest and value is ABSENT:
        return {key: one for key, one in held.items() if key != name}
    return {**held, name: bent(held.get(name), tuple(rest), value)}


RUNS = "/homebrew-tap/actions/runs"
FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{f"runs-{name}": (f"{RUNS}$", ("workflow_runs", name)) for name in
       ("id", "status", "conclusion", "display_title", "path", "created_at", "html_url", "event", "head_repository",
        "repository", "head_branch")},
    "runs": (f"{RUNS}$", ("workflow_runs",)), "runs-all": (f"{RUNS}$", ()),
    **{f"run-{name}": (f"{RUNS}/\\d+$", (name,)) for name in ("id", "status", "conclusion", "html_url")},
    "run": (f"{RUNS}/\\d+$", ()),
    "workflows": ("/homebrew-tap/actions/workflows$", ("workflows",)),
    **{f"workflows-{name}": ("/homebrew-tap/actions/workflows$", ("workflows", name)) for name in ("path", "state")},
    "repository": ("/repos/kademoslabs/homebrew-tap$", ()),
    **{f"repository-{name}": ("/repos/kademoslabs/homebrew-tap$", (name,)) for name in
       ("full_name", "archived", "default_branch", "permissions", "private")},
    "latest-tag": ("/releases/latest$", ("tag_name",)), "latest": ("/releases/latest$", ()),
}  # fmt: skip
OTHERS = ("docker", "scoop", "choco")


def outcomes_of(standin: StandIn, **options: Any) -> dict[str, Outcome]:  # noqa: ANN401 - fields of Options
    report = distribute(open_at(standin).session, Options("dist.all", version="0.0.2", **options))
    assert not report.errors
    return {one.channel: one for one in report.outcomes}


def quiet(outcomes: Mapping[str, Outcome]) -> None:
    """Whatever is said is for a person: no class of an error, no traceback."""
    assert not any("Error" in (one.reason or "") for one in outcomes.values()), outcomes


@pytest.mark.parametrize("field", FIELDS)
def test_a_damaged_field_while_it_waits_costs_its_own_channel_at_most(field: str, standin: StandIn) -> None:
    """One value of each field goes the whole way; which one differs from field to field."""
    path, where = FIELDS[field]
    values = [value for value in ODD.values() if where or value is not ABSENT]
    standin.faults.add(Bent(path, where, values[list(FIELDS).index(field) % len(values)]))
    outcomes = outcomes_of(standin, wait=1.0)
    assert {name: outcomes[name].state for name in OTHERS} == dict.fromkeys(OTHERS, State.SERVED) or "latest" in field
    assert outcomes["homebrew"].state in {State.SERVED, State.UNCONFIRMED, State.FAILED, State.MANUAL}
    assert len(standin.dispatches) == 4
    quiet(outcomes)


@pytest.mark.parametrize("field", FIELDS)
def test_a_damaged_field_is_read_by_status_and_doctor(field: str, standin: StandIn) -> None:
    path, where = FIELDS[field]
    session = open_at(standin).session
    values = [value for value in ODD.values() if where or value is not ABSENT]
    for value in values[list(FIELDS).index(field) % 4 :: 4]:  # each value with every fourth field
        standin.faults.clear()
        standin.faults.add(Bent(path, where, value))
        lines = doctor(session, ["homebrew"])
        assert not any("Error" in line.text for line in lines), lines
        assert all(line.level in Level and "\n" not in line.text for line in lines)
    report = ask_status(session, Options("status.all", version="0.0.2"))
    assert {one.state for one in report.outcomes if one.channel != "docker"} == {State.BEHIND}


ANSWERS: Mapping[str, dict[str, Any]] = {
    "empty": {"body": ""}, "null": {"body": "null"}, "number": {"body": "1e999"}, "nested": {"body": "[" * 100_000},
    "page": {"body": "<html>"}, "bytes": {"body": b"\xff\xfe\x00"}, "xml": {"body": "<feed><entry/></feed>"},
    "surrogate": {"body": '"\\ud800"'}, "length": {"headers": {"X-Odd": "\u00b2"}, "body": "{}"},
    "digest": {"headers": {"Docker-Content-Digest": "sha256:" + "z" * 300}},
}  # fmt: skip
PLACES = {
    "file": ("homebrew", "GET", "/homebrew-tap/contents/Formula/"), "manifest": ("scoop", "GET", "/contents/bucket/"),
    "nuspec": ("choco", "GET", r"/contents/.*\.nuspec"), "feed": ("choco", "GET", "/Packages"),
    "registry": ("docker", "*", "/v2/kademoslabs/"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_what_users_get_cannot_be_read(place: str, standin: StandIn) -> None:
    channel, method, path = PLACES[place]
    for name in ("homebrew", "docker", "scoop", "choco"):
        standin.serve(name, "0.0.2")
    for odd in ANSWERS.values():
        standin.faults.clear()
        standin.faults.add(Fault(method, path, None, status=200, **odd))
        report = ask_status(open_at(standin).session, Options("status.all", version="0.0.2"))
        outcomes = {one.channel: one for one in report.outcomes}
        others = {name: one.state for name, one in outcomes.items() if name != channel}
        assert set(others.values()) == {State.SERVED}, (odd, outcomes)
        assert outcomes[channel].state in {State.UNKNOWN, State.BEHIND, State.MISMATCH}, (odd, outcomes)


@pytest.mark.parametrize("path", ["/contents/", "/actions/runs", "/v2/|Packages"], ids=["files", "runs", "others"])
@pytest.mark.parametrize("odd", ANSWERS)
def test_odd_reads_before_a_dispatch_stop_nobody(path: str, odd: str, standin: StandIn) -> None:
    standin.faults.add(Fault("*", path, None, status=200, **ANSWERS[odd]))
    outcomes = outcomes_of(standin)
    assert {one.state for one in outcomes.values()} == {State.SENT}, outcomes
    assert len(standin.dispatches) == 4
