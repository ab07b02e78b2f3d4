"""A channel's files moved to a release: in a checkout and in the target, with races and protected branches."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.errors import EditRefused, InputError, ReleaseError, ServiceError
from release.git.command import RaceLost, Refused
from release.records import Artifact, Asset, Outcome, Release, State
from release.rehearsal import StandIn
from release.rehearsal.records import Asset as FileOfRelease
from release.session import Session
from release.update.update import update
from tests.support.releases import channel_files
from tests.support.sessions import session_at

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]

CHANNELS = ("homebrew", "scoop", "choco")
TOKENS = {"homebrew": "TAP_REPO_TOKEN", "scoop": "SCOOP_REPO_TOKEN", "choco": "CHOCO_REPO_TOKEN"}
FORMULA, MANIFEST = "Formula/kekkai.rb", "bucket/kekkai.json"


def release_of(standin: StandIn, version: str = "0.0.2") -> Release:
    published = standin.release(version)
    made, asset = published.made, published.assets[0]
    artifacts = {
        "source": Artifact("source", made.source_url, made.source_sha256),
        "wheel": Artifact("wheel", made.wheel_url, made.wheel_sha256),
    }
    assets = (Asset(asset.name, made.wheel_url, sha256=made.wheel_sha256),)
    return Release(version, published.tag, published.prerelease, artifacts, assets=assets)


def wrapped(path: Path, line: str) -> str:
    """A ``git`` in this folder that runs ``line`` of shell first; the folder."""
    path.mkdir()
    (path / "git").write_text(f'#!/bin/sh\n{line}\nPATH="${{PATH#*:}}" exec git "$@"\n')
    (path / "git").chmod(0o755)
    return f"{path}:{os.environ['PATH']}"


@pytest.fixture
def session(standin: StandIn) -> Session:
    return session_at(standin)


def heads(standin: StandIn) -> dict[str, str | None]:
    return {name: standin.repository(name).resolve("main") for name in CHANNELS}


@pytest.mark.parametrize("channel", CHANNELS)
def test_target_holds_the_release_after_it(standin: StandIn, session: Session, channel: str) -> None:
    before = standin.repository(channel).resolve("main")
    outcome = update(session, channel, release_of(standin))
    repository = standin.repository(channel)
    expected = channel_files(channel, standin.release("0.0.2").made)
    assert outcome.state is State.SERVED
    assert {path: repository.read(path) for path in expected} == expected
    assert repository.resolve("main^") == before
    assert outcome.serves is not None
    assert (outcome.serves.version, outcome.serves.sha256) == ("0.0.2", outcome.sha256)
    assert outcome.diff is not None
    assert "0.0.2" in outcome.diff


@pytest.mark.parametrize("channel", CHANNELS)
def test_second_time_changes_nothing(standin: StandIn, session: Session, channel: str) -> None:
    update(session, channel, release_of(standin))
    before = heads(standin)
    outcome = update(session, channel, release_of(standin))
    assert (outcome.state, outcome.reason, outcome.diff) == (State.SKIPPED, "already holds 0.0.2", None)
    assert outcome.serves is not None
    assert outcome.serves.url
    assert heads(standin) == before


def test_outgoing_formula_is_kept_once(standin: StandIn, session: Session) -> None:
    update(session, "homebrew", release_of(standin))
    kept = standin.repository("homebrew").read("Formula/kekkai@0.0.1.rb")
    assert kept is not None
    assert b"class KekkaiAT001 < Formula" in kept
    edited = kept + b"# kept by hand\n"
    standin.serve("homebrew", "0.0.1")
    standin.repository("homebrew").commit("by hand", {"Formula/kekkai@0.0.1.rb": edited}, 1)
    update(session, "homebrew", release_of(standin))
    assert standin.repository("homebrew").read("Formula/kekkai@0.0.1.rb") == edited


def test_formula_that_downloads_by_git_gets_the_tag_s_commit(standin: StandIn, session: Session) -> None:
    head = standin.repository("docker").resolve("main")
    subprocess.run(["git", "tag", "v0.0.2", "main"], cwd=standin.repository("docker").path, check=True)
    formula = (
        'class Kekkai < Formula\n  desc "x"\n  homepage "https://example.org"\n'
        f'  url "{standin.server_url}/kademoslabs/kekkai.git", tag: "v0.0.1",\n    revision: "{"1" * 40}"\nend\n'
    )
    standin.repository("homebrew").commit("by git", {FORMULA: formula.encode()}, 1)
    update(session, "homebrew", release_of(standin))
    now = standin.repository("homebrew").read(FORMULA) or b""
    assert f'tag: "v0.0.2",\n    revision: "{head}"'.encode() in now


@pytest.mark.parametrize("channel", CHANNELS)
def test_dry_run_shows_the_diff_and_writes_nothing(standin: StandIn, channel: str) -> None:
    session = session_at(standin, without=(TOKENS[channel],))
    before = heads(standin)
    outcome = update(session, channel, release_of(standin), dry_run=True)
    assert outcome.state is State.PLANNED
    assert outcome.diff is not None
    assert f"+++ b/{next(iter(channel_files(channel, standin.release('0.0.2').made)))}" in outcome.diff
    assert heads(standin) == before


@pytest.mark.parametrize(
    ("given", "word"),
    [
        pytest.param("f" * 64, "SHA256 mismatch for source", id="other digits"),
        pytest.param({"source": "f" * 64}, "SHA256 mismatch for source", id="by name"),
        pytest.param({"wheel": "f" * 64}, "SHA256 mismatch for wheel", id="another artifact's"),
        pytest.param({"kekkai-0.0.2-py3-none-any.whl": "f" * 64}, "SHA256 mismatch", id="an asset's"),
        pytest.param({"none": "f" * 64}, "no artifact", id="unknown name"),
    ],
)
def test_checksum_that_is_not_the_release_s_is_refused(
    standin: StandIn, session: Session, given: dict[str, str] | str, word: str
) -> None:
    before = heads(standin)
    with pytest.raises(InputError, match=word):
        update(session, "homebrew", release_of(standin), given_sha256=given)
    assert heads(standin) == before
    assert not standin.sent("GET", "homebrew-tap.git")


SECOND = "kekkai-0.0.2.zip"


def with_a_second_download(standin: StandIn, stated: str | None) -> Release:
    """The manifest has a file beside the artifact, which the update itself downloads; ``stated`` by GitHub."""
    old, new, content = standin.release("0.0.1").made, standin.release("0.0.2"), b"PK made up"
    new.assets.append(FileOfRelease(SECOND, content, None))
    before, url = (f"{one.wheel_url.rpartition('/')[0]}/kekkai-{one.version}.zip" for one in (old, new.made))
    manifest = {"version": "0.0.1", "url": [old.wheel_url, before], "hash": [old.wheel_sha256, "1" * 64]}
    standin.repository("scoop").commit("two files", {MANIFEST: json.dumps(manifest, indent=4).encode()}, 1)
    sha256 = hashlib.sha256(content).hexdigest() if stated == "right" else stated
    release = release_of(standin)
    return replace(release, assets=(*release.assets, Asset(SECOND, url, sha256=sha256)))


@pytest.mark.parametrize("stated", ["right", None], ids=["as GitHub states", "of which GitHub states nothing"])
def test_file_beside_the_artifact_gets_the_checksum_of_its_bytes(
    standin: StandIn, session: Session, stated: str | None
) -> None:
    assert update(session, "scoop", with_a_second_download(standin, stated)).state is State.SERVED
    held = json.loads(standin.repository("scoop").read(MANIFEST) or b"")
    content = standin.release("0.0.2").assets[-1].content
    assert isinstance(content, bytes)
    assert held["url"][1].endswith(f"/v0.0.2/{SECOND}")
    assert held["hash"][1] == hashlib.sha256(content).hexdigest()


NO_FILE = "is no file of the release"


@pytest.mark.parametrize(
    ("fault", "stated", "kind", "word"),
    [
        pytest.param({}, "f" * 64, ServiceError, "SHA256 mismatch.* GitHub states f{64}", id="not what GitHub states"),
        pytest.param({"status": 401}, "right", EditRefused, NO_FILE, id="401"),
        pytest.param({"status": 403}, "right", EditRefused, NO_FILE, id="403"),
        pytest.param({"status": 404}, "right", EditRefused, NO_FILE, id="404"),
        pytest.param({"status": 410}, "right", EditRefused, NO_FILE, id="410"),
        pytest.param({"body": b"<html>"}, "right", EditRefused, NO_FILE, id="a page in its place"),
        pytest.param({"status": 500}, "right", ServiceError, "answered 500", id="not to be had now"),
    ],
)
def test_file_beside_the_artifact_that_is_not_the_release_s_changes_nothing(
    standin: StandIn, session: Session, fault: dict[str, Any], stated: str, kind: type[ReleaseError], word: str
) -> None:
    release, before = with_a_second_download(standin, stated), standin.repository("scoop").resolve("main")
    if fault:
        standin.fault("GET", rf"/{SECOND}$", times=None, origin="codeload", **fault)
    with pytest.raises(kind, match=word):
        update(session, "scoop", release)
    assert standin.repository("scoop").resolve("main") == before


def test_checksum_in_capitals_is_the_same(standin: StandIn, session: Session) -> None:
    release = release_of(standin)
    given = str(release.artifacts["source"].sha256).upper()
    assert update(session, "homebrew", release, given_sha256=given).state is State.SERVED


@pytest.mark.parametrize(
    ("channel", "without", "change", "word"),
    [
        pytest.param("docker", (), {}, "no channel whose files", id="docker has no files"),
        pytest.param("none", (), {}, "no channel whose files", id="unknown channel"),
        pytest.param("homebrew", ("TAP_REPO_TOKEN",), {}, "TAP_REPO_TOKEN is not set", id="no token"),
        pytest.param("homebrew", (), {"artifacts": {}}, "not known", id="no artifact"),
    ],
)
def test_bad_input_ends_before_a_clone(
    standin: StandIn, channel: str, without: tuple[str, ...], change: dict[str, object], word: str
) -> None:
    release = replace(release_of(standin), **change)  # type: ignore[arg-type]  # fields of Release
    with pytest.raises(InputError, match=word):
        update(session_at(standin, without=without), channel, release)
    assert not [request for request in standin.requests if ".git/" in request.path]


def test_pre_release_is_left_out_where_the_channel_takes_none(standin: StandIn) -> None:
    session = session_at(standin, {"homebrew": {"prereleases": "skip"}})
    outcome = update(session, "homebrew", release_of(standin, "0.0.0-rc.1"))
    assert outcome.state is State.SKIPPED


@pytest.mark.parametrize("channel", CHANNELS)
def test_lower_version_is_refused_unless_allowed(standin: StandIn, session: Session, channel: str) -> None:
    before = heads(standin)
    with pytest.raises(EditRefused, match=r"0\.0\.0"):
        update(session, channel, release_of(standin, "0.0.0"))
    assert heads(standin) == before
    assert update(session, channel, release_of(standin, "0.0.0"), allow_downgrade=True).state is State.SERVED


def test_missing_file_is_refused_by_name(standin: StandIn, session: Session) -> None:
    standin.repository("choco").commit("gone", {"kekkai/tools/chocolateyinstall.ps1": None}, 1)
    with pytest.raises(EditRefused, match=r"chocolatey-packages has no file kekkai/tools/chocolateyinstall\.ps1"):
        update(session, "choco", release_of(standin))


@pytest.mark.parametrize("lost", [1, 4], ids=["once", "four times"])
def test_lost_race_is_redone_on_the_new_head(standin: StandIn, session: Session, lost: int) -> None:
    repository = standin.repository("homebrew")
    repository.races += [(f"race {n}", {"README.md": f"race {n}\n".encode()}) for n in range(lost)]
    outcome = update(session, "homebrew", release_of(standin))
    assert (outcome.state, outcome.attempts) == (State.SERVED, lost + 1)
    assert repository.read("README.md") == f"race {lost - 1}\n".encode()
    assert repository.read(FORMULA) == channel_files("homebrew", standin.release("0.0.2").made)[FORMULA]


def test_race_lost_to_an_edit_of_the_same_file_keeps_that_edit(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    theirs = (repository.read(FORMULA) or b"").replace(b"guards what you ship", b"guards all you ship")
    repository.races.append(("describe", {FORMULA: theirs}))
    assert update(session, "homebrew", release_of(standin)).state is State.SERVED
    assert b"guards all you ship" in (repository.read(FORMULA) or b"")
    assert b"v0.0.2" in (repository.read(FORMULA) or b"")


def test_race_lost_to_the_same_bump_needs_nothing_more(standin: StandIn, session: Session) -> None:
    repository = standin.repository("scoop")
    repository.races.append(("the same", channel_files("scoop", standin.release("0.0.2").made)))
    assert update(session, "scoop", release_of(standin)).state is State.SKIPPED


def test_race_lost_every_time_fails_and_forces_nothing(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    repository.races += [(f"race {n}", {"README.md": f"race {n}\n".encode()}) for n in range(9)]
    with pytest.raises(RaceLost, match="during each of 5 tries"):
        update(session, "homebrew", release_of(standin))
    assert len(repository.races) == 4
    assert b"v0.0.1" in (repository.read(FORMULA) or b"")


def test_two_updates_at_once_both_end_well(standin: StandIn, session: Session) -> None:
    """Of two versions, at the same time, into one repository: whoever is late redoes its edit or is told why not."""
    standin.publish("0.0.3")
    ready = threading.Barrier(2)

    def run(version: str) -> Outcome | ReleaseError:
        ready.wait(60)
        try:
            return update(session, "scoop", release_of(standin, version))
        except ReleaseError as error:
            return error

    with ThreadPoolExecutor(2) as both:
        older, newer = both.map(run, ("0.0.2", "0.0.3"))
    assert isinstance(newer, Outcome)
    assert newer.state is State.SERVED
    assert isinstance(older, EditRefused) or (isinstance(older, Outcome) and older.state is State.SERVED)
    expected = channel_files("scoop", standin.release("0.0.3").made)
    assert {path: standin.repository("scoop").read(path) for path in expected} == expected


def test_push_whose_answer_is_lost_is_not_sent_again(standin: StandIn, session: Session) -> None:
    standin.fault("POST", r"homebrew-tap\.git/git-receive-pack", accept=True, drop=True)
    outcome = update(session, "homebrew", release_of(standin))
    assert (outcome.state, outcome.attempts) == (State.SERVED, 1)


def test_push_whose_answer_is_lost_before_the_network_is_may_have_arrived(standin: StandIn, session: Session) -> None:
    standin.fault("POST", r"homebrew-tap\.git/git-receive-pack", times=None, accept=True, drop=True)
    standin.fault("GET", r"homebrew-tap\.git/info/refs", skip=2, times=None, status=500)
    outcome = update(session, "homebrew", release_of(standin))
    assert outcome.state is State.UNCONFIRMED
    assert "may have been pushed" in (outcome.reason or "")


def test_push_that_cannot_be_read_back_is_unconfirmed(standin: StandIn, session: Session) -> None:
    standin.fault("GET", r"homebrew-tap\.git/info/refs", skip=2, times=None, status=500)
    outcome = update(session, "homebrew", release_of(standin))
    assert outcome.state is State.UNCONFIRMED
    assert str(standin.repository("homebrew").resolve("main"))[:12] in (outcome.reason or "")


def test_protected_branch_gets_one_pull_request(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    repository.protect("main")
    first = update(session, "homebrew", release_of(standin))
    again = update(session, "homebrew", release_of(standin))
    assert first.state is State.PENDING
    assert first.run_url == again.run_url
    assert first.run_url is not None
    assert first.run_url in (first.next or "")
    pulls = [item for item in standin.world.issues[repository.name] if "head" in item]
    assert [(p["title"], p["head"]["ref"]) for p in pulls] == [("chore: bump kekkai to v0.0.2", "bump-kekkai-0.0.2")]
    assert b"v0.0.2" in (repository.read(FORMULA, "bump-kekkai-0.0.2") or b"")
    assert b"v0.0.1" in (repository.read(FORMULA) or b"")


def test_branch_of_that_name_with_something_else_is_left_alone(standin: StandIn, session: Session) -> None:
    repository = standin.repository("homebrew")
    repository.protect("main")
    subprocess.run(["git", "branch", "bump-kekkai-0.0.2", "main"], cwd=repository.path, check=True)
    outcome = update(session, "homebrew", release_of(standin))
    assert outcome.state is State.PENDING
    pulls = [item for item in standin.world.issues[repository.name] if "head" in item]
    assert [pull["head"]["ref"] for pull in pulls] == ["bump-kekkai-0.0.2-2"]
    assert repository.resolve("bump-kekkai-0.0.2") == repository.resolve("main")


def test_pull_request_that_is_not_permitted_names_the_variable(standin: StandIn, session: Session) -> None:
    standin.repository("homebrew").protect("main")
    standin.token("TAP_REPO_TOKEN").denied.add("pull_requests:write")
    with pytest.raises(ReleaseError) as refused:
        update(session, "homebrew", release_of(standin))
    assert "TAP_REPO_TOKEN" in refused.value.fix


def test_token_without_permission(standin: StandIn, session: Session) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("contents:write")
    with pytest.raises(Refused) as refused:
        update(session, "homebrew", release_of(standin))
    assert "TAP_REPO_TOKEN" in refused.value.fix


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script is no git on Windows")
def test_killed_before_the_push_leaves_nothing_half_done(standin: StandIn, tmp_path: Path) -> None:
    """A ``git`` that kills the process that called it, at the moment of the push."""
    before = heads(standin)
    path = wrapped(tmp_path / "bin", 'if [ "$1" = push ]; then kill -9 "$PPID"; exit 1; fi')
    project = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "invoke", "update.homebrew", "--version", "0.0.2"]
    killed = subprocess.run(
        command, cwd=project, env={**os.environ, **standin.environment, "PATH": path}, capture_output=True, check=False
    )
    assert killed.returncode == -9
    assert heads(standin) == before
    assert update(session_at(standin), "homebrew", release_of(standin)).state is State.SERVED


@pytest.fixture
def checkout(standin: StandIn, tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    subprocess.run(["git", "clone", "--quiet", str(standin.repository("choco").path), str(folder)], check=True)
    return folder


NUSPEC, SCRIPT = "kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1"


def test_checkout_is_edited_without_token_and_push(standin: StandIn, checkout: Path) -> None:
    session = session_at(standin, without=("CHOCO_REPO_TOKEN",))
    (checkout / SCRIPT).chmod(0o600)
    mode = (checkout / SCRIPT).stat().st_mode  # Windows has no such permissions
    outcome = update(session, "choco", release_of(standin), path=checkout)
    expected = channel_files("choco", standin.release("0.0.2").made)
    assert outcome.state is State.SENT
    assert "not pushed" in (outcome.reason or "")
    assert {path: (checkout / path).read_bytes() for path in expected} == expected
    assert (checkout / SCRIPT).stat().st_mode == mode
    assert not list(checkout.rglob(".*-*"))
    again = update(session, "choco", release_of(standin), path=checkout)
    assert again.state is State.SKIPPED
    assert b"0.0.1" in (standin.repository("choco").read(NUSPEC) or b"")


def test_checkout_of_a_tap_keeps_the_outgoing_formula(standin: StandIn, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "tap"
    subprocess.run(["git", "clone", "--quiet", str(standin.repository("homebrew").path), str(folder)], check=True)
    update(session, "homebrew", release_of(standin), path=folder)
    kept = folder / "Formula/kekkai@0.0.1.rb"
    assert b"KekkaiAT001" in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == (0o666 if sys.platform == "win32" else 0o644)


def test_dry_run_on_a_checkout_writes_nothing(standin: StandIn, session: Session, checkout: Path) -> None:
    before = (checkout / NUSPEC).read_bytes()
    outcome = update(session, "choco", release_of(standin), path=checkout, dry_run=True)
    assert outcome.state is State.PLANNED
    assert "+    <version>0.0.2</version>\n" in (outcome.diff or "")
    assert (checkout / NUSPEC).read_bytes() == before


@pytest.mark.parametrize(
    ("bend", "kind", "word"),
    [
        pytest.param("missing", EditRefused, "has no file", id="missing"),
        pytest.param("link out", EditRefused, "symbolic link", id="link to a file outside"),
        pytest.param("folder out", EditRefused, "leads out", id="folder that is elsewhere"),
        pytest.param("no folder", InputError, "is no folder", id="no folder"),
        pytest.param("directory", EditRefused, "is no file", id="folder in the place of a file"),
        pytest.param("pipe", EditRefused, "is no file", id="pipe that nobody writes to"),
        pytest.param("large", EditRefused, "bytes", id="larger than any"),
    ],
)
def test_checkout_that_is_refused(
    standin: StandIn, session: Session, checkout: Path, tmp_path: Path, bend: str, kind: type[ReleaseError], word: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    script, path = checkout / SCRIPT, checkout
    if bend == "folder out":
        script.parent.rename(outside / "tools")
        script.parent.symlink_to(outside / "tools")
    elif bend == "no folder":
        path = outside / "nowhere"
    else:
        script.rename(outside / "script")
    if bend == "link out":
        script.symlink_to(outside / "script")
    if bend == "directory" or (bend == "pipe" and sys.platform == "win32"):
        script.mkdir()
    elif bend == "pipe":
        os.mkfifo(script)
    if bend == "large":
        script.write_bytes(b"#" * (1 << 20) + b"#")
    before = (checkout / NUSPEC).read_bytes()
    with pytest.raises(kind, match=word):
        update(session, "choco", release_of(standin), path=path)
    assert (checkout / NUSPEC).read_bytes() == before
