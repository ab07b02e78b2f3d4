"""What an update decides of a channel's files, of a made-up kind that looks at nothing but its own three lines."""

import pytest

from release.channels.base import Change, Files
from release.channels.verdict import Expected, Verdict
from release.commands.opening import open_session
from release.errors import EditRefused
from release.records import Artifact, Release, Served, State
from release.safe_yaml import load_yaml
from release.settings import Environment
from release.update.bump import Bump
from release.update.checksums import Checksums
from tests.data.madeup.edit import render
from tests.data.madeup.kind import Pkg
from tests.data.madeup.settings import PkgChannel
from tests.support.sessions import ROOT

PATH, URL, SHA = "rocket.pkg", "https://example.org/rocket.tar.gz", "a" * 64
CHANNEL = PkgChannel(name="p", kind="madeup", target="acme/pkgs", token="PKGS", event_type="e", artifact="source",
                     file=PATH)  # fmt: skip


class Lasting(Pkg):
    """Each version has its own place."""

    replaces = False


class Mending(Pkg):
    """Writes the file anew, whatever is in it."""

    def edit(self, channel: PkgChannel, files: Files, change: Change) -> dict[str, bytes]:
        """Three new lines."""
        del channel, files
        return {PATH: render(change.version, change.url, change.checksum(change.url))}


class Dated(Pkg):
    """Its versions have an order of their own, in which these are older."""

    def judge(self, channel: PkgChannel, served: Served, expected: Expected) -> Verdict:
        """Never newer."""
        del channel, expected
        return Verdict(State.BEHIND, served)


def bump_of(kind: Pkg, version: str, *, allow_downgrade: bool = False) -> Bump:
    session = open_session(load_yaml((ROOT / "invoke.yaml").read_bytes()), Environment({}), lambda _line: None)
    release = Release(version, f"v{version}", prerelease=False, artifacts={"source": Artifact("source", URL, SHA)})
    checksums = Checksums(session, release)
    change = Change("rocket", version, f"v{version}", URL, SHA, allow_downgrade, checksum=checksums.of)
    return Bump(session, CHANNEL, kind, change, checksums)


@pytest.mark.parametrize(("held", "version"), [("0.0.4", "0.0.2"), ("1.10.0", "1.9.0"), ("1.0.0", "1.0.0-rc.1")],
                         ids=["older", "older by number", "its pre-release"])  # fmt: skip
def test_an_older_version_is_refused_whatever_the_kind_looks_at(held: str, version: str) -> None:
    with pytest.raises(EditRefused) as refused:
        bump_of(Pkg(), version).edit({PATH: render(held, URL, SHA)})
    assert refused.value.wrong == f"rocket.pkg holds {held}, which is newer than {version}"
    assert "--allow-downgrade" in refused.value.fix


ALLOWED = {
    "newer": (Pkg(), "0.0.1", False),
    "the same with another checksum": (Pkg(), "0.0.2", False),
    "older and meant": (Pkg(), "0.0.4", True),
    "no version that can be compared": (Pkg(), "nightly", False),
    "a kind of which no version replaces another": (Lasting(), "0.0.4", False),
    "a kind with an order of its own": (Dated(), "0.0.4", False),
}


@pytest.mark.parametrize(("kind", "held", "allow_downgrade"), ALLOWED.values(), ids=ALLOWED)
def test_whatever_else_is_edited(kind: Pkg, held: str, allow_downgrade: bool) -> None:  # noqa: FBT001 - a row of the table
    edit = bump_of(kind, "0.0.2", allow_downgrade=allow_downgrade).edit({PATH: render(held, URL, "b" * 64)})
    assert edit is not None
    assert edit.files == {PATH: render("0.0.2", URL, SHA)}


def test_a_file_that_says_no_version_is_mended() -> None:
    edit = bump_of(Mending(), "0.0.2").edit({PATH: b"half a fi"})
    assert edit is not None
    assert edit.files == {PATH: render("0.0.2", URL, SHA)}
