"""What a channel serves: judged from records, and read from the stand-in's repositories, registry and feed."""

from typing import Any

import pytest

from release.channels.choco.feed import Review
from release.channels.choco.gallery import ABSENT, judge_review
from release.channels.docker.kind import Docker
from release.channels.docker.settings import DockerChannel
from release.channels.reading import newest_stable, read_and_judge
from release.channels.verdict import Expected, Verdict, judge, same_version
from release.records import Artifact, Download, Release, Served, State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.session import Session
from release.settings import Channel
from tests.support.sessions import session_at

GOOD, BAD = "a" * 64, "b" * 64
IMAGE, OTHER = f"sha256:{GOOD}", f"sha256:{BAD}"

JUDGED = [
    pytest.param(Served("1.2.3", GOOD), State.SERVED, False, id="version and checksum"),
    pytest.param(Served("1.2.3", BAD), State.MISMATCH, False, id="another checksum"),
    pytest.param(Served("1.2.3"), State.UNKNOWN, False, id="no checksum to compare"),
    pytest.param(Served(None), State.UNKNOWN, False, id="no version"),
    pytest.param(Served("1.2.2", BAD), State.BEHIND, False, id="older"),
    pytest.param(Served("1.10.0", BAD), State.BEHIND, True, id="newer, by number"),
    pytest.param(Served("1.2.3-rc.1", GOOD), State.BEHIND, False, id="its pre-release"),
    pytest.param(Served("nightly", GOOD), State.BEHIND, False, id="no version of ours"),
]


@pytest.mark.parametrize(("served", "state", "newer"), JUDGED)
def test_version_and_checksum(served: Served, state: State, newer: bool) -> None:  # noqa: FBT001 - a row of the table
    seen = judge(served, Expected("1.2.3", GOOD.upper(), newest=None))
    assert (seen.state, seen.newer, seen.served) == (state, newer, served)
    assert (seen.reason is None) == (state is State.SERVED)


def test_a_mismatch_names_both_checksums() -> None:
    reason = judge(Served("1.2.3", BAD), Expected("1.2.3", GOOD, newest=None)).reason or ""
    assert reason.startswith("SHA256 mismatch")
    assert GOOD in reason
    assert BAD in reason


def test_without_an_expected_checksum_the_version_is_enough() -> None:
    assert judge(Served("1.2.3", BAD), Expected("1.2.3", None, newest=None)).state is State.SERVED


FILES = {
    f"https://e.org/1.2.3/{name}.tar.gz": digit * 64 for digit, name in (("a", "mac"), ("b", "linux"), ("c", "win"))
}
MAC, LINUX, WINDOWS = FILES
CHECKOUT = "https://e.org/kekkai.git"


def pairs(changed: dict[str, str | None] | None = None, version: str | None = None) -> Served:
    """Three downloads of the release, the artifact's last, some with another checksum or of another version."""
    held = {**FILES, **(changed or {})}
    named = {LINUX: version, CHECKOUT: version}
    downloads = tuple(Download(url, sha256, named.get(url)) for url, sha256 in held.items())
    return Served("1.2.3", FILES[MAC], MAC, downloads=downloads)


PAIRS = [
    pytest.param(pairs(), FILES, State.SERVED, "", id="the artifact is not the first"),
    pytest.param(pairs({WINDOWS: "0" * 64}), FILES, State.MISMATCH, WINDOWS, id="the last is nothing but zeros"),
    pytest.param(pairs({LINUX: "0" * 64}), FILES, State.MISMATCH, LINUX, id="one in the middle"),
    pytest.param(pairs({LINUX: FILES[MAC]}), FILES, State.MISMATCH, LINUX, id="another file's"),
    pytest.param(pairs(version="1.2.2"), FILES, State.MISMATCH, "of version 1.2.2", id="one of the version before"),
    pytest.param(pairs({LINUX: None}), FILES, State.UNKNOWN, LINUX, id="one without a checksum"),
    pytest.param(
        pairs({LINUX: None}, "1.2.3"), FILES, State.UNKNOWN, LINUX, id="one of the version without a checksum"
    ),
    pytest.param(pairs({CHECKOUT: None}, "1.2.3"), FILES, State.SERVED, "", id="a checkout of the version"),
    pytest.param(pairs({CHECKOUT: None}), FILES, State.UNKNOWN, CHECKOUT, id="a checkout of no known version"),
    pytest.param(pairs({CHECKOUT: "d" * 64}, "1.2.3"), FILES, State.UNKNOWN, CHECKOUT, id="a file called so"),
    pytest.param(pairs(), {MAC: FILES[MAC]}, State.UNKNOWN, LINUX, id="one that nobody could hash"),
    pytest.param(
        pairs({WINDOWS: "0" * 64}), {WINDOWS: "c" * 64}, State.MISMATCH, WINDOWS, id="wrong counts before unknown"
    ),
]


