"""Whole tasks with a GitHub App in place of every token: what they do, and that nothing of key or tokens is seen."""

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from release.rehearsal import StandIn
from release.rehearsal.github.apps import RegisteredApp
from release.rehearsal.processes import Done
from tests.support.apps import TOKENS, make_key, register, variables
from tests.support.cli import ROOT, invoke
from tests.support.leaks import leaks

TAP = "kademoslabs/homebrew-tap"
UNSET: dict[str, str | None] = dict.fromkeys(TOKENS)
DEBUG_JSON = ("-d", "dist.all", "--json")
RUNS: dict[str, tuple[str, ...]] = {
    "dist": ("dist.all",), "dist-debug-json": DEBUG_JSON, "validate": ("release.validate",),
    "status": ("status.all",), "doctor": ("doctor",),
    "rollback": ("rollback.homebrew", "--version", "0.0.1", "--dry-run"),
}  # fmt: skip


def run(standin: StandIn, tmp_path: Path, *arguments: str, **more: str | None) -> tuple[Done, list[str]]:
    """A task of a workflow, and all that it wrote."""
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    given = {**UNSET, **variables(), "GITHUB_ACTIONS": "true", **{name: str(path) for name, path in files.items()}}
    done = invoke(standin, *arguments, **{**given, **more})
    return done, [done.out, done.err, *(path.read_text() for path in files.values() if path.exists())]


def secrets(standin: StandIn, app: RegisteredApp) -> list[str]:
    """The key, its lines, every JWT and every token."""
    key = make_key()[0].strip()
    sent = {request.headers.get("authorization", "").removeprefix("Bearer ") for request in standin.requests}
    jwts = [each for each in sent if each.startswith("eyJ")]
    lines = [line for line in key.splitlines() if not line.startswith("--") and len(line) > 16]
    assert jwts or not app.minted
    return [key, key.replace("\n", "\\n"), *lines, *jwts, *(minted.value for minted in app.minted)]


def check(standin: StandIn, app: RegisteredApp, texts: list[str]) -> None:
    for text in texts:
        assert leaks(text, secrets(standin, app)) == []
        assert "Traceback" not in text
    for request in standin.requests:
        assert leaks(request.path + request.raw_query, secrets(standin, app)) == []


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS.keys())
@pytest.mark.usefixtures("git_over_http")
def test_no_task_shows_key_or_token(arguments: tuple[str, ...], standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    done, texts = run(standin, tmp_path, *arguments)
    assert "homebrew" in done.out + done.err, done
    assert app.minted or arguments == ("release.validate",)
    check(standin, app, texts)


def test_four_channels_are_told_by_the_app_alone(standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    done, texts = run(standin, tmp_path, "dist.all")
    assert done.code == 0, done
    assert len(standin.dispatches) == 4
    check(standin, app, texts)


def test_a_target_without_the_app_fails_alone(standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    del app.installations[TAP]
    done, texts = run(standin, tmp_path, "dist.all")
    assert done.code == 1
    assert len(standin.dispatches) == 3
    assert f"not installed on {TAP}" in done.out
    check(standin, app, texts)


@pytest.mark.usefixtures("git_over_http")
def test_an_update_is_pushed_with_the_apps_token(standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    done, texts = run(standin, tmp_path, "update.homebrew", "--version", "0.0.2")
    assert done.code == 0, done
    assert b"0.0.2" in (standin.repository("homebrew").read("Formula/kekkai.rb") or b"")
    assert {"contents": "write", "actions": "read"} in [dict(minted.permissions) for minted in app.minted]
    check(standin, app, texts)


@pytest.mark.usefixtures("git_over_http")
def test_a_protected_branch_gets_a_pull_request_with_one_more_permission(standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    standin.repository("homebrew").protect("main")
    done, texts = run(standin, tmp_path, "update.homebrew", "--version", "0.0.2")
    assert "pull request" in done.out, done
    assert dict(app.minted[-1].permissions) == {"contents": "write", "pull_requests": "write"}
    check(standin, app, texts)


def echo_every_form(standin: StandIn) -> None:
    """A server that repeats the key in its refusals, as a proxy that logs might."""
    key = make_key()[0].strip()
    coded = [base64.b64encode(f"{start}{key}".encode()).decode() for start in ("", "x", "xy")]
    said = " ".join([key, quote(key, safe=""), *coded])
    standin.fault("GET", "/installation$", None, status=403, json={"message": said})


def no_json(standin: StandIn) -> None:
    standin.fault("POST", "/access_tokens$", None, status=201, body=b'{"token": "ghs_4711_')


WAYS: dict[str, Callable[[StandIn], None]] = {"key-echo": echo_every_form, "no-json": no_json}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_no_refusal_shows_the_key(way: Callable[[StandIn], None], standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    way(standin)
    done, texts = run(standin, tmp_path, "-d", "dist.all")
    assert done.code in {1, 2}
    check(standin, app, texts)
    assert standin.dispatches == []


@pytest.mark.parametrize("key", ["cut", "another"])
def test_a_wrong_key_sends_nothing_and_is_not_shown(key: str, standin: StandIn, tmp_path: Path) -> None:
    app = register(standin)
    wrong = make_key("another")[0] if key == "another" else make_key()[0][:700]
    done, texts = run(standin, tmp_path, "dist.all", APP_PRIVATE_KEY=wrong)
    assert done.code in {1, 2}
    assert "APP_PRIVATE_KEY" in done.out + done.err
    assert standin.dispatches == []
    check(standin, app, texts)
    assert not any(leaks(text, wrong.splitlines()[1:]) for text in texts)


def test_nobody_without_an_app_pays_for_its_libraries() -> None:
    code = "import sys, release.commands.opening, release.rehearsal; print({'jwt', 'cryptography'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
