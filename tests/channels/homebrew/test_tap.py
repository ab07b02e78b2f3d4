"""What else stands in a tap: files that spoil it for all, and workflows that write beside ours."""

import pytest

from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.tap import check_files, check_tap, check_writers
from release.findings import Level
from release.rehearsal import StandIn
from tests.support.sessions import session_at

TAP = HomebrewChannel(
    "tap", "homebrew", "acme/homebrew-tap", "T", event_type="e", artifact="a", file="Formula/rocket.rb"
)
GOOD = b'class Rocket < Formula\n  desc "x"\nend\n'
BAD = b'class Other < Formula\n  desc "x\nend\n'
BUMP = b"on:\n  schedule: [{cron: '0 3 * * *'}]\njobs:\n  a:\n    steps:\n      - run: brew bump --open-pr\n"


def test_one_bad_file_spoils_the_tap() -> None:
    files = {
        "Formula/rocket.rb": GOOD,
        "Formula/o/other.rb": BAD,
        "Casks/c.rb": BAD,
        "spec/x.rb": BAD,
        "README.md": BAD,
    }
    found = check_files(TAP, files)
    assert [one.text.partition(":")[0] for one in found] == ["Formula/o/other.rb", "Casks/c.rb"]
    assert "nobody can tap acme/homebrew-tap" in found[0].text
    assert "`ruby -c Formula/o/other.rb`" in found[0].fix
    assert check_files(TAP, {"Formula/rocket.rb": GOOD}) == []


@pytest.mark.parametrize(
    ("path", "state", "content", "found"),
    [
        pytest.param("autobump.yml", "active", b"on: schedule\n", True, id="by its name"),
        pytest.param("nightly.yml", "active", BUMP, True, id="by its command"),
        pytest.param("n.yml", "active", b"- uses: Homebrew/actions/bump-packages@abc\n", True, id="by its action"),
        pytest.param("n.yml", "active", b"- run: brew bump-formula-pr rocket\n", True, id="by a pull request"),
        pytest.param("autobump.yml", "disabled_manually", BUMP, False, id="disabled"),
        pytest.param("receive.yml", "active", b"on: repository_dispatch\n" + BUMP, False, id="our receiver"),
        pytest.param("tests.yml", "active", b"- run: brew test-bot\n# brew bump\n", False, id="another"),
        pytest.param("tests.yml", "active", b"- run: brew bumpkin\n", False, id="another word"),
    ],
)
def test_a_second_writer(path: str, state: str, content: bytes, found: bool) -> None:  # noqa: FBT001 - a column
    lines = check_writers(TAP, [(f".github/workflows/{path}", state, content)])
    assert bool(lines) is found
    for one in lines:
        assert f"{path} of acme/homebrew-tap bumps formulae by itself" in one.text
        assert one.fix.endswith(f"gh workflow disable {path} --repo acme/homebrew-tap")


def test_doctor_reads_the_tap(standin: StandIn) -> None:
    session = session_at(standin)
    channel = session.settings.channels["homebrew"]
    assert isinstance(channel, HomebrewChannel)
    (fine,) = check_tap(session, channel)
    assert (fine.level, fine.text.split()[0]) == (Level.OK, "2")
    files = {"Formula/other.rb": BAD, ".github/workflows/autobump.yml": BUMP}
    standin.repository("homebrew").commit("more", files, 1)
    lines = check_tap(session, channel)
    assert [(one.level, one.text.split()[0]) for one in lines] == [
        (Level.WARNING, "Formula/other.rb:"), (Level.WARNING, "autobump.yml"),
    ]  # fmt: skip
    assert {request.method for request in standin.requests} == {"GET"}
    standin.fault("GET", "/contents/Formula", times=None, status=403, json={"message": "Forbidden"})
    (unread,) = check_tap(session, channel)
    assert (unread.level, unread.text.startswith("what else is in the tap could not be read")) == (Level.WARNING, True)
