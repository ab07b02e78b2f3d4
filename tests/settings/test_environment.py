"""The environment: addresses, names of assets, secrets, and who reads it."""

import re
from pathlib import Path

import pytest

from release.errors import InputError
from release.settings import Environment, check_url, matches

ROOT = Path(__file__).resolve().parents[2]

URLS = {
    "https": ("https://api.github.com", "https://api.github.com"),
    "trailing slash": ("https://ghe.example.org/api/v3/", "https://ghe.example.org/api/v3"),
    "port": ("https://ghe.example.org:8443", "https://ghe.example.org:8443"),
    "loopback": ("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/v3"),
    "localhost": ("http://localhost:5000/", "http://localhost:5000"),
    "loopback of version 6": ("http://[::1]:5000", "http://[::1]:5000"),
}


@pytest.mark.parametrize(("url", "kept"), URLS.values(), ids=URLS.keys())
def test_https_and_loopback_pass(url: str, kept: str) -> None:
    assert check_url("GITHUB_API_URL", url) == kept


BAD_URLS = {
    "plain http": "http://ghe.example.org",
    "looks like loopback": "http://127.0.0.1.example.org",
    "looks like localhost": "http://localhost.example.org",
    "user": "https://me@github.com",
    "user and password": "https://me:secret@github.com",
    "another host behind an at": "https://github.com\\@example.org",
    "no scheme": "github.com",
    "another scheme": "ftp://github.com",
    "file": "file:///etc/passwd",
    "no host": "https:///path",
    "space": "https://github.com/a b",
    "line end": "https://github.com/\nHost: example.org",
    "no port": "https://github.com:http",
    "port too large": "https://github.com:99999",
    "broken brackets": "https://[::1",
    "password before a port that is none": "https://x:secret@github.com:99999/",
    "password and broken brackets": "https://[x:secret@github.com/",
    "password with a slash": "https://x:secret/1@github.com/",
    "empty": "",
}


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS.keys())
def test_other_addresses_are_refused_by_the_name_of_their_setting(url: str) -> None:
    with pytest.raises(InputError, match="GITHUB_API_URL") as refused:
        check_url("GITHUB_API_URL", url)
    assert "secret" not in str(refused.value)


PATTERNS = {
    "wheel": ("kekkai-*-py3-none-any.whl", "kekkai-0.0.2-py3-none-any.whl", True),
    "letter case": ("kekkai-*.whl", "Kekkai-0.0.2.whl", False),
    "signature": ("kekkai-*.whl", "kekkai-0.0.2.whl.sig", False),
    "one character": ("kekkai-?.whl", "kekkai-2.whl", True),
    "dot is a dot": ("a.whl", "abwhl", False),
}


@pytest.mark.parametrize(("pattern", "name", "fits"), PATTERNS.values(), ids=PATTERNS.keys())
def test_assets_are_matched_by_shell_wildcards(pattern: str, name: str, fits: bool) -> None:  # noqa: FBT001 - a column
    assert matches(pattern, name) is fits


def test_the_environment_says_where_github_is_and_which_run_we_are() -> None:
    assert Environment({}).api_url == "https://api.github.com"
    assert Environment({}).server_url == "https://github.com"
    assert Environment({"GITHUB_RUN_ID": "7"}).run_url is None
    inside = Environment({
        "GITHUB_API_URL": "https://ghe.example.org/api/v3/", "GITHUB_SERVER_URL": "https://ghe.example.org/",
        "GITHUB_REPOSITORY": "k/k", "GITHUB_RUN_ID": "7", "GITHUB_ACTIONS": "true",
    })  # fmt: skip
    assert inside.api_url == "https://ghe.example.org/api/v3"
    assert inside.run_url == "https://ghe.example.org/k/k/actions/runs/7"
    assert inside.in_actions


@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_an_empty_variable_is_not_set(value: str) -> None:
    assert Environment({"TAP_REPO_TOKEN": value}).get("TAP_REPO_TOKEN") is None


def test_secrets_are_found_by_name_and_by_sound_and_never_shown() -> None:
    environment = Environment({
        "TAP_REPO_TOKEN": "made-up-1 ", "WINGET": "made-up-2", "MY_API_KEY": "0123456789abcdef", "HOME": "/home/me",
        "APP_PRIVATE_KEY": "made-up-3", "TOKEN_FILE": "short", "GITHUB_TOKEN": "",
        "SECRET_SERVER": "https://vault.example.org",
    })  # fmt: skip
    assert environment.secrets(["WINGET"]) == {
        "TAP_REPO_TOKEN": "made-up-1",
        "WINGET": "made-up-2",
        "MY_API_KEY": "0123456789abcdef",
        "APP_PRIVATE_KEY": "made-up-3",
    }
    assert "made-up" not in repr(environment)


def test_one_module_reads_the_environment() -> None:
    readers = [
        p
        for p in ROOT.glob("release/**/*.py")
        if re.search(r"os\.(environ|getenv)|from os import", p.read_text("utf-8"))
    ]
    assert sorted(path.name for path in readers) == ["environment.py", "processes.py"]  # a fork gets its own there
