"""An image is read as users get it: without a login, unless the channel says that it is private."""

import pytest

from release.channels.reading import read_and_judge
from release.channels.verdict import Verdict
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


@pytest.mark.parametrize(("login", "state"), [(True, State.SERVED), (False, State.UNKNOWN)], ids=["login", "none"])
def test_one_that_is_meant_to_be_private_is_read_with_the_login(
    standin: StandIn, login: bool, state: State  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    standin.registry.private.add(IMAGE)
    assert read(standin, private=True, login=login).state is state
