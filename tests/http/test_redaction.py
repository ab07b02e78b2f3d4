"""No form of a secret survives: as it is, in base64 at any alignment, URL-encoded, escaped for JSON or HTML."""

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from release.http.redaction import MASK, holds_secret, make_redactor
from release.report.text import markdown
from tests.support.leaks import leaks

TOKENS = {
    "classic": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "fine-grained": "github_pat_11ABCDEFG0_abcdefghijklmnopqrstuvwxyz0123456789",
    "webhook": "https://hooks.example.test/services/T000/B000/made-up?x=1&y=2",
    "password": "p@ss w0rd/+=&?#%<>\"'\\",
    "letters-of-others": "p\u00e4ssw\u00f6rt-\u20ac-0123",
}
AS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": lambda s: quote(s, safe=""),
    "url-path": quote,
    "url-form": quote_plus,
    "url-lower-case": lambda s: quote(s, safe="").replace("%2F", "%2f").replace("%3A", "%3a"),
    "json": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json-ascii": lambda s: json.dumps(s)[1:-1],
    "json-twice": lambda s: json.dumps(json.dumps(s, ensure_ascii=False), ensure_ascii=False),
    "python": lambda s: repr(s)[1:-1],
    "html": html.escape,
    "markdown": markdown,
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64-1": lambda s: base64.b64encode(b"x" + s.encode() + b"yz").decode(),
    "base64-2": lambda s: base64.b64encode(b"x:" + s.encode() + b"y").decode(),
    "base64-url": lambda s: base64.urlsafe_b64encode(b"user:" + s.encode()).decode(),
    "base64-in-a-url": lambda s: quote(base64.b64encode(b"x" + s.encode()).decode(), safe=""),
    "basic-login": lambda s: "Basic " + base64.b64encode(f"x-access-token:{s}".encode()).decode(),
}


@pytest.mark.parametrize("form", AS.values(), ids=AS.keys())
@pytest.mark.parametrize("secret", TOKENS.values(), ids=TOKENS.keys())
def test_no_form_of_a_real_shape_survives(secret: str, form: Callable[[str], str]) -> None:
    text = f"GET https://x.test/?a={form(secret)} said {form(secret)}."
    assert leaks(form(secret), [secret]) or "<" in secret  # what looks for it would find it
    told = make_redactor([secret])(text)
    assert MASK in told
    assert leaks(told, [secret]) == []
    assert form(secret) not in told


SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="*"),
                  min_size=8, max_size=40)  # fmt: skip
UNHURRIED = settings(deadline=None, max_examples=60)  # patterns of odd letters take long to compile
AROUND = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20)


@given(SECRETS, st.sampled_from(sorted(AS)), AROUND, AROUND)
@example("aaaaaaaa", "plain", "a", "a")
@example("++++++++", "base64", "", "")
@UNHURRIED
def test_no_form_of_any_secret_survives(secret: str, form: str, before: str, after: str) -> None:
    told = make_redactor([secret])(f"{before} {AS[form](secret)} {after}")
    assert AS[form](secret) not in told
    if secret.isascii():
        assert leaks(told, [secret]) == []


@given(SECRETS, st.binary(max_size=7), st.binary(max_size=7))
@UNHURRIED
def test_base64_hides_nothing_at_any_alignment(secret: str, before: bytes, after: bytes) -> None:
    coded = base64.b64encode(before + secret.encode() + after).decode()
    said = make_redactor([secret])(coded)
    assert said != coded
    assert leaks(said, [secret]) == []


@given(st.lists(SECRETS, min_size=2, max_size=3))
@UNHURRIED
def test_many_secrets_at_once(secrets: list[str]) -> None:
    told = make_redactor(secrets)(" | ".join(secrets))
    assert not any(secret in told for secret in secrets)


def test_a_secret_that_begins_another_does_not_save_its_rest() -> None:
    assert make_redactor(["token-1", "token-12345"])("a token-12345 b token-1 c") == "a *** b *** c"


@pytest.mark.parametrize("form", AS.values(), ids=AS.keys())
def test_a_text_that_holds_a_secret_is_known(form: Callable[[str], str]) -> None:
    redact = make_redactor([TOKENS["classic"]])
    assert holds_secret(f"because of {form(TOKENS['classic'])}", redact)
    assert not holds_secret(f"because of {MASK} and ghp_", redact)


@pytest.mark.parametrize("secrets", [[], [""]], ids=["none", "empty"])
def test_without_secrets_a_text_stays(secrets: list[str]) -> None:
    assert make_redactor(secrets)("nothing * to hide") == "nothing * to hide"


@given(st.text(max_size=200))
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    assert make_redactor([secret])(text) == text


KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n" * 26
ACCOUNT = json.dumps({"type": "made-up", "private_key": KEY, "path": 'a\\\\b"' * 5})
LONG = {
    "one word": "a" * 1_000_000, "prose": "some words of text, https://x/y%20z " * 7_000,
    "backslashes": "\\" * 1_000_000, "quoted": ("\\" * 50 + '"') * 5_000, "spaces": " " * 1_000_000,
    "percent": "%41" * 330_000, "entities": "&#65;" * 50_000, "nearly": json.dumps(json.dumps(ACCOUNT[:-3])) * 20,
    "quotes": '"' * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_takes_long_whatever_the_secrets_are(text: str) -> None:
    start = time.process_time()
    redact = make_redactor([*TOKENS.values(), KEY, ACCOUNT, json.dumps(ACCOUNT)])
    assert ACCOUNT not in redact(text)
    assert time.process_time() - start < 20  # under a second where nothing else runs


@pytest.mark.parametrize("form", AS.values(), ids=AS.keys())
@pytest.mark.parametrize("secret", [KEY, ACCOUNT], ids=["key", "account"])
def test_no_form_of_a_long_secret_survives(secret: str, form: Callable[[str], str]) -> None:
    told = make_redactor([secret])(f"before {form(secret)} after")
    assert MASK in told
    assert "MIIEvQIBADANBgkqh" not in told
    assert "made-up" not in told


BEFORE = {"percent": "%", "percent and a digit": "%4", "ampersand": "&", "backslash": "\\", "unicode": "\\u00"}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE.keys())
@pytest.mark.parametrize("secret", ["abcdef0123456789", "n0-token-of-ours", "#65;amp;made-up", "41 spaced \n out 41"])
def test_what_stands_before_a_secret_does_not_save_it(before: str, secret: str) -> None:
    assert secret not in make_redactor([secret])(f"{before}{secret}")
