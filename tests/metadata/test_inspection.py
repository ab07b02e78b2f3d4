"""What is looked into of a release, over real sockets."""

import hashlib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from release.metadata.content import content_of
from release.metadata.inspection import Inspection, check_channels, check_source, inspect_artifacts, inspect_release
from release.metadata.wheel import Wheel
from release.records import Artifact, Release
from release.rehearsal import StandIn
from tests.support.sessions import session_at


def wheel_of(standin: StandIn, sha256: str | None = None) -> Artifact:
    made = standin.release("0.0.2").made
    return Artifact("wheel", made.wheel_url, sha256 or made.wheel_sha256)


def test_wheels_are_read_and_other_files_left_alone(standin: StandIn) -> None:
    source = Artifact("source", standin.release("0.0.2").made.source_url)
    found = inspect_artifacts(session_at(standin), [source, wheel_of(standin)], "kekkai")
    assert (found.problems, found.warnings) == ((), ())
    assert [one.file_name for one in found.wheels] == ["kekkai-0.0.2-py3-none-any.whl"]
    assert not [request for request in standin.requests if request.path.endswith(".tar.gz")]


@pytest.mark.parametrize(
    ("fault", "sha256", "problem", "warning"),
    [
        pytest.param({"body": b"PK broken"}, hashlib.sha256(b"PK broken").hexdigest(), "is no wheel that can be",
                     "", id="damaged"),
        pytest.param({}, "0" * 64, "SHA256 mismatch", "", id="another checksum"),
        pytest.param({"status": 404}, None, "", "answered 404", id="gone"),
        pytest.param({"cut": 10}, None, "", "broke the connection", id="cut"),
    ],
)  # fmt: skip
def test_a_wheel_that_is_not_read(
    standin: StandIn, fault: dict[str, object], sha256: str | None, problem: str, warning: str
) -> None:
    if fault:
        standin.fault("GET", "[.]whl", times=None, **fault)
    found = inspect_artifacts(session_at(standin), [wheel_of(standin, sha256)], "kekkai")
    assert found.wheels == ()
    assert all(problem in one.wrong for one in found.problems)
    assert (len(found.problems), len(found.warnings)) == (int(bool(problem)), int(bool(warning)))
    assert warning in "".join(found.warnings)


@pytest.mark.parametrize("longer", [False, True], ids=["after a piece", "after more than all of it"])
def test_a_wheel_that_broke_off_is_read_from_its_start(standin: StandIn, *, longer: bool) -> None:
    content = standin.release("0.0.2").assets[0].content
    assert isinstance(content, bytes)
    sent = content + b"something else" if longer else content
    broken = standin.fault("GET", "[.]whl", origin="codeload", body=sent, cut=1)
    with content_of(session_at(standin).transport, wheel_of(standin)) as file:
        assert file.read() == content
    assert broken.hits == 1


RICH = Wheel("kekkai-0.0.2-py3-none-any.whl", (Requirement("rich>=14"), Requirement("typer")), SpecifierSet())


def test_channels_are_read_as_they_are_now(standin: StandIn) -> None:
    session = session_at(standin)
    channels = [session.settings.channels[name] for name in ("homebrew", "scoop")]

    found = check_channels(session, [RICH], channels)
    assert [one.fix for one in found.problems] == ["Run: brew update-python-resources kademoslabs/tap/kekkai"] * 2
    standin.fault("GET", "/homebrew-tap/contents/", times=None, status=500)
    found = check_channels(session, [RICH], channels)
    assert (len(found.problems), len(found.warnings)) == (0, 1)
    assert "what homebrew installs beside the wheel was not read" in found.warnings[0]
    asked = len(standin.requests)
    assert check_channels(session, [], channels).problems == ()
    assert len(standin.requests) == asked


def test_a_source_that_can_change(standin: StandIn) -> None:
    url = f"{standin.server_url}/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
    release = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={"source": Artifact("source", url)})
    assert check_source(session_at(standin), release) == Inspection()
    standin.fault("GET", "/contents/.gitattributes", times=None, status=200, body=b".git_archival.txt export-subst\n")
    (line,) = inspect_release(session_at(standin), release, []).warnings
    assert line.startswith("artifact source: the tag's tarball can change")
    assert ".gitattributes line 1" in line
    assert 'Attach an sdist to the release and point the artifact at it: source: {asset: "kekkai-' in line


def test_without_a_token_repositories_are_not_asked_where_that_was_said(standin: StandIn) -> None:
    url = f"{standin.server_url}/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
    release = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={"source": Artifact("source", url)})
    session = session_at(standin, without=("GITHUB_TOKEN",))
    assert inspect_release(session, release, session.settings.channels.values(), anonymous=False) == Inspection()
    assert standin.requests == []
