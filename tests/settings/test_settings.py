"""The configuration: what it may say, what is refused by name, and what the environment adds."""

import copy
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from release.errors import InputError
from release.settings import (
    ArtifactSpec,
    Channel,
    Environment,
    Http,
    Project,
    Retry,
    check_repositories,
    check_url,
    matches,
    parse_settings,
)

ROOT = Path(__file__).resolve().parents[2]
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
Path_ = tuple[str, ...]
ABSENT = object()


def changed(path: Path_, value: object) -> dict[str, Any]:
    """The default configuration with one value set, or taken out where it is ``ABSENT``."""
    raw = copy.deepcopy(DEFAULT)
    at = raw
    for key in path[:-1]:
        at = at[key]
    if value is ABSENT:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return raw


def test_the_default_configuration_is_kekkais() -> None:
    settings = parse_settings(DEFAULT)
    assert settings.project.repository == "kademoslabs/kekkai"
    assert list(settings.channels) == ["homebrew", "docker", "scoop", "choco"]
    assert {c.name: c.artifact for c in settings.channels.values()} == {
        "homebrew": "source",
        "docker": None,
        "scoop": "wheel",
        "choco": "wheel",
    }
    assert settings.channels["choco"].paths == ("kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1")
    assert settings.channels["scoop"].paths == ("bucket/kekkai.json",)
    assert check_repositories(settings) == []


def test_what_is_left_out_has_its_default_and_other_sections_are_not_ours() -> None:
    raw = {**copy.deepcopy(DEFAULT), "run": {"echo": True}, "something of the user's": 7, "http": None}
    del raw["retry"]
    settings = parse_settings(raw)
    assert (settings.http.timeout, settings.http.concurrency) == (30, 16)
    assert (settings.retry.attempts, settings.retry.max_wait, settings.retry.lookup) == (5, 60, 20)


def test_a_fifth_channel_is_configuration_alone() -> None:
    winget = {"kind": "dispatch", "target": "k/winget", "event_type": "kekkai-release", "artifact": "wheel",
              "token": "WINGET_TOKEN"}  # fmt: skip
    channel = parse_settings(changed(("channels", "winget"), winget)).channels["winget"]
    assert (channel.kind, channel.target, channel.prereleases) == ("dispatch", "k/winget", "publish")


