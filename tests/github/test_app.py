"""Tokens of a GitHub App, minted at the stand-in with real signatures."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import formatdate

import pytest

from release.dispatch.dispatch import Order, dispatch
from release.doctor.doctor import doctor
from release.errors import InputError, ReleaseError, ServiceError
from release.findings import Level
from release.github.app import SPARE, App
from release.github.client import GitHub
from release.github.signature import LASTS, sign
from release.http.redaction import make_redactor
from release.http.transport import Transport
from release.metadata.validation import check_tokens
from release.records import Artifact, Release, State
from release.rehearsal import StandIn
from release.rehearsal.github.apps import RegisteredApp
from release.repository.clone import require_token
from release.session import Session
from release.settings import AppCredentials, Environment, Http, Retry
from tests.conftest import MakeStandIn
from tests.support.apps import ID, TOKENS, make_key, register, variables
from tests.support.clock import SleptClock, clock_of
from tests.support.leaks import leaks
from tests.support.sessions import session_at

TAP = "kademoslabs/homebrew-tap"
PRODUCT = "kademoslabs/kekkai"
EVENT = {"contents": "write", "actions": "read"}


def app_at(standin: StandIn, *, ahead: float = 0.0, key: str | None = None, id: str = ID) -> App:  # noqa: A002 - the App's word
    """The App of a machine whose clock is ``ahead`` by so many seconds."""
    now = standin.world.clock.now
    transport = Transport(Http(), Retry(1, 0, 0, 1), clock=lambda: now() + ahead)
    return App(GitHub(transport, standin.api_url), AppCredentials(id, key or make_key()[0]), lambda _secret: None)


def session_of(standin: StandIn, **more: str) -> Session:
    return session_at(standin, without=TOKENS, more=variables(**more))


def release_at(standin: StandIn) -> Release:
    made = standin.release("0.0.2").made
    artifacts = {"source": Artifact("source", made.source_url, made.source_sha256),
                 "wheel": Artifact("wheel", made.wheel_url, made.wheel_sha256)}  # fmt: skip
    return Release("0.0.2", "v0.0.2", prerelease=False, artifacts=artifacts)


def test_a_token_is_for_one_repository_with_what_was_asked_and_minted_once(standin: StandIn) -> None:
    registered = register(standin)
    app = app_at(standin)
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _number: app.token(TAP, EVENT), range(8)))
    assert tokens == {minted.value for minted in registered.minted}
    (minted,) = registered.minted
    assert (minted.repository, dict(minted.permissions)) == (TAP, EVENT)
    assert minted.value.startswith(f"ghs_{ID}_")
    assert len(standin.requests) == 2
    assert standin.world.tokens[minted.value].repositories == {TAP}


def test_every_channel_is_told_with_a_token_of_its_own_target(standin: StandIn) -> None:
    registered = register(standin)
    session = session_of(standin)
    told = dispatch(session, release_at(standin), list(session.settings.channels.values()), None, Order())
    assert {one.state for one in told} == {State.SENT}
    assert {one.repository: dict(one.permissions) for one in registered.minted} == {
        **{f"kademoslabs/{name}": EVENT for name in ("homebrew-tap", "scoop-bucket", "chocolatey-packages")},
        PRODUCT: {"actions": "write"},
    }
    assert not any(one.value in request.path + request.raw_query + request.body.decode()
                   for one in registered.minted for request in standin.requests)  # fmt: skip


def test_channels_of_one_target_share_a_token(standin: StandIn) -> None:
    registered = register(standin)
    session = session_at(standin, {"scoop": {"target": TAP, "event_type": "other"}}, TOKENS, variables())
    tokens = {session.token(session.settings.channels[name]) for name in ("homebrew", "scoop")}
    assert tokens == {registered.minted[0].value}


def test_a_token_that_is_set_wins_and_nothing_is_minted(standin: StandIn) -> None:
    session = session_at(standin, more=variables())
    assert session.token(session.settings.channels["homebrew"]) == standin.token("TAP_REPO_TOKEN").value
    assert session.reading_token() == session.issues_token() == standin.token("GITHUB_TOKEN").value
    assert standin.requests == []


def test_one_target_without_the_app_costs_that_channel_only(standin: StandIn) -> None:
    del register(standin).installations[TAP]
    session = session_of(standin)
    told = dispatch(session, release_at(standin), list(session.settings.channels.values()), None, Order())
    assert {one.channel for one in told if one.state is State.SENT} == {"docker", "scoop", "choco"}
    (failed,) = [one for one in told if one.state is State.FAILED]
    assert "APP_ID" in str(failed.reason)
    assert TAP in str(failed.reason)


def _ungranted(app: RegisteredApp) -> None:
    del app.installations[TAP]["contents"]


BROKEN: dict[str, tuple[Callable[[RegisteredApp], object], int, str]] = {
    "not-installed": (lambda app: app.installations.pop(TAP), 404, "not installed"),
    "suspended": (lambda app: app.suspended.add(TAP), 403, "suspended"),
    "not-granted": (_ungranted, 422, "contents: write"),
    "another-apps-key": (lambda app: setattr(app, "public_key", make_key("another")[1]), 401, "Unauthorized"),
    "another-apps-id": (lambda app: setattr(app, "public_key", b""), 401, "Unauthorized"),
}


@pytest.mark.parametrize(("breaks", "status", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_refusal_names_variable_and_repository(
    breaks: Callable[[RegisteredApp], object], status: int, says: str, standin: StandIn
) -> None:
    registered = register(standin)
    breaks(registered)
    if not registered.public_key:
        standin.apps.known.clear()
    with pytest.raises(ServiceError, match=says) as refused:
        app_at(standin).token(TAP, EVENT)
    assert refused.value.status == status
    assert TAP in refused.value.wrong
    assert "APP_ID" in str(refused.value)


BAD = {
    "no-key": (ID, "made-up"), "public-key": (ID, make_key()[1].decode()), "no-id": ("", make_key()[0]),
    "cut-key": (ID, make_key()[0][:800]), "odd-id": ("47 11", make_key()[0]),
}  # fmt: skip


@pytest.mark.parametrize(("app", "key"), BAD.values(), ids=BAD.keys())
def test_what_can_be_no_key_or_id_is_refused_before_any_request(app: str, key: str, standin: StandIn) -> None:
    with pytest.raises(InputError, match="APP_") as refused:
        app_at(standin, id=app, key=key).token(TAP, EVENT)
    assert leaks(str(refused.value), [line for line in key.splitlines() if len(line) > 20]) == []
    (problem,) = check_tokens(
        Environment({"APP_ID": app, "APP_PRIVATE_KEY": key}), [session_at(standin).settings.channels["scoop"]]
    )
    assert problem.wrong == refused.value.wrong
    assert standin.requests == []


@pytest.mark.parametrize(("key", "more"), [({}, 0), ({"APP_PRIVATE_KEY": "made-up"}, 1)], ids=["good", "bad"])
def test_an_app_serves_what_is_not_set_and_hides_nothing_that_is(
    key: dict[str, str], more: int, standin: StandIn
) -> None:
    given, channels = {**variables(**key), "TAP_REPO_TOKEN": "two words"}, session_at(standin).settings.channels
    found = check_tokens(Environment(given), [channels["homebrew"], channels["scoop"]])
    assert [one.wrong.partition(" has ")[0] for one in found[more:]] == ["Malformed token: TAP_REPO_TOKEN"]
    assert all("APP_PRIVATE_KEY" in one.wrong for one in found[:more])


@pytest.mark.parametrize("form", ["lines", "backslashes"])
def test_both_forms_of_a_key_will_do(form: str, standin: StandIn) -> None:
    register(standin)
    key = make_key()[0].strip()
    session = session_of(standin, APP_PRIVATE_KEY=key if form == "lines" else key.replace("\n", "\\n"))
    assert require_token(session, session.settings.channels["homebrew"]).startswith("ghs_")
    assert check_tokens(session.environment, session.settings.channels.values()) == []


CLOCKS = {"right": (0.0, 2), "an-hour-ahead": (3600.0, 3), "an-hour-behind": (-3600.0, 3)}


@pytest.mark.parametrize(("ahead", "requests"), CLOCKS.values(), ids=CLOCKS.keys())
def test_a_clock_that_is_off_is_corrected_by_the_servers_once(ahead: float, requests: int, standin: StandIn) -> None:
    register(standin)
    assert app_at(standin, ahead=ahead).token(TAP, EVENT)
    assert len(standin.requests) == requests


def test_a_refusal_by_a_clock_that_is_right_is_final(standin: StandIn) -> None:
    standin.fault("GET", "/installation$", None, status=401, headers={"Date": formatdate(time.time(), usegmt=True)})
    with pytest.raises(ServiceError, match="Unauthorized"):
        app_at(standin).token(TAP, EVENT)
    assert len(standin.requests) == 1


def test_a_token_is_minted_anew_before_its_hour_is_over(make_standin: MakeStandIn) -> None:
    standin = make_standin(clock=SleptClock())
    registered = register(standin)
    session = session_of(standin)
    tap = session.settings.channels["homebrew"]
    first = session.token(tap)
    clock_of(standin).sleep(30 * 60)
    assert session.token(tap) == first
    clock_of(standin).sleep(15 * 60)
    second = session.token(tap)
    assert second == registered.minted[-1].value != first
    clock_of(standin).sleep(16 * 60)
    assert session.github.runs(TAP, session.token(tap)) == []
    assert first not in standin.world.tokens


def test_an_old_token_serves_while_no_new_one_is_to_be_had(make_standin: MakeStandIn) -> None:
    standin = make_standin(clock=SleptClock())
    register(standin)
    app = app_at(standin)
    first = app.token(TAP, EVENT)
    clock_of(standin).sleep(45 * 60)
    standin.fault("POST", "/access_tokens$", None, status=502)
    assert app.token(TAP, EVENT) == first


def test_what_is_sent_after_a_wait_has_the_token_of_then(make_standin: MakeStandIn) -> None:
    standin = make_standin(clock=SleptClock())
    registered, session = register(standin), session_of(standin)
    tap = session.settings.channels["homebrew"]
    session.token(tap)
    clock_of(standin).sleep(3600 - SPARE - 0.5)
    standin.fault("POST", f"{TAP}/dispatches$", status=429, headers={"Retry-After": "1"})
    [outcome] = dispatch(session, release_at(standin), [tap], None, Order())
    assert (outcome.state, outcome.attempts) == (State.SENT, 2)
    sent = [request.headers["authorization"] for request in standin.sent("POST", "/dispatches")]
    assert sent == [f"Bearer {minted.value}" for minted in registered.minted]


@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_that_is_no_token_shows_nothing_of_it(status: int, standin: StandIn) -> None:
    register(standin)
    broken = b'{"token": "ghs_4711_made-up'
    standin.fault("POST", "/access_tokens$", None, status=status, body=broken)
    with pytest.raises(ReleaseError, match="APP_ID") as refused:
        app_at(standin).token(TAP, EVENT)
    assert "made-up" not in str(refused.value)


def test_a_session_hides_a_token_from_the_moment_it_exists(standin: StandIn) -> None:
    register(standin)
    session = session_of(standin)
    token = session.token(session.settings.channels["homebrew"])
    assert token
    assert session.redact(f"a {token} b") == "a *** b"
    sent = [request.headers["authorization"].removeprefix("Bearer ") for request in standin.requests]
    assert {session.redact(each) for each in sent} == {"***"}
    assert leaks(session.redact("\n".join(make_key()[0].splitlines()[1:-1])), make_key()[0].splitlines()[1:-1]) == []
    assert make_key()[0].splitlines()[3] not in repr(session.environment) + repr(session.app)


def test_what_others_do_with_a_redactor_is_taught_too() -> None:
    redact = make_redactor([])
    said = redact
    redact.learn("made-up-1234567")
    assert said("x made-up-1234567") == "x ***"


def test_the_product_is_read_without_an_app_that_is_not_there(standin: StandIn) -> None:
    registered = register(standin)
    assert session_of(standin).reading_token() == registered.minted[-1].value
    assert dict(registered.minted[-1].permissions) == {"contents": "read"}
    assert session_of(standin).issues_token() == registered.minted[-1].value
    assert dict(registered.minted[-1].permissions) == {"issues": "write"}
    del registered.installations[PRODUCT]
    session = session_of(standin)
    assert session.reading_token() is None
    with pytest.raises(ServiceError, match="not installed"):
        session.issues_token()


def app_lines(standin: StandIn, **more: str) -> list[tuple[Level, str]]:
    lines = doctor(session_of(standin, **more), ["homebrew", "docker"])
    assert all(line.fix for line in lines if line.level is Level.FAILED)
    return [(line.level, line.text) for line in lines if line.check == "app"]


def test_doctor_examines_the_app(standin: StandIn) -> None:
    registered = register(standin)
    assert app_lines(standin) == [
        (Level.OK, "APP_ID and APP_PRIVATE_KEY are those of made-up-app"),
        (Level.OK, f"the App is installed on {TAP} with contents: write, actions: read"),
        (Level.OK, f"the App is installed on {PRODUCT} with actions: write, issues: write"),
    ]
    registered.installations[PRODUCT]["actions"] = "read"
    del registered.installations[TAP]
    (_, tap, product) = app_lines(standin)
    assert tap == (Level.FAILED, f"The GitHub App of APP_ID is not installed on {TAP} (Not Found)")
    assert product == (Level.FAILED, f"the App is installed on {PRODUCT} without actions: write")
    registered.suspended.add(PRODUCT)
    assert app_lines(standin)[-1] == (Level.FAILED, f"the App is suspended on {PRODUCT}")
    ((level, text),) = app_lines(standin, APP_PRIVATE_KEY=make_key("another")[0])
    assert (level, text.partition(":")[0]) == (Level.FAILED, "Unauthorized")


def test_a_jwt_lives_less_than_ten_minutes() -> None:
    import jwt  # noqa: PLC0415 - as the code under test

    claims = jwt.decode(sign(AppCredentials(ID, make_key()[0]), 1000.5), options={"verify_signature": False})
    assert claims == {"iss": ID, "iat": 940, "exp": int(1000.5 + LASTS)}
    assert claims["exp"] - claims["iat"] <= 600


def test_a_dispatch_that_is_refused_names_the_app(standin: StandIn) -> None:
    register(standin)
    standin.misbehave("homebrew", "forbidden")
    session = session_of(standin)
    [outcome] = dispatch(session, release_at(standin), [session.settings.channels["homebrew"]], None, Order())
    assert outcome.state is State.FAILED
    assert outcome.next == f"Give the GitHub App (APP_ID) Contents: write (not Actions) on {TAP}."


def test_more_tokens_than_a_minute_allows_are_said_beforehand(standin: StandIn) -> None:
    more = {f"c{number}": {"kind": "homebrew", "target": f"acme/tap-{number}", "event_type": "x", "artifact": "source",
                           "token": "TAP_REPO_TOKEN", "file": "Formula/x.rb"} for number in range(81)}  # fmt: skip
    said: list[str] = []
    session = replace(session_at(standin, more, TOKENS, variables()), say=said.append)
    dispatch(session, release_at(standin), list(session.settings.channels.values()), None, Order(dry_run=True))
    assert said == ["85 dispatches keep within GitHub's limits: this takes at least 1 min."]
