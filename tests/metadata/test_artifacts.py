"""What is being released, looked up at the stand-in over real sockets."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.errors import InputError, ReleaseError, ServiceError
from release.http.transport import Transport
from release.metadata.artifacts import Found, find, resolve, version_known
from release.metadata.assets import NotYet, choose_asset, stated_digest
from release.metadata.hashing import no_progress
from release.metadata.lookup import wait_for
from release.metadata.version import LATEST, Wanted
from release.rehearsal import StandIn
from release.rehearsal.records import Asset
from release.session import Session
from release.settings import ArtifactSpec, Project
from tests.support.sessions import session_at

BOTH = ("source", "wheel")
ARCHIVE = "/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
WHEEL, OLD = "kekkai-0.0.2-py3-none-any.whl", "kekkai-0.0.1-py3-none-any.whl"
HTML = b"<!DOCTYPE html><html><body>Unicorn!</body></html>"


def look(standin: StandIn, names: tuple[str, ...] = BOTH, version: str = "0.0.2") -> Found:
    return find(session_at(standin), version, names, no_progress)


def sha256(content: object) -> str:
    assert isinstance(content, bytes)
    return hashlib.sha256(content).hexdigest()


def downloads(standin: StandIn, method: str = "GET") -> list[str]:
    """The files that were asked for on the host that holds them."""
    return [request.path.rsplit("/", 1)[-1] for request in standin.requests if
            (request.origin, request.method) == ("codeload", method)]  # fmt: skip


def test_source_and_wheel_are_downloaded_and_hashed(standin: StandIn) -> None:
    found = look(standin)
    real = standin.release("0.0.2")
    assert found.problems == ()
    assert (found.release.version, found.release.tag, found.release.prerelease) == ("0.0.2", "v0.0.2", False)
    source, wheel = found.release.artifacts["source"], found.release.artifacts["wheel"]
    assert (source.url, source.sha256) == (standin.server_url + ARCHIVE, sha256(real.tarball))
    assert wheel.sha256 == sha256(real.assets[0].content)
    assert wheel.size == len(real.assets[0].content)  # type: ignore[arg-type]  # bytes, unless a test bends it
    assert sorted(downloads(standin)) == [WHEEL, "v0.0.2.tar.gz"]
    assert [(asset.name, asset.sha256) for asset in found.release.assets] == [(WHEEL, wheel.sha256)]


def test_bytes_that_are_not_what_github_states_are_refused_with_both_checksums(standin: StandIn) -> None:
    asset = standin.release("0.0.2").assets[0]
    real, asset.digest = sha256(asset.content), f"sha256:{'0' * 64}"
    (problem,) = look(standin).problems
    assert problem.wrong.startswith("SHA256 mismatch: ")
    assert real in problem.wrong
    assert "0" * 64 in problem.wrong


ODD_RELEASES = {
    "a draft": ({"draft": True}, "a draft"),
    "another version": ({"tag_name": "v0.0.1"}, "the release of another tag: 'v0.0.1'"),
    "another letter case": ({"tag_name": "V0.0.2"}, "the release of another tag: 'V0.0.2'"),
    "no tag": ({"tag_name": None}, "the release of another tag: 'None'"),
}


@pytest.mark.parametrize(("bent", "said"), ODD_RELEASES.values(), ids=ODD_RELEASES.keys())
def test_a_release_that_is_not_the_published_one_of_this_tag_is_refused(
    standin: StandIn, bent: dict[str, Any], said: str
) -> None:
    record = {"tag_name": "v0.0.2", "draft": False, "prerelease": False, "assets": [], **bent}
    standin.fault("GET", "/releases/tags/v0.0.2", None, status=200, json=record)
    found = look(standin, ("source",))
    assert [said in problem.wrong for problem in found.problems] == [True]
    assert not found.release.published


def test_a_token_goes_to_the_api_and_nowhere_else(standin: StandIn) -> None:
    standin.release("0.0.2").assets[0].digest = None
    look(standin)
    with_token = {(r.origin, r.path.startswith("/api/v3/")) for r in standin.requests if "authorization" in r.headers}
    assert with_token == {("github", True)}
    assert sorted(downloads(standin)) == [WHEEL, "v0.0.2.tar.gz"]


@pytest.mark.parametrize("digest", [None, "", "sha512:" + "0" * 128, "sha256:abc", 7],
                         ids=["none", "empty", "of another kind", "too short", "a number"])  # fmt: skip
def test_a_wheel_without_a_usable_digest_is_downloaded_and_hashed(standin: StandIn, digest: Any) -> None:  # noqa: ANN401 - of any type
    asset = standin.release("0.0.2").assets[0]
    asset.digest = digest
    assert look(standin, ("wheel",)).release.artifacts["wheel"].sha256 == sha256(asset.content)
    assert downloads(standin) == [WHEEL]


def test_only_what_is_needed_is_looked_at(standin: StandIn) -> None:
    assert [*look(standin, ("wheel",)).release.artifacts] == ["wheel"]
    assert downloads(standin) == [WHEEL]
    assert not standin.sent("GET", "/archive/")


def test_nothing_but_the_release_is_asked_for_where_no_artifact_is_needed(standin: StandIn) -> None:
    assert look(standin, ()).release.published
    assert [request.path for request in standin.requests] == ["/api/v3/repos/kademoslabs/kekkai/releases/tags/v0.0.2"]


def test_a_candidates_wheel_has_pythons_form_of_its_version(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin(version="1.0.0-rc.1")
    found = look(standin, version="1.0.0-rc.1")
    assert found.problems == ()
    assert found.release.prerelease
    assert found.release.artifacts["wheel"].file_name == "kekkai-1.0.0rc1-py3-none-any.whl"


def test_what_github_calls_a_prerelease_is_one(standin: StandIn) -> None:
    standin.release("0.0.2").prerelease = True
    assert look(standin).release.prerelease


def second(name: str) -> Callable[[list[Asset]], None]:
    return lambda assets: assets.append(Asset(name, b"PK", "sha256:" + "0" * 64))


def rename(name: str) -> Callable[[list[Asset]], None]:
    return lambda assets: setattr(assets[0], "name", name)


def new(assets: list[Asset]) -> None:
    assets[0].state = "new"


ASSETS: dict[str, tuple[Callable[[list[Asset]], None], str, bool]] = {
    "none at all": (list.clear, "no asset matches kekkai*-[0-9]*-py3-none-any.whl; found: none", True),
    "another name": (rename("kekkai.zip"), "no asset matches kekkai*-[0-9]*-py3-none-any.whl; found: kekkai.zip", True),
    "two": (second(OLD), f"; found: {OLD}, {WHEEL}", False),
    "another version": (rename(OLD), "is of version 0.0.1, the release is 0.0.2", False),
    "no wheel's name": (rename("kekkai-0.0.2-a-b-c-py3-none-any.whl"), "is no wheel's name", False),
    "a longer version": (rename("kekkai-0.0.2.1-py3-none-any.whl"), "is of version 0.0.2.1, the release", False),
    "not uploaded": (new, f"{WHEEL} is not uploaded yet", True),
}  # fmt: skip


@pytest.mark.parametrize(("bend", "text", "missing"), ASSETS.values(), ids=ASSETS.keys())
def test_assets_that_do_not_fit_are_listed(
    standin: StandIn, bend: Callable[[list[Asset]], None], text: str, missing: bool  # noqa: FBT001 - a column
) -> None:  # fmt: skip
    bend(standin.release("0.0.2").assets)
    found = look(standin)
    (problem,) = found.problems
    assert text in problem.wrong
    assert problem.wrong.startswith("Artifact wheel: ")
    assert found.missing is missing
    assert [*found.release.artifacts] == ["source"]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "HTML with status 200": ({"origin": "codeload", "body": HTML}, "serves an HTML page in place of the file"),
    "nothing with status 200": ({"origin": "codeload", "body": b""}, "serves nothing in place of the file"),
    "JSON with status 200": ({"origin": "codeload", "json": {"message": "x"}}, "serves something else in place"),
    "cut": ({"origin": "codeload", "cut": 20}, "broke the connection before its answer was complete"),
    "dropped": ({"origin": "codeload", "drop": True}, "broke the connection"),
    "gone on the other host": ({"origin": "codeload", "status": 404}, "status 404"),
    "refused": ({"origin": "github", "status": 403}, "status 403"),
    "server's fault": ({"origin": "codeload", "status": 502}, "status 502"),
    "redirect without an end": (
        {"origin": "github", "status": 302, "headers": {"Location": ARCHIVE}}, "not accessible"),
    "redirect to plain http": (
        {"origin": "github", "status": 302, "headers": {"Location": "http://example.org/x"}}, "plain http"),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_tarball_that_users_could_not_download_has_no_checksum(
    standin: StandIn, fault: dict[str, Any], reason: str
) -> None:
    standin.fault("GET", r"v0\.0\.2\.tar\.gz$", times=None, **fault)
    found = look(standin)
    (problem,) = found.problems
    assert problem.wrong.startswith(f"Tarball not accessible: {standin.server_url}{ARCHIVE}: ")
    assert reason in problem.wrong
    assert problem.fix == f"Check: curl -sIL {standin.server_url}{ARCHIVE}"
    assert [*found.release.artifacts] == ["wheel"]


@pytest.mark.parametrize("how", [{"cut": 20}, {"drop": True}, {"status": 503}], ids=["cut", "dropped", "busy"])
def test_a_download_that_fails_once_is_begun_again(standin: StandIn, how: dict[str, Any]) -> None:
    standin.fault("GET", r"\.tar\.gz$", origin="codeload", **how)
    assert look(standin, ("source",)).release.artifacts["source"].sha256 == sha256(standin.release("0.0.2").tarball)
    assert downloads(standin) == ["v0.0.2.tar.gz"] * 2


WHEEL_FAULTS: dict[str, tuple[str | None, dict[str, Any], str]] = {
    "shorter than stated": ("stated", {"body": b"PK"}, "it serves 2 bytes, GitHub states"),
    "HTML": ("stated", {"body": HTML, "headers": {"Content-Type": "text/html; charset=utf-8"}}, "an HTML page"),
    "gone": ("stated", {"status": 404}, "status 404"),
    "downloaded, shorter": (None, {"body": b"PK"}, "it serves 2 bytes, GitHub states"),
    "downloaded, HTML": (None, {"body": HTML}, "serves an HTML page in place of the file"),
    "downloaded, cut": (None, {"cut": 5}, "broke the connection"),
    "downloaded, gone": (None, {"status": 410}, "status 410"),
}


@pytest.mark.parametrize(("digest", "fault", "reason"), WHEEL_FAULTS.values(), ids=WHEEL_FAULTS.keys())
def test_a_wheel_that_users_could_not_download_is_a_problem(
    standin: StandIn, digest: str | None, fault: dict[str, Any], reason: str
) -> None:
    if digest is None:
        standin.release("0.0.2").assets[0].digest = None
    standin.fault("*", r"\.whl$", times=None, origin="codeload", **fault)
    (problem,) = look(standin, ("wheel",)).problems
    assert problem.wrong.startswith("Wheel not accessible: ")
    assert reason in problem.wrong


API: dict[str, tuple[dict[str, Any], str]] = {
    "HTML": ({"status": 200, "body": HTML}, "something that is not JSON"),
    "a list": ({"status": 200, "json": []}, "JSON of another shape"),
    "cut JSON": ({"status": 200, "body": b'{"tag_name": "v0.'}, "something that is not JSON"),
    "bad token": ({"status": 401, "json": {"message": "Bad"}}, "Unauthorized: GitHub refused the token in GITHUB_TOK"),
    "busy": ({"status": 503, "body": b"x"}, "GitHub answered 503"),
    "no answer": ({"drop": True}, "broke the connection"),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "reason"), API.values(), ids=API.keys())
def test_an_api_that_gives_no_release_is_a_problem_and_not_an_unpublished_version(
    standin: StandIn, fault: dict[str, Any], reason: str
) -> None:
    standin.fault("GET", "/releases/tags/", times=None, **fault)
    found = look(standin)
    assert reason in found.problems[0].wrong
    assert not found.missing
    assert "wheel" not in found.release.artifacts


SHAPES: dict[str, tuple[object, str]] = {
    "assets are null": (None, "no asset matches"),
    "assets are a table": ({"a": 1}, "no asset matches"),
    "assets of no table": ([1, "x", None, {}], "no asset matches"),
    "no address": ([{"name": WHEEL, "state": "uploaded"}], "GitHub states no usable address"),
    "address by plain http": ([{"name": WHEEL, "browser_download_url": "http://x.org/x.whl"}], "no usable address"),
    "address of a file": ([{"name": WHEEL, "browser_download_url": "file:///etc/passwd"}], "no usable address"),
}  # fmt: skip


@pytest.mark.parametrize(("assets", "reason"), SHAPES.values(), ids=SHAPES.keys())
def test_assets_of_another_shape_are_a_problem(standin: StandIn, assets: object, reason: str) -> None:
    standin.fault("GET", "/releases/tags/", status=200, json={"tag_name": "v0.0.2", "assets": assets})
    (problem,) = look(standin).problems
    assert reason in problem.wrong


def test_an_unpublished_version_lacks_its_release_and_its_tarball(standin: StandIn) -> None:
    found = look(standin, version="9.9.9")
    assert [type(problem) for problem in found.problems] == [NotYet, NotYet]
    assert found.problems[0].wrong.startswith("Release v9.9.9 not found")
    assert found.problems[1].wrong.endswith("v9.9.9.tar.gz: status 404")
    assert found.missing
    assert not found.release.published


def test_a_draft_is_not_published(standin: StandIn) -> None:
    standin.release("0.0.2").draft = True
    assert not look(standin).release.published


def latest(session: Session) -> str:
    return version_known(session, resolve(session, Wanted(LATEST, "--version")))


def test_latest_is_the_newest_stable_release_and_is_not_looked_up_twice(standin: StandIn) -> None:
    standin.publish("0.1.0-rc.1", prerelease=True)
    session = session_at(standin)
    known = resolve(session, Wanted(LATEST, "--version"))
    found = find(session, known, BOTH, no_progress)
    assert (found.release.version, found.problems) == ("0.0.2", ())
    assert [r.path.rpartition("/releases/")[2] for r in standin.sent("GET", "/api/v3/")] == ["latest"]


NO_LATEST: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"status": 404, "json": {"message": "Not Found"}}, "has no published stable release"),
    "tag of another form": ({"status": 200, "json": {"tag_name": "nightly"}}, "Invalid version format"),
    "no tag": ({"status": 200, "json": {}}, "Invalid version format"),
    "busy": ({"status": 503}, "cannot be told: GitHub answered 503"),
    "HTML": ({"status": 200, "body": HTML}, "cannot be told: "),
}


@pytest.mark.parametrize(("fault", "reason"), NO_LATEST.values(), ids=NO_LATEST.keys())
def test_a_latest_that_cannot_be_told_is_refused(standin: StandIn, fault: dict[str, Any], reason: str) -> None:
    standin.fault("GET", "/releases/latest$", times=None, **fault)
    with pytest.raises(InputError, match=reason) as refused:
        latest(session_at(standin))
    assert refused.value.exit_code == 2


def waiting(standin: StandIn, appear: list[Callable[[], object]], minutes: float = 5) -> tuple[Found, list[float]]:
    """Wait for the artifacts; at each pause the next thing becomes public. The pauses cost no time."""
    session, slept = session_at(standin), list[float]()

    def pause(seconds: float) -> None:
        slept.append(seconds)
        if appear:
            appear.pop(0)()

    settings = session.settings
    transport = Transport(settings.http, settings.retry, sleep=pause, clock=lambda: sum(slept))
    session = replace(session, transport=transport)

    def again(before: Found | None) -> Found:
        return find(session, "0.0.3", BOTH, no_progress, before.release.artifacts if before else None)

    return wait_for(session, again(None), again, minutes * 60), slept


def test_waiting_picks_up_release_tarball_and_wheel_as_they_become_public(standin: StandIn) -> None:
    made: list[Any] = []

    def release() -> None:
        made.append(standin.publish("0.0.3"))
        made.append(made[0].tarball)
        made.append(made[0].assets.copy())
        made[0].tarball, made[0].assets[:] = None, []

    steps = [release, lambda: setattr(made[0], "tarball", made[1]), lambda: made[0].assets.extend(made[2])]
    found, slept = waiting(standin, steps)
    assert found.problems == ()
    assert tuple(found.release.artifacts) == BOTH
    assert found.reached == {*BOTH}
    assert slept == [1.0, 1.5, 2.25]
    assert downloads(standin) == ["v0.0.3.tar.gz", "kekkai-0.0.3-py3-none-any.whl"]


def test_waiting_ends_when_the_time_is_up_and_names_what_is_missing(standin: StandIn) -> None:
    found, slept = waiting(standin, [], minutes=1)
    assert found.problems[0].wrong.startswith("Release v0.0.3 not found")
    assert sum(slept) == 60
    assert max(slept) <= 15


def test_what_no_waiting_can_mend_is_not_waited_for(standin: StandIn) -> None:
    release = standin.publish("0.0.3")
    release.assets.append(Asset(OLD, b"PK", None))
    release.tarball = None
    found, slept = waiting(standin, [])
    assert [problem.wrong.split(":")[0] for problem in found.problems] == ["Tarball not accessible", "Artifact wheel"]
    assert slept == []


DIGESTS = {
    "stated": ("sha256:" + "Ab" * 32, "ab" * 32),
    "null": (None, None),
    "another algorithm": ("sha512:" + "ab" * 64, None),
    "too short": ("sha256:abcd", None),
    "of a type": (12, None),
}


@pytest.mark.parametrize(("digest", "hexadecimal"), DIGESTS.values(), ids=DIGESTS.keys())
def test_a_digest_is_taken_only_as_sha256(digest: object, hexadecimal: str | None) -> None:
    assert stated_digest({"digest": digest}) == hexadecimal


PATTERNS = {
    "product and version": ("{name}_{version}_win.zip", "kekkai_1.0.0-rc.1_win.zip"),
    "Python's version": ("{name}-{python_version}-py3-none-any.whl", "kekkai-1.0.0rc1-py3-none-any.whl"),
    "tag": ("{name}-{tag}.zip", "kekkai-v1.0.0-rc.1.zip"),
    "the default, old name": ("kekkai*-[0-9]*-py3-none-any.whl", "kekkai-1.0.0rc1-py3-none-any.whl"),
    "the default, new name": ("kekkai*-[0-9]*-py3-none-any.whl", "kekkai_cli-1.0.0rc1-py3-none-any.whl"),
}


@pytest.mark.parametrize(("pattern", "name"), PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_may_name_what_is_known(pattern: str, name: str) -> None:
    others = [{"name": other} for other in ("kekkai.txt", "checksums.txt")]
    asset = {"name": name, "browser_download_url": f"https://github.com/{name}", "size": True}
    project = Project("kekkai", "kademoslabs/kekkai")
    chosen = choose_asset(ArtifactSpec("zip", asset=pattern), [*others, asset], "1.0.0-rc.1", project)
    assert (chosen.file_name, chosen.size, chosen.sha256) == (name, None, None)


def test_every_error_is_ours(standin: StandIn, tmp_path: Path) -> None:
    standin.release("0.0.2").tarball = tmp_path / "missing.tar.gz"
    problems = look(standin).problems
    assert all(isinstance(problem, ReleaseError | ServiceError) for problem in problems)
    assert "Tarball not accessible" in problems[0].wrong
