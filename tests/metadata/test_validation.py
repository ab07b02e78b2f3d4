"""Everything that can be checked before anything is sent, and every problem at once."""

from collections.abc import Callable
from typing import Any

import pytest

from release.commands.dist import distribute
from release.commands.extract import check, extract
from release.commands.options import Options, choose, needed
from release.errors import InputError
from release.metadata.validation import check_tokens, check_versions, warnings
from release.rehearsal import StandIn
from release.session import Session
from tests.support.sessions import session_at

TOKENS = ("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN")
ARCHIVE = "/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"


def problems(session: Session, **asked: Any) -> list[str]:  # noqa: ANN401 - fields of Options
    report = check(session, Options("release.validate", **{"version": "0.0.2", **asked}))
    assert report.exit_code == (2 if report.errors else 0)
    return [error.wrong for error in report.errors]


def test_a_good_release_has_no_problem_and_says_for_whom(standin: StandIn) -> None:
    report = check(session_at(standin), Options("release.validate", version="v0.0.2"))
    assert (list(report.errors), report.exit_code) == ([], 0)
    assert report.notes[-1] == "Release 0.0.2 is valid, for homebrew, docker, scoop, choco."
    assert not standin.sent("POST")
    assert not standin.sent("HEAD")  # what was downloaded just now can be
    assert not [note for note in report.notes if note.startswith("Warning")]


def test_every_problem_is_listed_at_once_and_nothing_is_sent(standin: StandIn) -> None:
    wheel = standin.release("0.0.2").made.wheel_sha256
    standin.fault("*", r"\.whl$", times=None, origin="codeload", status=404)
    bad = {"scoop": {"target": "scoop-bucket"}, "choco": {"target": "https://github.com/k/c"}}
    session = session_at(standin, channels=bad, without=("TAP_REPO_TOKEN", "CHOCO_REPO_TOKEN"))
    found = problems(session, sha256=[wheel, f"wheel={'0' * 64}"])
    assert [text.split(": ")[0].split(" is ")[0] for text in found] == [
        "Wheel not accessible",
        "SHA256 mismatch for source",
        "channels.scoop.target",
        "channels.choco.target",
        "Missing token",
        "Missing token",
    ]
    assert "TAP_REPO_TOKEN is not set, needed by homebrew" in found[4]
    assert "CHOCO_REPO_TOKEN is not set, needed by choco" in found[5]
    assert not standin.sent("POST")


def test_a_mismatch_shows_both_values_and_whose_checksum_it_is(standin: StandIn) -> None:
    made = standin.release("0.0.2").made
    (found,) = problems(session_at(standin), sha256=[made.wheel_sha256.upper()])
    assert f"given {made.wheel_sha256} (that is the checksum of wheel)" in found
    assert found.endswith(f"real {made.source_sha256}")


def test_a_bare_checksum_is_the_channels_artifact_for_one_channel(standin: StandIn) -> None:
    made = standin.release("0.0.2").made
    session = session_at(standin)
    for channel, digits in (("scoop", made.wheel_sha256), ("homebrew", made.source_sha256)):
        options = Options(f"dist.{channel}", "0.0.2", sha256=[digits], channel=channel, dry_run=True)
        assert not distribute(session, options).errors


def test_a_tarball_that_is_gone_says_where_how_and_how_to_check(standin: StandIn) -> None:
    standin.fault("GET", r"\.tar\.gz$", times=None, status=404)
    report = check(session_at(standin), Options("release.validate", version="0.0.2"))
    (problem,) = report.errors
    assert problem.wrong == f"Tarball not accessible: {standin.server_url}{ARCHIVE}: status 404"
    assert problem.fix == f"Check: curl -sIL {standin.server_url}{ARCHIVE}"
    assert report.exit_code == 2


STEPS: dict[str, Callable[[Session, Options], Any]] = {"extract": extract, "check": check, "distribute": distribute}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_server_that_fails_is_exit_code_2_because_nothing_was_sent(
    standin: StandIn, step: Callable[[Session, Options], Any]
) -> None:
    standin.fault("GET", "/releases/tags/", times=None, status=503)
    report = step(session_at(standin), Options("a task", version="0.0.2"))
    assert report.exit_code == 2
    assert "GitHub answered 503" in report.errors[0].wrong
    assert not standin.sent("POST")


def test_missing_tokens_are_named_once_with_all_that_need_them(standin: StandIn) -> None:
    settings = session_at(standin, channels={"scoop": {"token": "TAP_REPO_TOKEN"}}).settings
    environment = session_at(standin, without=TOKENS).environment
    found = [problem.wrong for problem in check_tokens(environment, settings.channels.values())]
    assert found == [
        "Missing token: TAP_REPO_TOKEN is not set, needed by homebrew, scoop",
        "Missing token: GITHUB_TOKEN is not set, needed by docker",
        "Missing token: CHOCO_REPO_TOKEN is not set, needed by choco",
    ]


