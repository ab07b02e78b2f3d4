"""Tags and digests: against a real registry with images that skopeo pushed, and against answers that are none."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from release.errors import ServiceError
from release.http.transport import Transport
from release.registry.client import MEDIA_TYPES, Registry
from release.registry.login import parse_challenge
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.settings import Http, Retry
from tests.support.registries import (
    INDEX,
    MANIFEST,
    PASSWORD,
    TOKEN_AUTH,
    USER,
    Tokens,
    make_layout,
    push,
    real_registry,
    token_service,
)

IMAGE = "kademoslabs/kekkai"
SECRET = "made-up-hub-password"


def transport() -> Transport:
    return Transport(Http(timeout=5), Retry(attempts=2, max_wait=0.01, max_told=1))


@pytest.fixture
def images(tmp_path: Path, need: Callable[..., None]) -> dict[str, Path]:
    """Version -> layout: 0.0.1 for two architectures, 0.0.2 for one."""
    need("docker-registry", "skopeo", "openssl")
    return {
        "0.0.1": make_layout(tmp_path / "two", ["amd64", "arm64"], "old"),
        "0.0.2": make_layout(tmp_path / "one", ["amd64"], "new"),
    }


@pytest.fixture
def real(tmp_path: Path, images: dict[str, Path]) -> Iterator[str]:
    """A registry that asks nobody; ``latest`` is 0.0.2."""
    with real_registry(tmp_path) as url:
        for version, layout in images.items():
            push(layout, f"{url.removeprefix('http://')}/{IMAGE}:{version}", login=False)
        push(images["0.0.2"], f"{url.removeprefix('http://')}/{IMAGE}:latest", login=False)
        yield url


@pytest.fixture
def tokens(tmp_path: Path, images: dict[str, Path]) -> Iterator[Tokens]:
    assert images
    folder = tmp_path / "tokens"
    folder.mkdir()
    with token_service(folder) as service:
        yield service


@pytest.fixture
def guarded(tmp_path: Path, images: dict[str, Path], tokens: Tokens) -> Iterator[str]:
    """A registry that wants a token for everything."""
    with real_registry(tmp_path, TOKEN_AUTH.format(realm=tokens.realm, certificate=tokens.certificate)) as url:
        for version, layout in images.items():
            push(layout, f"{url.removeprefix('http://')}/{IMAGE}:{version}", login=True)
        tokens.asked.clear()
        yield url


@pytest.mark.services
def test_digests_and_manifests_of_both_shapes(real: str) -> None:
    registry = Registry(transport(), real)
    assert registry.head(IMAGE, "0.0.3") is None
    assert registry.head(IMAGE, "latest") == registry.head(IMAGE, "0.0.2") != registry.head(IMAGE, "0.0.1")
    kinds = {}
    for version in ("0.0.1", "0.0.2"):
        found = registry.manifest(IMAGE, version)
        assert registry.head(IMAGE, version) == found.digest
        assert registry.manifest(IMAGE, found.digest) == found
        kinds[version] = found.media_type
    assert kinds == {"0.0.1": INDEX, "0.0.2": MANIFEST}


@pytest.mark.services
@pytest.mark.parametrize("again", [1, 2], ids=["once", "twice"])
def test_latest_is_moved_byte_for_byte(real: str, again: int) -> None:
    registry = Registry(transport(), real)
    before = registry.manifest(IMAGE, "0.0.1")
    for _ in range(again):
        assert registry.retag(IMAGE, "0.0.1", "latest") == before.digest
    assert registry.manifest(IMAGE, "latest") == before
    assert registry.head(IMAGE, "0.0.2") is not None


@pytest.mark.services
def test_a_token_is_asked_for_once_and_only_as_much_as_is_needed(guarded: str, tokens: Tokens) -> None:
    registry = Registry(transport(), guarded)
    assert registry.head(IMAGE, "0.0.1")
    assert registry.head(IMAGE, "0.0.9") is None
    assert tokens.asked == [(f"repository:{IMAGE}:pull", False)]


@pytest.mark.services
def test_moving_a_tag_needs_a_login(guarded: str, tokens: Tokens) -> None:
    with pytest.raises(ServiceError, match="Unauthorized") as caught:
        Registry(transport(), guarded).retag(IMAGE, "0.0.1", "latest")
    assert caught.value.status == 401
    assert "no login is set" in caught.value.fix
    registry = Registry(transport(), guarded, USER, PASSWORD)
    assert registry.retag(IMAGE, "0.0.1", "latest") == registry.head(IMAGE, "0.0.1")
    wanted = [sorted(scope.rpartition(":")[2].split(",")) for scope, named in tokens.asked if named]
    assert wanted == [["pull"], ["pull", "push"]]


@pytest.mark.services
def test_a_wrong_login_is_named_and_its_password_is_not(guarded: str) -> None:
    with pytest.raises(ServiceError, match="Unauthorized") as caught:
        Registry(transport(), guarded, USER, SECRET).head(IMAGE, "0.0.1")
    assert "DOCKERHUB_TOKEN" in caught.value.fix
    assert SECRET not in str(caught.value)


@pytest.mark.services
def test_an_image_that_is_not_there_is_no_manifest(real: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Registry(transport(), real).retag("kademoslabs/none", "0.0.1", "latest")
    assert caught.value.status == 404


CHALLENGES = [
    pytest.param('Bearer realm="https://a/t",service="r",scope="repository:x:pull,push"',
                 ("bearer", {"realm": "https://a/t", "service": "r", "scope": "repository:x:pull,push"}), id="bearer"),
    pytest.param('bearer  realm=https://a/t , service="a b"',
                 ("bearer", {"realm": "https://a/t", "service": "a b"}), id="bare"),
    pytest.param('Basic realm="x", Bearer realm="https://a/t"', ("bearer", {"realm": "https://a/t"}), id="both"),
    pytest.param('Basic realm="say \\"x\\""', ("basic", {"realm": 'say "x"'}), id="basic, escaped"),
    pytest.param("Negotiate", ("", {}), id="another scheme"),
    pytest.param("", ("", {}), id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "expected"), CHALLENGES)
def test_challenges(header: str, expected: tuple[str, dict[str, str]]) -> None:
    assert parse_challenge(header) == expected


def test_all_four_types_are_accepted(standin: StandIn) -> None:
    assert Registry(transport(), standin.registry_url).head(IMAGE, "0.0.1")
    (first, *_) = [r for r in standin.requests if r.method == "HEAD"]
    assert first.headers["accept"].split(", ") == list(MEDIA_TYPES)


def fault(**more: object) -> Fault:
    return Fault("*", "/manifests/", None, origin="registry", **more)  # type: ignore[arg-type]  # rows of the table


def page(body: str, kind: str = "text/html", status: int = 200) -> Fault:
    return fault(status=status, body=body, headers={"Content-Type": kind})


def challenge(text: str) -> Fault:
    return fault(status=401, headers={"Www-Authenticate": text})


NOT_HTTPS = "names a login that is not https"
NOT_READ = [
    pytest.param(page("<html>Welcome</html>"), "text/html, which is no manifest", None, id="a proxy's page"),
    pytest.param(page("{}", "application/json"), "which is no manifest", None, id="JSON of another kind"),
    pytest.param(page("{}", MANIFEST + "x"), "which is no manifest", None, id="a type nobody asked for"),
    pytest.param(fault(status=503), "answered 503", 503, id="a fault of the server"),
    pytest.param(fault(status=403), "answered 403", 403, id="denied"),
    pytest.param(fault(status=429, body="slow down"), "Rate limit", None, id="told to wait too long"),
    pytest.param(fault(drop=True), "broke the connection", None, id="connection lost"),
    pytest.param(challenge('Bearer realm="http://10.0.0.1/token"'), NOT_HTTPS, None, id="login without https"),
    pytest.param(challenge('Bearer realm="https://u:p@example.org/"'), NOT_HTTPS, None, id="login with a password"),
    pytest.param(challenge("Bearer"), NOT_HTTPS, None, id="login nowhere"),
    pytest.param(challenge("Negotiate"), "Unauthorized", 401, id="another scheme"),
]  # fmt: skip


@pytest.mark.parametrize(("bent", "said", "status"), NOT_READ)
def test_what_cannot_be_read_is_never_absent(standin: StandIn, bent: Fault, said: str, status: int | None) -> None:
    standin.faults.add(bent)
    with pytest.raises(ServiceError) as caught:
        Registry(transport(), standin.registry_url, "made-up-user", SECRET).head(IMAGE, "0.0.1")
    assert said in caught.value.wrong
    assert caught.value.status == status
    assert SECRET not in str(caught.value)


def test_a_login_goes_to_the_realm_and_nowhere_else(standin: StandIn) -> None:
    name, password = standin.environment["DOCKERHUB_USERNAME"], standin.environment["DOCKERHUB_TOKEN"]
    assert Registry(transport(), standin.registry_url, name, password).head(IMAGE, "0.0.1")
    basic = [r.path for r in standin.requests if r.headers.get("authorization", "").startswith("Basic ")]
    assert basic == ["/token"]


def test_a_token_that_the_registry_forgot_is_asked_for_again(standin: StandIn) -> None:
    registry = Registry(transport(), standin.registry_url)
    assert registry.head(IMAGE, "0.0.1")
    standin.registry._tokens.clear()  # noqa: SLF001 - as a registry that was started anew
    assert registry.head(IMAGE, "0.0.1")
    assert [r.path for r in standin.requests].count("/token") == 2


def test_bytes_that_are_not_what_the_digest_says_are_refused(standin: StandIn) -> None:
    standin.faults.add(Fault("GET", "/manifests/", None, origin="registry", corrupt=True))
    with pytest.raises(ServiceError, match="other bytes than it says"):
        Registry(transport(), standin.registry_url).retag(IMAGE, "0.0.1", "0.0.0")


def test_an_immutable_tag_is_passed_on_with_what_to_do(standin: StandIn) -> None:
    standin.registry.immutable.add("latest")
    name, password = standin.environment["DOCKERHUB_USERNAME"], standin.environment["DOCKERHUB_TOKEN"]
    with pytest.raises(ServiceError, match="immutable") as caught:
        Registry(transport(), standin.registry_url, name, password).retag(IMAGE, "0.0.0", "latest")
    assert "settings" in caught.value.fix


def test_a_move_that_did_not_happen_is_found_out(standin: StandIn) -> None:
    standin.faults.add(Fault("PUT", "/manifests/", None, origin="registry", status=201, body=""))
    name, password = standin.environment["DOCKERHUB_USERNAME"], standin.environment["DOCKERHUB_TOKEN"]
    with pytest.raises(ServiceError, match=r"has sha256:.* there now"):
        Registry(transport(), standin.registry_url, name, password).retag(IMAGE, "0.0.0", "latest")


def test_a_put_whose_answer_was_lost_is_sent_again(standin: StandIn) -> None:
    standin.faults.add(Fault("PUT", "/manifests/", 1, origin="registry", accept=True, drop=True))
    name, password = standin.environment["DOCKERHUB_USERNAME"], standin.environment["DOCKERHUB_TOKEN"]
    registry = Registry(transport(), standin.registry_url, name, password)
    assert registry.retag(IMAGE, "0.0.0", "latest") == standin.registry.digest(IMAGE, "0.0.0")


BODY = json.dumps({"schemaVersion": 2})


def without_digest(said: str) -> Fault:
    """A registry that says something else in the place of a manifest's digest."""
    return fault(
        status=200, body=BODY, headers={"Content-Type": f"{MANIFEST}; charset=utf-8", "Docker-Content-Digest": said}
    )


@pytest.mark.parametrize("said", ["", "sha256:", f"sha512:{'a' * 128}"], ids=["nothing", "half of it", "another kind"])
def test_a_registry_without_digests_in_its_headers(standin: StandIn, said: str) -> None:
    standin.faults.add(without_digest(said))
    digest = f"sha256:{hashlib.sha256(BODY.encode()).hexdigest()}"
    registry = Registry(transport(), standin.registry_url)
    assert registry.head(IMAGE, "0.0.1") == registry.manifest(IMAGE, "0.0.1").digest == digest
    assert registry.manifest(IMAGE, digest) == (BODY.encode(), MANIFEST, digest)
    with pytest.raises(ServiceError, match="other bytes than it says"):
        registry.manifest(IMAGE, f"sha256:{'0' * 64}")
