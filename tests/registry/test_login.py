"""The login goes to the realm that the registry itself names first, in the clear on this machine only."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from release.errors import ServiceError
from release.http.transport import Answer, Transport
from release.registry.client import Registry, said_by
from release.registry.login import Login, parse_challenge
from release.rehearsal.servers.http import Answer as Reply
from release.rehearsal.servers.http import Request, json_answer
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry

IMAGE = "kademoslabs/kekkai"
USER, SECRET = "made-up-user", "made-up-hub-password"
BASIC = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
Serve = Callable[[Request], Reply]


@contextmanager
def serving(serve: Serve) -> Iterator[Origin]:
    origin = Origin("here", serve)
    try:
        yield origin
    finally:
        origin.close()


def registry(url: str) -> Registry:
    return Registry(Transport(Http(timeout=20), Retry(attempts=1, max_wait=0)), url, USER, SECRET)


def challenge(realm: str) -> Reply:
    return Reply(401, b"", {"Www-Authenticate": f'Bearer realm="{realm}",service="x"'})


def test_a_challenge_after_a_redirect_to_another_host_gets_nothing() -> None:
    seen: list[str | None] = []

    def elsewhere(request: Request) -> Reply:
        seen.append(request.headers.get("authorization"))
        return json_answer({"token": "t"}) if request.path == "/token" else challenge(f"{other.url}/token")

    with serving(elsewhere) as other:
        moved = Reply(307, b"", {"Location": f"{other.url}/v2/x"})
        with serving(lambda _request: moved) as own, pytest.raises(ServiceError, match="Unauthorized"):
            registry(own.url).head(IMAGE, "latest")
    assert seen == [None]


def test_a_basic_challenge_after_a_redirect_gets_nothing_either() -> None:
    seen: list[str | None] = []

    def elsewhere(request: Request) -> Reply:
        seen.append(request.headers.get("authorization"))
        return Reply(401, b"", {"Www-Authenticate": "Basic realm=x"})

    with serving(elsewhere) as other:
        moved = Reply(302, b"", {"Location": f"{other.url}/v2/x"})
        with serving(lambda _request: moved) as own, pytest.raises(ServiceError, match=r"^Unauthorized"):
            registry(own.url).head(IMAGE, "latest")
    assert seen == [None]


def test_a_second_login_elsewhere_is_refused() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        if request.path.startswith("/token"):
            asked.append(request.path)
            return json_answer({"token": f"t{len(asked)}"})
        if request.headers.get("authorization") == "Bearer t1" and "one" in request.path:
            return Reply(200, b"", {"Docker-Content-Digest": f"sha256:{'0' * 64}"})
        return challenge(f"{origin.url}/token{'' if 'one' in request.path else '-of-another'}")

    with serving(answer) as origin:
        one = registry(origin.url)
        assert one.head("a/one", "latest")
        with pytest.raises(ServiceError, match="another login than before") as caught:
            one.head("a/two", "latest")
    assert asked == ["/token"]
    assert SECRET not in str(caught.value)


REALMS = {
    "plain": ("https://registry.example.test", "http://auth.example.test/token", False),
    "this machine, for a registry elsewhere": ("https://registry.example.test", "http://127.0.0.1:9/token", False),
    "this machine in TLS": ("https://registry.example.test", "https://localhost/token", False),
    "this machine for itself": ("http://127.0.0.1:5000", "http://127.0.0.1:9/token", True),
    "another host": ("https://registry-1.docker.io", "https://auth.docker.io/token", True),
    "itself": ("https://ghcr.io", "https://ghcr.io/token", True),
    "a page": ("https://quay.io", "/v2/auth", False),
    "brackets": ("https://quay.io", "https://[/", False),
    "nothing": ("https://quay.io", "", False),
}


@pytest.mark.parametrize(("own", "realm", "taken"), REALMS.values(), ids=REALMS.keys())
def test_where_a_password_may_go(own: str, realm: str, taken: bool) -> None:  # noqa: FBT001 - a column
    sent: list[tuple[str, str | None]] = []

    def send(_method: str, url: str, authorization: str | None) -> Answer:
        sent.append((url, authorization))
        return Answer(200, {}, b'{"token": "t"}', url)

    refused = Answer(401, {"WWW-Authenticate": f'Bearer realm="{realm}"'}, b"", f"{own}/v2/x")
    login = Login(send, own, (USER, SECRET))
    if taken:
        assert login.answer((IMAGE, False), refused, None) == "Bearer t"
        assert sent == [(realm, BASIC)]
    else:
        with pytest.raises(ServiceError, match="not https"):
            login.answer((IMAGE, False), refused, None)
        assert sent == []


LONG = {
    "word": "Bearer " + "a" * 65_000, "words": "Bearer " + "a " * 32_000, "open": 'Bearer a="' * 6_000,
    "escapes": 'Bearer a="' + '\\"a=' * 16_000, "commas": ", " * 32_000, "spaces": "Bearer a" + " " * 65_000,
    "schemes": "Bearer, " * 8_000, "equals": "Bearer " + "a=" * 32_000,
}  # fmt: skip


@pytest.mark.parametrize("header", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("length", [8_192, 65_000])
def test_a_long_challenge_takes_no_time(header: str, length: int) -> None:
    start = time.process_time()
    parse_challenge(header[:length])
    assert time.process_time() - start < 5  # a few milliseconds; two minutes where it was quadratic


GRANTS = {
    "none": b"{}", "number": b'{"token": 1}', "list": b'{"token": ["t"]}', "line": b'{"token": "a\\nb"}',
    "empty": b'{"token": ""}', "huge": b'{"token": "' + b"a" * 20_000 + b'"}', "text": b'"token"', "html": b"<html>",
    "surrogate": b'{"token": "\\ud800\\u00e9"}', "null": b"null", "deep": b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("grant", GRANTS.values(), ids=GRANTS.keys())
def test_a_login_that_grants_nothing_usable_is_an_error_of_ours(grant: bytes) -> None:
    def answer(request: Request) -> Reply:
        return Reply(200, grant) if request.path == "/token" else challenge(f"{origin.url}/token")

    with (
        serving(answer) as origin,
        pytest.raises(ServiceError, match=r"is not JSON|of another shape|answered without a token"),
    ):
        registry(origin.url).head(IMAGE, "latest")


WORDS = {
    "shape": b'{"errors": {"code": 1}}', "numbers": b'{"errors": [1, 2]}', "null": b'{"errors": null}',
    "no list": b'{"errors": "x"}', "deep": b'{"errors": [{"code": [[[[]]]]}]}',
    "many": b'{"errors": [' + b"1," * 9_999 + b"1]}",
    "html": b"<html>", "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("body", WORDS.values(), ids=WORDS.keys())
def test_a_registrys_words_of_any_shape_are_a_short_text(body: bytes) -> None:
    assert 0 < len(said_by(Answer(500, {}, body, "https://x"))) <= 300
