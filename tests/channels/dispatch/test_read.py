"""A channel of unknown format: what stands at the place that its ``serves:`` names."""

from collections.abc import Mapping
from typing import Any

import pytest

from release.channels.dispatch.read import judge_text
from release.channels.dispatch.settings import Serves
from release.channels.reading import read_and_judge
from release.channels.verdict import Expected, Verdict
from release.records import Artifact, Release, Served, State
from release.rehearsal import StandIn
from tests.support.sessions import session_at

SHA, OTHER = "ab" * 32, "cd" * 32
TEXTS = {
    "standing alone": ("version = 1.2.3\n", ["{version}"], State.SERVED),
    "at the ends of the file": ("1.2.3", ["{version}"], State.SERVED),
    "in quotes": ('pkgver="1.2.3"', ['pkgver="{version}"'], State.SERVED),
    "part of a longer number": ("11.2.3", ["{version}"], State.BEHIND),
    "of a version with more parts": ("1.2.3.4", ["{version}"], State.BEHIND),
    "of a pre-release": ("1.2.3-rc.1", ["{version}"], State.BEHIND),
    "with build metadata": ("1.2.3+x", ["{version}"], State.BEHIND),
    "behind a letter": ("v1.2.3", ["{version}"], State.BEHIND),
    "behind a letter that is named": ("v1.2.3", ["v{version}"], State.SERVED),
    "a dot is no wildcard": ("1x2x3", ["{version}"], State.BEHIND),
    "checksum in upper case": (f"1.2.3 {SHA.upper()}", ["{version}", "{sha256}"], State.SERVED),
    "another checksum": (f"1.2.3 {OTHER}", ["{version}", "{sha256}"], State.BEHIND),
    "one of two texts": ("1.2.3", ["{version}", "stable"], State.BEHIND),
    "no file": (None, ["{version}"], State.BEHIND),
}


@pytest.mark.parametrize(("text", "contains", "state"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_counts_only_where_it_stands_alone(text: str | None, contains: list[str], state: State) -> None:
    serves = Serves(tuple(contains), file="PKGBUILD")
    verdict = judge_text(serves, Served(None, text=text), Expected("1.2.3", SHA))
    assert verdict.state is state
    assert (verdict.reason is None) == (state is State.SERVED)


def test_a_checksum_that_is_not_known_is_not_served() -> None:
    serves = Serves(("{sha256}",), file="x")
    assert judge_text(serves, Served(None, text=OTHER), Expected("1.2.3")).state is State.UNKNOWN


def read(standin: StandIn, serves: Mapping[str, Any], version: str = "0.0.2") -> Verdict:
    told = {"kind": "dispatch", "target": "acme/aur", "event_type": "x", "artifact": "wheel", "token": "TAP_REPO_TOKEN"}
    session = session_at(standin, {"aur": {**told, "serves": serves}})
    release = Release(version, f"v{version}", prerelease=False, artifacts={"wheel": Artifact("wheel", "x", SHA)})
    return read_and_judge(session, session.settings.channels["aur"], release, newest=None)


PLACES = {
    "the target's file": ({"file": "PKGBUILD", "contains": "pkgver={version}"}, State.SERVED, None),
    "another repository's": (
        {"repository": "acme/other", "file": "list", "contains": ["{sha256}"]}, State.SERVED, None,
    ),
    "a file by version": ({"file": "v/{version}.txt", "contains": "here {version}"}, State.SERVED, None),
    "a file that is not there": ({"file": "nothing", "contains": "{version}"}, State.BEHIND, "there is no nothing yet"),
    "a repository that is not there": (
        {"repository": "acme/gone", "file": "x", "contains": "{version}"}, State.UNKNOWN, "404",
    ),
    "a page": ({"url": "{server}/acme/other/page", "contains": "{version}"}, State.UNKNOWN, "404"),
    "a page by version": ({"url": "{server}/acme/{version}", "contains": "{version}"}, State.BEHIND, "there is no"),
}  # fmt: skip


@pytest.mark.parametrize(("serves", "state", "said"), PLACES.values(), ids=PLACES.keys())
def test_where_it_is_read(standin: StandIn, serves: dict[str, Any], state: State, said: str | None) -> None:
    standin.add_repository("acme/aur", {"PKGBUILD": b"pkgver=0.0.2\n", "v/0.0.2.txt": b"here 0.0.2"}, "TAP_REPO_TOKEN")
    standin.add_repository("acme/other", {"list": SHA.upper().encode()})
    if "url" in serves:
        serves = {**serves, "url": serves["url"].replace("{server}", standin.server_url)}
    verdict = read(standin, serves)
    assert verdict.state is state
    assert (said or "") in (verdict.reason or "")
    assert "acme/other/page" not in str(verdict.served)


@pytest.mark.parametrize(
    ("repository", "variable"),
    [("acme/aur", "TAP_REPO_TOKEN"), ("acme/other", "GITHUB_TOKEN")],
    ids=["target", "other"],
)
def test_a_channels_token_goes_to_its_target_only(standin: StandIn, repository: str, variable: str) -> None:
    standin.add_repository(repository, {"list": b"0.0.2"}, variable)
    assert read(standin, {"repository": repository, "file": "list", "contains": "{version}"}).state is State.SERVED
    sent = [request.headers.get("authorization") for request in standin.sent("GET", f"/{repository}/contents/")]
    assert sent == [f"Bearer {standin.token(variable).value}"]


def test_an_answer_that_cannot_be_had_is_unknown(standin: StandIn) -> None:
    standin.add_repository("acme/aur", {"PKGBUILD": b"pkgver=0.0.2\n"}, "TAP_REPO_TOKEN")
    standin.fault("GET", "/contents/PKGBUILD", None, status=500)
    assert read(standin, {"file": "PKGBUILD", "contains": "{version}"}).state is State.UNKNOWN