@pytest.mark.parametrize(("served", "checksums", "state", "said"), PAIRS)
def test_every_download_is_judged(served: Served, checksums: dict[str, str], state: State, said: str) -> None:
    seen = judge(served, Expected("1.2.3", FILES[WINDOWS], checksums=checksums))
    assert seen.state is state
    assert said in (seen.reason or "")
    assert seen.served is not None
    assert [one.expected for one in seen.served.downloads] == [checksums.get(one.url) for one in served.downloads]


SAME = [
    pytest.param("1.0.0", "1.0.0", True, id="equal"),
    pytest.param("1.0.0", "1.0", True, id="a number left out"),
    pytest.param("1.0.0-rc.1", "1.0.0-rc1", True, id="a dot left out"),
    pytest.param("1.0.0-rc.1", "1.0.0-rc.2", False, id="another pre-release"),
    pytest.param("1.0.0+a", "1.0.0+b", False, id="another build"),
    pytest.param("1.0.0", "nightly", False, id="no version"),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_the_same_version(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a row of the table
    assert same_version(one, other) is same


def held(review: str | None, version: str = "1.2.3", note: str = "Submitted", unread: str | None = None) -> Verdict:
    """What a package's repository holds, with the feed's word on it."""
    served = Served(version, GOOD, note=f"community feed: {note}", review=review, unread=unread)
    return judge(served, Expected("1.2.3", GOOD))


REVIEWS = [
    pytest.param(held(Review.APPROVED), State.SERVED, None, id="approved"),
    pytest.param(held(Review.PENDING), State.PENDING, "in moderation (Submitted)", id="moderation"),
    pytest.param(held(Review.REJECTED), State.BEHIND, "rejected", id="rejected"),
    pytest.param(held(Review.UNLISTED), State.BEHIND, "unlisted", id="unlisted"),
    pytest.param(held(ABSENT), State.BEHIND, "the community feed does not (yet)", id="not there"),
    pytest.param(held(None), State.SERVED, None, id="no feed is configured"),
    pytest.param(held(None, unread="no answer"), State.UNKNOWN, "no answer", id="the feed cannot be read"),
    pytest.param(held(Review.APPROVED, "1.2.2"), State.BEHIND, "serves 1.2.2", id="the repository is behind"),
    pytest.param(held(ABSENT, "1.2.2"), State.BEHIND, "serves 1.2.2", id="both are behind"),
]


@pytest.mark.parametrize(("verdict", "state", "said"), REVIEWS)
def test_repository_and_feed_together(verdict: Verdict, state: State, said: str | None) -> None:
    judged = judge_review(verdict)
    assert judged.state is state
    assert (said is None and judged.reason is None) or (said or "") in (judged.reason or "")
    assert judged.served is not None
    assert judged.refused is (state is State.BEHIND and judged.served.review == Review.REJECTED)


def image(digest: str | None, latest: str | None, unread: str | None = None) -> Served:
    """An image as it was read."""
    same = None if unread else digest == latest
    return Served("1.2.3" if digest else None, latest=same, digest=digest, note="`latest` is another", unread=unread)


IMAGES = [
    pytest.param(image(IMAGE, IMAGE), True, State.SERVED, id="latest is it"),
    pytest.param(image(IMAGE, OTHER), True, State.BEHIND, id="latest is another"),
    pytest.param(image(IMAGE, None), True, State.BEHIND, id="no latest"),
    pytest.param(image(IMAGE, OTHER), False, State.SERVED, id="latest is for a newer one"),
    pytest.param(image(None, OTHER), True, State.BEHIND, id="no tag"),
    pytest.param(image(IMAGE, OTHER), None, State.UNKNOWN, id="not known whether it should be"),
    pytest.param(image(IMAGE, IMAGE), None, State.SERVED, id="it is, so it does not matter"),
    pytest.param(image(IMAGE, None, "x"), True, State.UNKNOWN, id="latest was not read"),
    pytest.param(image(IMAGE, None, "x"), False, State.SERVED, id="latest does not matter"),
]


@pytest.mark.parametrize(("served", "newest", "state"), IMAGES)
def test_an_image(served: Served, newest: bool | None, state: State) -> None:  # noqa: FBT001 - a row of the table
    channel = DockerChannel("docker", "docker", "acme/x", "TOKEN", workflow="x.yml", image="acme/x")
    verdict = Docker().judge(channel, served, Expected("1.2.3", None, newest))
    assert verdict.state is state
    assert (verdict.served is None) == (served.digest is None)


def read_served(
    session: Session, channel: Channel, version: str, sha256: str | None, *, newest_stable: bool | None,
    timeout: float | None = 5.0,
) -> Verdict:  # fmt: skip
    """The channel held against a release whose artifact has this checksum."""
    artifact = Artifact(channel.artifact or "", "https://example.org/file", sha256)
    release = Release(version, f"v{version}", "-" in version, {artifact.name: artifact})
    return read_and_judge(session, channel, release, newest=newest_stable, timeout=timeout)


def read(standin: StandIn, channel: str, version: str = "0.0.2", **more: Any) -> Verdict:  # noqa: ANN401 - handed on
    session = session_at(standin)
    made = standin.release("0.0.2").made
    sha256 = made.source_sha256 if channel == "homebrew" else None if channel == "docker" else made.wheel_sha256
    more = {"newest_stable": True, **more}
    return read_served(session, session.settings.channels[channel], version, sha256, **more)


@pytest.mark.parametrize("channel", ["homebrew", "scoop", "choco", "docker"])
def test_every_channel_before_and_after(standin: StandIn, channel: str) -> None:
    before = read(standin, channel)
    assert (before.state, before.newer) == (State.BEHIND, False)
    standin.serve(channel, "0.0.2")
    seen = read(standin, channel)
    assert (seen.state, seen.reason) == (State.SERVED, None)
    assert seen.served is not None
    assert seen.served.version == "0.0.2"
    older = read(standin, channel, "0.0.1", newest_stable=False)
    assert older.newer is (channel != "docker")


def test_a_pre_release_as_each_channel_writes_it(standin: StandIn) -> None:
    made = standin.publish("1.0.0-rc.1", prerelease=True).made
    session = session_at(standin)
    for name, channel in session.settings.channels.items():
        standin.serve(name, "1.0.0-rc.1")
        sha256 = made.source_sha256 if name == "homebrew" else None if name == "docker" else made.wheel_sha256
        seen = read_served(session, channel, "1.0.0-rc.1", sha256, newest_stable=False)
        assert (name, seen.state, seen.reason) == (name, State.SERVED, None)


def test_a_public_repository_is_read_without_a_token(standin: StandIn) -> None:
    session = session_at(standin, without=("TAP_REPO_TOKEN",))
    channel = session.settings.channels["homebrew"]
    assert read_served(session, channel, "0.0.1", None, newest_stable=None).state is State.SERVED
    assert all("authorization" not in request.headers for request in standin.requests)


def test_a_channel_without_a_source(standin: StandIn) -> None:
    extra = {
        "kind": "dispatch",
        "target": "acme/winget",
        "event_type": "x",
        "artifact": "wheel",
        "token": "TAP_REPO_TOKEN",
    }
    session = session_at(standin, {"winget": extra})
    seen = read_served(session, session.settings.channels["winget"], "0.0.2", GOOD, newest_stable=None)
    assert (seen.state, standin.requests) == (State.UNKNOWN, [])
    assert "no source" in (seen.reason or "")


def file_of(path: str, body: bytes | str) -> Fault:
    return Fault("GET", f"/contents/{path}", None, status=200, body=body)


def contents(status: int) -> Fault:
    return Fault("GET", "/contents/", None, status=status, json={"message": "no"})


def heads(status: int, tag: str = "") -> Fault:
    return Fault("HEAD", f"/manifests/{tag}", None, origin="registry", status=status)


def feed(status: int) -> Fault:
    return Fault("GET", "/Packages", None, origin="feed", status=status, body="<html>")


UNREADABLE = [
    pytest.param("homebrew", file_of("Formula", b'class Kekkai < Formula\n  url "https'), "", id="half a formula"),
    pytest.param("homebrew", file_of("Formula", b"\xff\xfe\x00binary"), "", id="bytes for a formula"),
    pytest.param("homebrew", file_of("Formula", b""), "", id="empty formula"),
    pytest.param("scoop", file_of("bucket", "<html>no</html>"), "", id="manifest that is not JSON"),
    pytest.param("scoop", file_of("bucket", "[" * 100_000), "", id="manifest that is nested"),
    pytest.param("scoop", file_of("bucket", '{"version": 1}'), "", id="manifest of another shape"),
    pytest.param("choco", file_of("kekkai/kekkai.nuspec", "<package/>"), "", id="nuspec of another shape"),
    pytest.param("homebrew", contents(404), "is not in kademoslabs/homebrew-tap", id="404"),
    pytest.param("homebrew", contents(401), "Unauthorized", id="401"),
    pytest.param("scoop", contents(500), "500", id="500"),
    pytest.param("scoop", Fault("GET", "/contents/", None, drop=True), "broke the connection", id="connection lost"),
    pytest.param("docker", heads(500), "500", id="registry at fault"),
    pytest.param("docker", heads(429), "", id="registry limits"),
    pytest.param("docker", heads(500, "latest"), "latest", id="only latest cannot be read"),
    pytest.param("choco", feed(406), "406", id="feed 406"),
    pytest.param("choco", feed(410), "410", id="feed 410"),
    pytest.param("choco", feed(429), "429", id="feed 429"),
    pytest.param("choco", feed(200), "not XML", id="feed in HTML"),
]  # fmt: skip


@pytest.mark.parametrize("timeout", [5.0, None], ids=["before a dispatch", "status"])
@pytest.mark.parametrize(("channel", "fault", "said"), UNREADABLE)
def test_what_cannot_be_read_is_unknown_with_the_reason(
    standin: StandIn, channel: str, fault: Fault, said: str, timeout: float | None
) -> None:
    standin.serve(channel, "0.0.2")
    standin.faults.add(fault)
    seen = read(standin, channel, timeout=timeout)
    assert seen.state is State.UNKNOWN
    assert seen.reason
    assert said in seen.reason
    assert "\n" not in seen.reason


def test_a_repository_behind_says_so_whatever_the_feed_answers(standin: StandIn) -> None:
    standin.faults.add(feed(429))
    assert read(standin, "choco").state is State.BEHIND


@pytest.mark.parametrize("there", [True, False], ids=["the fix is in the feed", "only the version is"])
def test_the_feed_is_asked_for_the_package_that_the_repository_has(standin: StandIn, there: bool) -> None:  # noqa: FBT001 - a row of the table
    standin.serve("choco", "0.0.2")
    nuspec = standin.repository("choco").read("kekkai/kekkai.nuspec") or b""
    fixed = nuspec.replace(b"<version>0.0.2<", b"<version>0.0.2.20260101<")
    standin.repository("choco").commit("Fix the package", {"kekkai/kekkai.nuspec": fixed}, 1)
    if there:
        standin.feed.push("kekkai", "0.0.2.20260101", "Approved")
    seen = read(standin, "choco")
    assert seen.state is (State.SERVED if there else State.BEHIND)
    assert seen.served is not None
    assert (seen.served.note or "").startswith("as package version 0.0.2.20260101; ")


def test_a_channel_that_cannot_express_the_version(standin: StandIn) -> None:
    seen = read(standin, "docker", "1.0.0+build.1")
    assert seen.state is State.UNKNOWN
    assert "1.0.0+build.1" in (seen.reason or "")


@pytest.mark.parametrize("channel", ["homebrew", "choco", "docker"])
def test_a_slow_source_holds_nobody_up(standin: StandIn, channel: str) -> None:
    standin.faults.add(Fault("*", "/contents/|/manifests/|/Packages", None, delay=600))
    seen = read(standin, channel, timeout=0.3)  # the transport's own limit is another one, and its message too
    assert (seen.state, "within 0.3 s" in (seen.reason or "")) == (State.UNKNOWN, True)


def test_tag_and_latest_cost_one_token(standin: StandIn) -> None:
    read(standin, "docker")
    assert [request.path for request in standin.requests].count("/token") == 1


@pytest.mark.parametrize(
    ("version", "prerelease", "newest"),
    [("0.0.1", False, False), ("0.0.2", False, True), ("1.0.0-rc.1", True, False)],
)
def test_the_newest_stable_release(standin: StandIn, version: str, prerelease: bool, newest: bool) -> None:  # noqa: FBT001 - a row of the table
    release = Release(version, f"v{version}", prerelease, {})
    assert newest_stable(session_at(standin), release) is newest
    standin.faults.add(Fault("GET", "/releases/latest", None, status=500))
    assert newest_stable(session_at(standin), release) is (False if prerelease else None)