SCOOP = ("channels", "scoop")
REFUSED: dict[str, tuple[Path_, object, str]] = {
    "unknown key": ((*SCOOP, "colour"), "red", "channels.scoop has an unknown key `colour`"),
    "misspelt key": (("http", "time_out"), 3, "http has an unknown key `time_out`"),
    "unknown key of the project": (("project", "licence"), "MIT", "project has an unknown key `licence`"),
    "name is no key of a channel": ((*SCOOP, "name"), "x", "channels.scoop has an unknown key `name`"),
    "text for a number": (("http", "timeout"), "30", 'http.timeout is "30"'),
    "fraction for a count": (("retry", "attempts"), 2.5, "retry.attempts is 2.5"),
    "truth for a number": (("retry", "attempts"), True, "retry.attempts is true"),
    "number for text": ((*SCOOP, "target"), 7, "channels.scoop.target is 7"),
    "list for text": ((*SCOOP, "file"), ["a"], 'channels.scoop.file is ["a"]'),
    "text for a list": (("channels", "choco", "files"), "a.nuspec", 'channels.choco.files is "a.nuspec"'),
    "number in a list": (("channels", "choco", "files"), ["a.nuspec", 1], "channels.choco.files[1] is 1"),
    "number in a table": (("channels", "docker", "inputs"), {"tag": 1}, "channels.docker.inputs.tag is 1"),
    "text for truth": (("channels", "homebrew", "versioned_formulae"), "yes", 'versioned_formulae is "yes"'),
    "channel of no table": (SCOOP, "on", 'channels.scoop is "on", not a table'),
    "channel of nothing": (SCOOP, None, "channels.scoop is null, not a table"),
    "section of no table": (("channels",), ["scoop"], 'channels is ["scoop"], not a table'),
    "section missing": (("artifacts",), ABSENT, "artifacts is missing"),
    "section empty": (("project",), None, "project is missing"),
    "key missing": ((*SCOOP, "target"), ABSENT, "channels.scoop lacks `target`"),
    "key empty": ((*SCOOP, "token"), None, "channels.scoop.token is null"),
    "key that its kind needs": ((*SCOOP, "event_type"), ABSENT, "channels.scoop lacks `event_type`"),
    "empty list that its kind needs": (("channels", "choco", "files"), [], "channels.choco lacks `files`"),
    "unknown kind": ((*SCOOP, "kind"), "snap", "channels.scoop.kind is 'snap'"),
    "unknown artifact": ((*SCOOP, "artifact"), "sdist", "channels.scoop.artifact is 'sdist'"),
    "unknown policy": ((*SCOOP, "prereleases"), "never", "channels.scoop.prereleases is 'never'"),
    "channel called all": (("channels", "all"), DEFAULT["channels"]["scoop"], "channels.all is no usable name"),
    "channel with a space": (("channels", "my bucket"), {}, "channels.my bucket is no usable name"),
    "artifact with a line end": (("artifacts", "a\nb"), {"asset": "x"}, "is no usable name"),
    "artifact twice": (("artifacts", "wheel", "url"), "https://x/", "artifacts.wheel needs exactly one of"),
    "artifact of nothing": (("artifacts", "wheel"), {}, "artifacts.wheel needs exactly one of"),
    "artifact's unknown word": (("artifacts", "source", "url"), "{server}/{sha}", "unknown word `{sha}`"),
    "artifact by plain http": (("artifacts", "source", "url"), "http://x.org/{tag}", "artifacts.source.url is"),
    "artifact without a host": (("artifacts", "source", "url"), "/{tag}.tar.gz", "is not a plain URL"),
    "tag without version": (("project", "tag"), "v1", "project.tag is 'v1'"),
    "tag with two": (("project", "tag"), "{version}-{version}", "project.tag is"),
    "tag with a space": (("project", "tag"), "v {version}", "project.tag is"),
    "name with a slash": (("project", "name"), "a/b", "project.name is 'a/b'"),
    "registry by plain http": (("channels", "docker", "registry"), "http://example.org", "docker.registry is"),
    "feed that is no URL": (("channels", "choco", "feed"), "community.chocolatey.org", "choco.feed is not a plain URL"),
    "file outside of the target": ((*SCOOP, "file"), "../bucket/kekkai.json", "names the file '../bucket"),
    "file from the root": ((*SCOOP, "file"), "/etc/passwd", "names the file '/etc/passwd'"),
    "event type too long": ((*SCOOP, "event_type"), "x" * 101, "channels.scoop.event_type is"),
    "image with a tag": (("channels", "docker", "image"), "kademoslabs/kekkai:latest", "docker.image is"),
    "timeout of nothing": (("http", "timeout"), 0, "http.timeout is 0"),
    "timeout without end": (("http", "timeout"), float("inf"), "http.timeout is inf"),
    "timeout of no number": (("http", "timeout"), float("nan"), "http.timeout is nan"),
    "no request at once": (("http", "concurrency"), 0, "http.concurrency is 0"),
    "negative wait": (("retry", "max_wait"), -1, "retry.max_wait is -1"),
    "no attempt": (("retry", "attempts"), 0, "retry.attempts is 0"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named_with_its_path(path: Path_, value: object, text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_settings(changed(path, value))
    assert refused.value.wrong.startswith("Configuration: ")
    assert text in f"{refused.value.wrong} ".replace("\n", " ")
    assert refused.value.fix


def test_a_token_in_the_configuration_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError, match=r"channels\.scoop\.token holds a token") as refused:
        parse_settings(changed((*SCOOP, "token"), "ghp_0123456789abcdefghijABCDEFGHIJ012345"))
    assert "ghp_" not in str(refused.value)


def leaves(value: object, path: Path_ = ()) -> list[Path_]:
    if not isinstance(value, dict):
        return [path]
    return [path, *(leaf for key, item in value.items() for leaf in leaves(item, (*path, key)))]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([path for path in leaves(DEFAULT) if path]), VALUES)
def test_any_value_anywhere_is_a_record_or_refused_in_two_lines(path: Path_, value: object) -> None:
    refused = refusal(lambda: parse_settings(changed(path, value)))
    if refused is not None:
        assert refused.exit_code == 2
        assert len(str(refused).splitlines()) == 2


TABLES: list[Path_] = [("project",), ("http",), ("retry",), ("artifacts", "wheel"), ("channels", "docker"), SCOOP]
KNOWN = {field.name for record in (Project, ArtifactSpec, Channel, Http, Retry) for field in fields(record)}


@given(st.sampled_from(TABLES), st.text(max_size=12).filter(lambda key: key not in KNOWN), VALUES)
def test_no_unknown_key_passes_anywhere(path: Path_, key: str, value: object) -> None:
    refused = refusal(lambda: parse_settings(changed((*path, key), value)))
    assert refused is not None
    assert f"{'.'.join(path)} has an unknown key" in refused.wrong


def refusal(work: Callable[[], object]) -> InputError | None:
    try:
        work()
    except InputError as error:
        return error
    return None


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
    "empty": "",
}


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS.keys())
def test_other_addresses_are_refused_by_the_name_of_their_setting(url: str) -> None:
    with pytest.raises(InputError, match="GITHUB_API_URL") as refused:
        check_url("GITHUB_API_URL", url)
    assert "secret" not in str(refused.value)


