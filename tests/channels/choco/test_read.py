"""Packages whose scripts and VERIFICATION.txt the configuration does not name, and those that only bring another."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from release.channels.reading import read_and_judge
from release.channels.verdict import Verdict
from release.commands.dist import distribute
from release.commands.options import Options
from release.metadata.artifacts import find
from release.metadata.hashing import no_progress
from release.records import State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.session import Session
from tests.conftest import MakeStandIn
from tests.rollback.scene import roll
from tests.support.clock import SleptClock
from tests.support.sessions import session_at

NUSPEC, PROOF, SCRIPT = "kekkai/kekkai.nuspec", "kekkai/tools/VERIFICATION.txt", "kekkai/tools/chocolateyInstall.ps1"
RUNS = b'Install-BinFile kekkai "$PSScriptRoot\\kekkai.exe"\n'
GONE = {"kekkai/tools/chocolateyinstall.ps1": None}  # the script of the stand-in's own package
Files = Callable[[StandIn, str], Mapping[str, bytes | None]]


def nuspec(version: str, brings: str = "") -> bytes:
    more = f'<dependencies><dependency id="kekkai.install" version="{brings}" /></dependencies>' if brings else ""
    return f"<package><metadata><id>kekkai</id><version>{version}</version>{more}</metadata></package>".encode()


def carried(standin: StandIn, version: str, digits: str | None = None) -> dict[str, bytes | None]:
    """The file is inside of the package; a text says where it is from."""
    made = standin.release(version).made
    text = f"VERIFICATION\n\n{made.wheel_url}\nchecksum: {digits or made.wheel_sha256}\n"
    return {NUSPEC: nuspec(version), PROOF: text.encode(), SCRIPT: RUNS, **GONE}


def downloaded(standin: StandIn, version: str, digits: str | None = None) -> dict[str, bytes | None]:
    """A script that nobody named downloads it."""
    made = standin.release(version).made
    text = f"$url = '{made.wheel_url}'\n$checksum = '{digits or made.wheel_sha256}'\n"
    return {NUSPEC: nuspec(version), SCRIPT: text.encode(), **GONE}


def meta(_: StandIn, version: str, brings: str = "") -> dict[str, bytes | None]:
    """Nothing but a dependency on the real package; the updater's own script reaches nobody."""
    return {NUSPEC: nuspec(version, brings or f"[{version}]"), "kekkai/update.ps1": b"update", **GONE}


def put(standin: StandIn, files: Mapping[str, bytes | None], version: str = "0.0.2") -> None:
    standin.repository("choco").commit("Update", files, 1)
    standin.feed.push("kekkai", version, "Approved")


def opened(standin: StandIn, *files: str) -> Session:
    return session_at(standin, {"choco": {"files": [NUSPEC, *files]}})


def judged(standin: StandIn, *files: str) -> Verdict:
    session = opened(standin, *files)
    release = find(session, "0.0.2", ["wheel"], no_progress).release
    return read_and_judge(session, session.settings.channels["choco"], release, newest=True, timeout=None)


ZERO = "0" * 64
READ: dict[str, tuple[Files, State, str]] = {
    "carried": (carried, State.SERVED, ""),
    "carried, another checksum": (lambda s, v: carried(s, v, ZERO), State.MISMATCH, f"with {ZERO}"),
    "a script beside": (downloaded, State.SERVED, ""),
    "a script beside, another checksum": (lambda s, v: downloaded(s, v, ZERO), State.MISMATCH, f"with {ZERO}"),
    "a metapackage": (meta, State.SERVED, ""),
    "a metapackage of a package fix": (lambda s, v: meta(s, v, f"[{v}.20260101]"), State.SERVED, ""),
    "a metapackage of any version": (lambda s, v: meta(s, v, "[,]"), State.SERVED, ""),
    "a metapackage of the version before": (
        lambda s, v: meta(s, v, "[0.0.1]"), State.MISMATCH, "but depends on kekkai.install 0.0.1",
    ),
    "a program without a word": (
        lambda s, v: {**meta(s, v), "kekkai/tools/kekkai.exe": b"MZ"}, State.UNKNOWN, "without a sha256",
    ),
    "a script elsewhere": (lambda s, v: {**meta(s, v), "kekkai/i.ps1": b"go"}, State.UNKNOWN, "without a sha256"),
    "a script that says nothing": (lambda s, v: {**meta(s, v), SCRIPT: RUNS}, State.UNKNOWN, "without a sha256"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "state", "said"), READ.values(), ids=READ.keys())
