"""The proof of a rehearsal notices what is not as it should be."""

import time

import pytest

from release.rehearsal import StandIn
from release.rehearsal.play.command import rehearse_here
from release.rehearsal.play.expected import EXPECTED
from release.rehearsal.play.proof import all_channels, prove, told
from release.rehearsal.play.shown import parse_report, render_report
from release.rehearsal.records import Dispatch
from release.rehearsal.servers.faults import KINDS

FILES = ("homebrew", "scoop", "choco")


def test_channels_that_serve_the_version_are_proved(standin: StandIn) -> None:
    for channel in all_channels(standin):
        standin.serve(channel, "0.0.2")
    assert [fact.text for fact in prove(standin, "0.0.2", all_channels(standin)) if not fact.right] == []


def test_the_old_version_is_no_proof_of_the_new_one(standin: StandIn) -> None:
    assert [fact.right for fact in prove(standin, "0.0.2", all_channels(standin))] == [False] * 4
    assert [fact.right for fact in prove(standin, "0.0.1", all_channels(standin))] == [True] * 4


@pytest.mark.parametrize("channel", FILES)
def test_a_wrong_checksum_is_no_proof(standin: StandIn, channel: str) -> None:
    standin.misbehave(channel, "wrong-checksum")
    standin.serve(channel, "0.0.2")
    (fact,) = prove(standin, "0.0.2", (channel,))
    assert (fact.right, "the file says 000" in fact.text) == (False, True)


@pytest.mark.parametrize("channel", FILES)
def test_files_that_changed_behind_the_url_are_no_proof(standin: StandIn, channel: str) -> None:
    standin.serve(channel, "0.0.2")
    release = standin.release("0.0.2")
    release.tarball, release.assets[0].content = b"other bytes", b"other bytes"
    assert [fact.right for fact in prove(standin, "0.0.2", (channel,))] == [False]


@pytest.mark.parametrize(
    ("artifacts", "right"),
    [
        pytest.param(["source"], True, id="once and right"),
        pytest.param(["source", "source"], False, id="twice"),
        pytest.param(["wheel"], False, id="another artifact's checksum"),
        pytest.param([], False, id="never"),
    ],
)
def test_what_was_told_is_compared(standin: StandIn, artifacts: list[str], right: bool) -> None:  # noqa: FBT001 - a row of the table
    for artifact in artifacts:
        payload = {"version": "0.0.2", "sha256": standin.release("0.0.2").made.artifacts[artifact][1]}
        standin.world.dispatches.append(
            Dispatch("kademoslabs/homebrew-tap", "repository_dispatch", "kekkai-release", payload, "", time.time())
        )
    assert [fact.right for fact in told(standin, "0.0.2", ("homebrew",))] == [right]


def test_every_fault_has_an_expectation_and_a_line_in_the_list() -> None:
    assert set(EXPECTED) == set(KINDS)
    listed = rehearse_here({}, lambda _line: None, keep=False, faults=["list"]).notes
    assert [line.split()[0] for line in listed] == [*KINDS, "moderation"]


@pytest.mark.parametrize("text", ["", "Traceback", "[1]", '{"channels": ['])
def test_a_task_that_gives_no_report_has_no_lines(text: str) -> None:
    assert list(render_report(parse_report(text))) == []
