"""An image is read as users get it: without a login, unless the channel says that it is private."""

import pytest

from release.channels.docker.login import open_registry
from release.channels.docker.settings import DockerChannel
from release.channels.reading import read_and_judge
from release.channels.verdict import Verdict
from release.errors import ServiceError
from release.records import Release, State
from release.rehearsal import StandIn
from tests.support.sessions import session_at

IMAGE = "kademoslabs/kekkai"
LOGIN = ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")


def read(standin: StandIn, *, private: bool, login: bool = True) -> Verdict:
    standin.serve("docker", "0.0.2")
    session = session_at(standin, {"docker": {"private": private}}, without=() if login else LOGIN)
    release = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={})
    return read_and_judge(session, session.settings.channels["docker"], release, newest=True)


def test_a_public_image_is_read_as_nobody(standin: StandIn) -> None:
    assert read(standin, private=False).state is State.SERVED
    asked = [request for request in standin.requests if request.path == "/token"]
    assert asked
    assert not any("authorization" in request.headers for request in asked)


def test_an_image_that_only_a_login_sees_cannot_be_pulled(standin: StandIn) -> None:
    standin.registry.private.add(IMAGE)
    verdict = read(standin, private=False)
    assert (verdict.state, verdict.refused) == (State.FAILED, True)
    assert (verdict.reason or "").startswith("the package is private, users cannot pull it")


def test_a_fault_of_the_registry_does_not_make_an_image_private(standin: StandIn) -> None:
    """Who logs in a moment later would see it."""
    broken = standin.fault("HEAD", r"/manifests/0\.0\.2$", origin="registry", status=503)
    verdict = read(standin, private=False)
    assert (verdict.state, "503" in (verdict.reason or "")) == (State.UNKNOWN, True)
    assert broken.hits == 1


@pytest.mark.parametrize(("login", "state"), [(True, State.SERVED), (False, State.UNKNOWN)], ids=["login", "none"])
def test_one_that_is_meant_to_be_private_is_read_with_the_login(
    standin: StandIn, login: bool, state: State  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    standin.registry.private.add(IMAGE)
    assert read(standin, private=True, login=login).state is state


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refusal_names_the_channels_own_variables(status: int, standin: StandIn) -> None:
    keys = {"username": "GHCR_USER", "password": "GHCR_TOKEN", "private": True}
    session = session_at(standin, {"docker": keys}, more={"GHCR_USER": "a", "GHCR_TOKEN": "made-up-ghcr-token"})
    standin.fault("*", "/v2/|/token$", None, origin="registry", status=status)
    channel = session.settings.channels["docker"]
    assert isinstance(channel, DockerChannel)
    with pytest.raises(ServiceError) as refused:
        open_registry(session, channel, attempts=1).manifest(IMAGE, "latest")
    assert "GHCR_USER and GHCR_TOKEN" in refused.value.fix
    assert "DOCKERHUB" not in str(refused.value)
