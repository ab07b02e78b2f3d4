"""An installation that was tried is kept apart from its channel."""

from collections.abc import Mapping
from typing import Any

import pytest

from release.notify.result import Result, worst
from release.notify.results import results_of
from release.records import ONLY_ITS_RUN
from release.rehearsal import StandIn
from tests.notify.harness import Hook, Open, document, failing, issues, row, tell


def proof(channel: str, state: str, system: object, **more: object) -> dict[str, Any]:
    report = document(row(channel, state, system=system, **more), ok=state != "failed")
    return {**report, "task": f"prove.{channel}"}


BEFORE = (document(row("scoop", "failed")), proof("scoop", "failed", "windows", reason="not found"))
LEFT: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "served": (document(row("scoop", "served"), ok=True), ("scoop/prove/windows",)),
    "installed": (proof("scoop", "installed", "windows"), ("scoop",)),
    "installed elsewhere": (proof("scoop", "installed", "linux"), ("scoop", "scoop/prove/windows")),
    "not tried": (proof("scoop", "skipped", "windows"), ("scoop", "scoop/prove/windows")),
    "only its run": (
        document(row("scoop", "sent", reason=f"{ONLY_ITS_RUN} (run 7)"), ok=True), ("scoop/prove/windows",)),
    "sent": (document(row("scoop", "sent", reason="accepted"), ok=True), ("scoop", "scoop/prove/windows")),
    "only its run, but read": (
        document(row("scoop", "sent", reason=ONLY_ITS_RUN, serves={"version": "0.0.1"}), ok=True),
        ("scoop", "scoop/prove/windows")),
}  # fmt: skip


@pytest.mark.parametrize(("after", "left"), LEFT.values(), ids=LEFT.keys())
def test_each_heals_its_own(standin: StandIn, open_at: Open, after: Mapping[str, Any], left: tuple[str, ...]) -> None:
    tell(open_at(), *BEFORE)
    assert failing(issues(standin)[0]) == ("scoop", "scoop/prove/windows")
    tell(open_at(), after)
    assert failing(issues(standin)[0]) == left
    assert issues(standin)[0]["state"] == "open"


def test_closed_when_both_are_good(standin: StandIn, open_at: Open) -> None:
    tell(open_at(), *BEFORE)
    told = tell(open_at(), document(row("scoop", "served"), ok=True), proof("scoop", "installed", "windows"))
    assert (told.ok, issues(standin)[0]["state"]) == (True, "closed")


def test_what_fails_now_is_not_healed_by_what_was_installed_elsewhere(standin: StandIn, open_at: Open) -> None:
    for _ in range(2):
        tell(open_at(), proof("scoop", "failed", None), proof("scoop", "installed", "linux"))
    assert (failing(issues(standin)[0]), issues(standin)[0]["state"]) == (("scoop/prove/unknown",), "open")


def test_a_failed_installation_is_a_failure_with_its_own_command(standin: StandIn, open_at: Open, hook: Hook) -> None:
    told = tell(open_at(), document(row("scoop", "served"), ok=True), BEFORE[1])
    (issue,) = issues(standin)
    assert not told.ok
    assert "| scoop | failed | installation on windows: not found |" in issue["body"]
    assert "| scoop | served |" not in issue["body"]
    assert "invoke prove.scoop --version 0.0.2\n" in issue["body"]
    assert "invoke dist.scoop" not in issue["body"]
    assert "scoop: failed installation on windows: not found" in hook.texts[0]


def test_a_proof_without_a_row_says_why(standin: StandIn, open_at: Open) -> None:
    refused = {"schema": 1, "task": "prove.scoop", "ok": False, "channels": [], "errors": [{"wrong": "it is there"}]}
    tell(open_at(), document(row("scoop", "served"), ok=True), refused)
    assert failing(issues(standin)[0]) == ("scoop/prove/unknown",)
    tell(open_at(), proof("scoop", "installed", "linux"))
    assert issues(standin)[0]["state"] == "closed"


WORST: dict[str, tuple[list[Result], str]] = {
    "failed": ([Result("a", "served"), Result("a", "failed", system="linux")], "failed"),
    "odd word": ([Result("a", "exploded"), Result("a", "manual")], "exploded"),
    "in review": ([Result("a", "served"), Result("a", "pending")], "pending"),
    "both good": ([Result("a", "installed", system="linux"), Result("a", "served")], "served"),
    "not tried": ([Result("a", "skipped", system="linux"), Result("a", "served")], "served"),
}


@pytest.mark.parametrize(("results", "state"), WORST.values(), ids=WORST.keys())
def test_the_row_of_a_channel_is_its_worst(results: list[Result], state: str) -> None:
    for order in (results, results[::-1]):
        assert [one.state for one in worst(order)] == [state]


@pytest.mark.parametrize("system", [None, 5, "<b>", ["linux"]], ids=["none", "number", "markup", "list"])
def test_an_odd_system_is_unknown(system: object) -> None:
    assert results_of([proof("scoop", "failed", system)], "0.0.2", [])[0].key == "scoop/prove/unknown"


def test_a_proof_whose_file_was_cut_off_is_that_proofs_alone(standin: StandIn, open_at: Open) -> None:
    broken = "distribution-prove.scoop.windows/prove.scoop.windows.json: is not JSON: it may have been cut off"
    told = tell(open_at(), document(row("scoop", "served"), row("homebrew", "served"), ok=True), problems=[broken])
    assert not told.ok
    assert failing(issues(standin)[0]) == ("scoop/prove/windows",)
    tell(open_at(), proof("scoop", "installed", "windows"))
    assert issues(standin)[0]["state"] == "closed"