def test_what_a_package_holds_beside_the_named_files(standin: StandIn, files: Files, state: State, said: str) -> None:
    put(standin, files(standin, "0.0.2"))
    verdict = judged(standin)
    assert (verdict.state, verdict.reason is None) == (state, state is State.SERVED)
    assert said in (verdict.reason or "")


def test_a_named_script_that_loads_another(standin: StandIn) -> None:
    """The stand-in's own package, whose script alone would do."""
    standin.serve("choco", "0.0.2")
    named = "kekkai/tools/chocolateyinstall.ps1"
    script = (standin.repository("choco").read(named) or b"") + b'. "$toolsDir\\helpers.ps1"\n'
    text = f"$url32 = '{standin.release('0.0.2').made.wheel_url}'\n$checksum32 = '{ZERO}'\n"
    put(standin, {named: script, "kekkai/tools/helpers.ps1": text.encode()})
    assert judged(standin, named).state is State.MISMATCH


UNREADABLE: dict[str, dict[str, Any]] = {
    "refused": {"status": 403, "json": {"message": "no"}}, "at fault": {"status": 500},
    "a page": {"status": 200, "body": "<html>"}, "another shape": {"status": 200, "json": {"entries": []}},
    "cut off": {"status": 200, "json": [{"type": "file", "path": f"kekkai/{n}"} for n in range(1000)]},
    "not there": {"status": 404, "json": {"message": "Not Found"}},
}  # fmt: skip


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.parametrize("folder", ["kekkai", "kekkai/tools"])
def test_a_folder_that_cannot_be_listed_is_unknown(standin: StandIn, folder: str, answer: dict[str, Any]) -> None:
    put(standin, meta(standin, "0.0.2"))
    standin.faults.add(Fault("GET", f"/contents/{folder}$", None, **answer))
    expected = State.SERVED if folder == "kekkai/tools" and answer["status"] == 404 else State.UNKNOWN
    assert judged(standin).state is expected


@pytest.mark.parametrize("files", [carried, meta], ids=["carried", "a metapackage"])
def test_told_once_and_followed_until_served(make_standin: MakeStandIn, files: Files) -> None:
    """Folders are listed where the version is there only: nothing holds up a dispatch."""

    def receive(channel: str, payload: dict[str, Any]) -> bool:
        assert channel == "choco"
        put(standin, files(standin, payload["version"]))
        return True

    standin = make_standin(clock=SleptClock(), receiver=receive)
    put(standin, files(standin, "0.0.1"), "0.0.1")
    session = opened(standin)
    first = distribute(session, Options("dist.choco", "0.0.2", channel="choco", wait=5))
    assert [(one.state, one.reason) for one in first.outcomes] == [(State.SERVED, None)]
    listed = [r.path for r in standin.requests if r.path.endswith("/contents/kekkai")]
    sent = [r.path for r in standin.requests].index(next(r.path for r in standin.requests if r.method == "POST"))
    assert listed
    assert not [r for r in standin.requests[:sent] if r.path in listed]
    again = distribute(session, Options("dist.choco", "0.0.2", channel="choco"))
    assert [one.state for one in again.outcomes] == [State.SKIPPED]
    assert len(standin.dispatches) == 1


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
@pytest.mark.parametrize("files", [carried, meta], ids=["carried", "a metapackage"])
def test_rolled_back_to_what_is_served(standin: StandIn, files: Files) -> None:
    """The gallery has it no more: nothing is left to people."""
    for version in ("0.0.1", "0.0.2"):
        put(standin, files(standin, version), version)
    standin.feed.packages = [one for one in standin.feed.packages if one.version == "0.0.1"]
    first, again = (roll(opened(standin), "choco")["choco"] for _ in range(2))
    assert (first.state, again.state) == (State.MANUAL, State.SKIPPED)
    assert first.serves is not None
    assert first.serves.version == "0.0.1"
    assert judged(standin).state is State.BEHIND
