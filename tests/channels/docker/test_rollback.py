"""``latest`` of an image goes back: on the stand-in's registry, and on a real one with images that skopeo pushed."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rollback.rollback import rollback
from release.session import Session
from release.settings import Environment
from tests.support.registries import make_layout, push, real_registry
from tests.support.sessions import session_at

BAD, GOOD, IMAGE = "0.0.2", "0.0.1", "kademoslabs/kekkai"


def roll(session: Session, bad: str = BAD, good: str | None = GOOD, *others: str) -> Outcome:
    channels = [session.settings.channels[name] for name in ("docker", *others)]
    return rollback(session, channels, bad, good)[0]


@pytest.fixture
def session(standin: StandIn) -> Session:
    standin.serve("docker", BAD)
    return session_at(standin)


@pytest.mark.parametrize(
    ("bad", "good", "word"),
    [
        pytest.param(BAD, "0.0.0-beta", "no tag 0.0.0-beta", id="good has no tag"),
        pytest.param("0.0.9", GOOD, "never served 0.0.9", id="bad has no tag"),
        pytest.param("0.0.1", "0.0.0", "neither 0.0.1 nor 0.0.0", id="latest is a third one"),
        pytest.param("0.0.2", "0.0.1+build", "cannot express", id="good is no tag"),
    ],
)
def test_what_is_refused(standin: StandIn, session: Session, bad: str, good: str, word: str) -> None:
    before = dict(standin.registry.images[IMAGE])
    outcome = roll(session, bad, good)
    assert outcome.state is State.FAILED
    assert word in (outcome.reason or "")
    assert outcome.next
    assert standin.registry.images[IMAGE] == before
    assert not standin.sent("PUT")


def test_no_layer_is_asked_for(standin: StandIn, session: Session) -> None:
    assert roll(session).state is State.SERVED
    assert not standin.sent("GET", "/blobs/")
    assert [r.path for r in standin.sent("PUT") if r.status == 201] == [f"/v2/{IMAGE}/manifests/latest"]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        pytest.param("immutable", "immutable", id="immutable tag"),
        pytest.param("login", "DOCKERHUB_TOKEN", id="wrong login"),
        pytest.param("broken", "503", id="5xx in the middle"),
    ],
)
def test_registry_that_does_not_do_it(standin: StandIn, session: Session, fault: str, word: str) -> None:
    if fault == "immutable":
        standin.registry.immutable.add("latest")
    elif fault == "login":
        variables = {**session.environment.variables, "DOCKERHUB_TOKEN": "made-up-wrong-token"}
        session = replace(session, environment=Environment(variables))
    else:
        standin.fault("PUT", "/manifests/latest", times=None, status=503)
    outcome = roll(session)
    assert outcome.state is State.FAILED
    assert word in f"{outcome.reason} {outcome.next}"
    assert standin.registry.digest(IMAGE, "latest") == standin.registry.digest(IMAGE, BAD)


def test_5xx_that_passes_is_tried_again(standin: StandIn, session: Session) -> None:
    standin.fault("PUT", "/manifests/latest", status=503)
    assert roll(session).state is State.SERVED


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_image_goes_where_the_others_go(standin: StandIn, session: Session) -> None:
    for name in ("homebrew", "scoop"):
        standin.serve(name, BAD)
    outcome = roll(session, BAD, None, "homebrew", "scoop")
    assert (outcome.state, outcome.version) == (State.SERVED, GOOD)


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_others_that_disagree_need_a_name(standin: StandIn, session: Session) -> None:
    standin.serve("scoop", "0.0.0")
    for name in ("homebrew", "scoop"):
        standin.serve(name, BAD)
    outcome = roll(session, BAD, None, "homebrew", "scoop")
    assert outcome.state is State.FAILED
    assert "different versions (0.0.1, 0.0.0)" in (outcome.reason or "")
    assert "--to" in (outcome.next or "")
    assert standin.registry.digest(IMAGE, "latest") == standin.registry.digest(IMAGE, BAD)


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_others_that_tell_nothing_need_a_name(standin: StandIn, session: Session) -> None:
    standin.repository("homebrew").commit("gone", {"Formula/kekkai.rb": None}, 1)
    outcome = roll(session, BAD, None, "homebrew")
    assert outcome.state is State.FAILED
    assert "--to" in (outcome.next or "")


@pytest.fixture
def real(tmp_path: Path, need: Callable[..., None], platforms: list[str]) -> Iterator[str]:
    """A real registry; ``latest`` is 0.0.2; GOOD has ``platforms``."""
    need("docker-registry", "skopeo")
    with real_registry(tmp_path) as url:
        host = url.removeprefix("http://")
        push(make_layout(tmp_path / "good", platforms, "good"), f"{host}/{IMAGE}:{GOOD}", login=False)
        bad = make_layout(tmp_path / "bad", ["amd64", "arm64"], "bad")
        for tag in (BAD, "latest"):
            push(bad, f"{host}/{IMAGE}:{tag}", login=False)
        yield url


def raw(url: str, tag: str) -> bytes:
    host = url.removeprefix("http://")
    command = ["skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{host}/{IMAGE}:{tag}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.services
@pytest.mark.parametrize("platforms", [["amd64"], ["amd64", "arm64"]], ids=["single", "two architectures"])
def test_real_registry_gives_the_same_bytes_again(standin: StandIn, real: str) -> None:
    session = session_at(standin, {"docker": {"registry": real}})
    good, bad = raw(real, GOOD), raw(real, BAD)
    assert raw(real, "latest") == bad
    outcome = roll(session)
    assert outcome.state is State.SERVED
    assert (raw(real, "latest"), raw(real, GOOD), raw(real, BAD)) == (good, good, bad)
    assert outcome.serves is not None
    accept = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
    told = requests.head(f"{real}/v2/{IMAGE}/manifests/latest", headers={"Accept": accept}, timeout=5)
    assert outcome.serves.digest == told.headers["Docker-Content-Digest"]
    assert roll(session).state is State.SKIPPED