def test_tokens_of_channels_that_were_not_chosen_are_not_asked_for(standin: StandIn) -> None:
    session = session_at(standin, without=("TAP_REPO_TOKEN", "CHOCO_REPO_TOKEN"))
    assert problems(session, only=["scoop", "docker"]) == []
    assert problems(session, tokens=False) == []
    assert problems(session, skip=["homebrew"]) == ["Missing token: CHOCO_REPO_TOKEN is not set, needed by choco"]


def test_what_a_channel_cannot_express_names_the_channel(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(version="1.0.0-alpha+001")
    session = session_at(standin)
    found = problems(session, version="1.0.0-alpha+001")
    assert [text.split(":")[0] for text in found] == ["Channel docker", "Channel choco"]
    release = check(session, Options("release.validate", version="1.0.0-alpha+001")).release
    assert release is not None
    assert check_versions([session.settings.channels["homebrew"], session.settings.channels["scoop"]], release) == []


def test_a_prerelease_is_a_warning_for_the_channels_that_publish_it(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(version="1.0.0-rc.1")
    session = session_at(standin, channels={"docker": {"prereleases": "skip"}})
    report = check(session, Options("release.validate", version="1.0.0-rc.1"))
    assert report.exit_code == 0
    assert report.notes[0].startswith(
        "Warning: 1.0.0-rc.1 is a pre-release and goes to stable channels: homebrew, scoop"
    )
    assert report.release is not None
    assert warnings([session.settings.channels["docker"]], report.release) == []


CHOICES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "all": ({}, ["homebrew", "docker", "scoop", "choco"], ["source", "wheel"]),
    "only": ({"only": ["choco", "homebrew"]}, ["homebrew", "choco"], ["source", "wheel"]),
    "skip": ({"skip": ["homebrew"]}, ["docker", "scoop", "choco"], ["wheel"]),
    "only and skip": ({"only": ["scoop", "docker"], "skip": ["scoop"]}, ["docker"], []),
    "one": ({"channel": "homebrew"}, ["homebrew"], ["source"]),
}


@pytest.mark.parametrize(("asked", "names", "artifacts"), CHOICES.values(), ids=CHOICES.keys())
def test_the_chosen_channels_say_which_artifacts_are_needed(
    standin: StandIn, asked: dict[str, Any], names: list[str], artifacts: list[str]
) -> None:
    session = session_at(standin)
    channels = choose(session, Options("dist.all", **asked))
    assert [channel.name for channel in channels] == names
    assert needed(session, channels, {}) == artifacts


BAD_CHOICES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown only": ({"only": ["snap"]}, "Unknown channel 'snap'"),
    "unknown skip": ({"skip": ["snap"]}, "Unknown channel 'snap'"),
    "empty": ({"only": [""]}, "Unknown channel ''"),
    "letter case": ({"only": ["Scoop"]}, "Unknown channel 'Scoop'"),
    "a task of a channel that is not configured": ({"channel": "winget"}, "Unknown channel 'winget'"),
    "none left": ({"only": ["scoop"], "skip": ["scoop"]}, "No channel is left"),
}


@pytest.mark.parametrize(("asked", "text"), BAD_CHOICES.values(), ids=BAD_CHOICES.keys())
def test_channels_that_do_not_exist_are_refused(standin: StandIn, asked: dict[str, Any], text: str) -> None:
    with pytest.raises(InputError, match=text):
        choose(session_at(standin), Options("dist.all", **asked))
    assert standin.requests == []


def test_a_dry_run_of_an_unpublished_version_warns_and_plans(standin: StandIn) -> None:
    report = distribute(session_at(standin), Options("dist.all", version="0.0.3-test", dry_run=True))
    assert report.exit_code == 0
    assert [str(outcome.state) for outcome in report.outcomes] == ["planned"] * 4
    assert sum('"sha256": "unknown"' in line for line in report.plan) == 3
    assert sum(note.startswith("Warning: ") for note in report.notes) >= 2
    assert not standin.sent("POST")


def test_a_dry_run_excuses_nothing_but_what_is_not_there_yet(standin: StandIn) -> None:
    standin.publish("0.0.3").assets.clear()
    report = distribute(session_at(standin), Options("dist.all", version="0.0.3", dry_run=True))
    assert report.exit_code == 2
    assert "no asset matches" in report.errors[0].wrong