REPOSITORIES = {
    "ours": ("kademoslabs/homebrew-tap", True),
    "dots and digits": ("a1/.github", True),
    "no owner": ("homebrew-tap", False),
    "three parts": ("kademoslabs/homebrew/tap", False),
    "address": ("https://github.com/kademoslabs/homebrew-tap", False),
    "empty owner": ("/homebrew-tap", False),
    "space": ("kademos labs/tap", False),
    "owner with a dot": ("kademos.labs/tap", False),
    "owner that begins with a dash": ("-kademos/tap", False),
    "dots alone": ("kademoslabs/..", False),
    "owner too long": ("k" * 40 + "/tap", False),
    "line end": ("kademoslabs/tap\n", False),
    "query": ("kademoslabs/tap?x=1", False),
}


@pytest.mark.parametrize(("name", "good"), REPOSITORIES.values(), ids=REPOSITORIES.keys())
def test_repository_names_are_githubs(name: str, good: bool) -> None:  # noqa: FBT001 - a column
    settings = parse_settings(changed((*SCOOP, "target"), name))
    problems = check_repositories(settings)
    assert [p.split(" is ")[0] for p in problems] == ([] if good else ["channels.scoop.target"])
    assert check_repositories(settings, ["homebrew"]) == []


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
        "TOKEN_FILE": "short", "SECRET_SERVER": "https://vault.example.org", "GITHUB_TOKEN": "",
    })  # fmt: skip
    assert environment.secrets(["WINGET"]) == {
        "TAP_REPO_TOKEN": "made-up-1",
        "WINGET": "made-up-2",
        "MY_API_KEY": "0123456789abcdef",
    }
    assert "made-up" not in repr(environment)


def test_one_module_reads_the_environment() -> None:
    readers = [
        p
        for p in ROOT.glob("release/**/*.py")
        if re.search(r"os\.(environ|getenv)|from os import", p.read_text("utf-8"))
    ]
    assert [path.name for path in readers] == ["environment.py"]
