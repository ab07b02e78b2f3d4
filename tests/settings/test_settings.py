"""The configuration as records: what it may say, and that every problem is said at once, by its path."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from release.channels import KINDS, kind_of
from release.channels.dispatch.settings import DispatchChannel
from release.channels.docker.settings import DockerChannel
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.settings import read_settings
from release.settings import Channel, InvalidSettings, check_repositories, parse_settings
from release.settings.docs import keys_of
from release.settings.forms import Text
from release.settings.problems import MOST

ROOT = Path(__file__).resolve().parents[2]
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
Path_ = tuple[str, ...]
ABSENT = object()
SCOOP, DOCKER, WINGET = ("channels", "scoop"), ("channels", "docker"), ("channels", "winget")
SERVES = {"file": "m/{version}/a.yaml", "contains": "PackageVersion: {version}"}
IMAGE = DEFAULT["channels"]["docker"]
STARTED = {"kind": "dispatch", "target": "k/winget", "workflow": "x.yml", "token": "WINGET_TOKEN"}
TOLD = {"kind": "dispatch", "target": "k/winget", "event_type": "x", "token": "WINGET_TOKEN"}


def changed(*changes: tuple[Path_, object]) -> dict[str, Any]:
    """The default configuration with values set, or taken out where they are ``ABSENT``."""
    raw = copy.deepcopy(DEFAULT)
    for path, value in changes:
        at = raw
        for key in path[:-1]:
            at = at[key]
        if value is ABSENT:
            del at[path[-1]]
        else:
            at[path[-1]] = copy.deepcopy(value)
    return raw


def refusal(work: Callable[[], object]) -> InvalidSettings | None:
    try:
        work()
    except InvalidSettings as error:
        return error
    return None


def problems(*changes: tuple[Path_, object]) -> list[str]:
    """What is wrong with the changed default, a line a problem, without the word that begins all of them."""
    refused = refusal(lambda: read_settings(changed(*changes)))
    assert all(p.wrong.startswith("Configuration: ") and p.fix for p in (refused.said if refused else ()))
    return [problem.wrong.removeprefix("Configuration: ") for problem in (refused.said if refused else ())]


def test_the_default_configuration_is_kekkais() -> None:
    read = read_settings(DEFAULT)
    assert read.project.repository == "kademoslabs/kekkai"
    assert {c.name: (c.kind, c.artifact) for c in read.channels.values()} == {
        "homebrew": ("homebrew", "source"), "docker": ("docker", None),
        "scoop": ("scoop", "wheel"), "choco": ("choco", "wheel"),
    }  # fmt: skip
    assert read.channels["choco"].paths == ("kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1")
    assert read.channels["scoop"].paths == ("bucket/kekkai.json",)
    assert read.channels["docker"].paths == ()
    assert check_repositories(read) == []


def test_what_is_left_out_has_its_default_and_other_sections_are_not_ours() -> None:
    raw = {**changed((("retry",), ABSENT)), "run": {"echo": True}, "something of the user's": 7, "http": None}
    read = read_settings(raw)
    assert (read.http.timeout, read.http.concurrency) == (30, 16)
    assert (read.retry.attempts, read.retry.max_wait, read.retry.lookup) == (5, 60, 20)
    assert read.project.check == ()


GOOD: dict[str, tuple[Path_, object]] = {
    "a command that proves": (("project", "check"), ["kekkai", "--version"]),
    "a command of a channel": ((*SCOOP, "check"), ["kekkai.exe", "-V"]),
    "no check": (("project", "check"), []),
    "a tag of a monorepo": (("project", "tag"), "rocket/v{version}"),
    "either name of the wheel": (("artifacts", "wheel", "asset"), "kekkai*-[0-9]*-py3-none-any.whl"),
    "all words of an asset": (("artifacts", "wheel", "asset"), "{name}-{tag}-{python_version}-{version}.whl"),
    "an artifact of the newest words": (("artifacts", "x_1"), {"url": "https://e.org/{name}/{version}/{tag}"}),
    "whole seconds": (("http", "timeout"), 5),
    "no wait": (("retry", "max_wait"), 0),
    "a channel by event": (WINGET, TOLD),
    "a channel by workflow": (WINGET, {"kind": "dispatch", "target": "k/w", "workflow": "w.yml", "token": "T"}),
    "a channel that can be read": (WINGET, {**TOLD, "serves": SERVES}),
    "several texts": (WINGET, {**TOLD, "serves": {**SERVES, "contains": ["a {version}", "b"]}}),
    "at an address": (WINGET, {**TOLD, "serves": {"url": "https://e.org/{version}", "contains": "ok"}}),
    "with its checksum": (WINGET, {**TOLD, "artifact": "wheel", "serves": {"file": "a", "contains": "{sha256}"}}),
    "40 letters": (("channels", "a" + "-" * 39), TOLD),
    "a bottle that stays": (("channels", "homebrew", "remove_bottle"), False),
    "resources that stay": (("channels", "homebrew", "resources"), "leave"),
    "a package without a feed": (("channels", "choco", "feed"), None),
    "a package without a script": (("channels", "choco", "files"), ["a/a.nuspec"]),
    "all words of an input": ((*DOCKER, "inputs"), {"a": "{name} {tag}"}),
    "what is no word of an input": ((*DOCKER, "inputs"), {"a": "^[0-9]{3}$", "b": "x-{amd64,arm64}", "c": "${VERSION}",
                                    "d": "${{ github.sha }}"}),
    "an open brace": (WINGET, {**TOLD, "serves": {"file": "a", "contains": ["{version}", "derivation { pname"]}}),
    "a checksum of an artifact": (DOCKER, {**IMAGE, "artifact": "wheel", "inputs": {"sha": "{sha256}"}}),
    "an input that is JSON": ((*DOCKER, "inputs"), {"options": '{"push": {}, "of": "{version}", "n": [{ "a": 1 }]}'}),
    "an address of JSON": (WINGET, {**TOLD, "serves": {"file": "a", "contains": '{"version": "{version}"'}}),
    "a private image": ((*DOCKER, "private"), True),
    "a login": ((*DOCKER, "username"), "QUAY_USER"),
    "an event called as a workflow": (WINGET, {**TOLD, "target": IMAGE["target"], "event_type": IMAGE["workflow"]}),
    "one event for two targets": (WINGET, {**TOLD, "event_type": "kekkai-release"}),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value"), GOOD.values(), ids=GOOD.keys())
def test_what_may_be_said(path: Path_, value: object) -> None:
    assert problems((path, value)) == []


@dataclass(frozen=True, kw_only=True)
class Honk(Channel):
    """A kind whose keys are typed as anybody would.

    Attributes:
        topics: of what it is told.
        pairs: tables of lists.
        more: a list that may be left out.
    """

    topics: tuple[Text, ...] = field()
    pairs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    more: tuple[Text, ...] | None = None


def honk(**keys: object) -> Channel | list[str]:
    """The channel with these keys, or what is wrong with it."""
    raw = changed((("channels",), {"honk": {"kind": "honk", "target": "a/b", "token": "A", **keys}}))
    try:
        return parse_settings(raw, {"honk": Honk}).channels["honk"]
    except InvalidSettings as refused:
        return [str(problem) for problem in refused.problems]


def test_a_kind_s_tuples_are_lists() -> None:
    given = {"topics": ["a", "b"], "pairs": {"x": [1, 2]}, "more": []}
    expected = Honk(name="honk", kind="honk", target="a/b", token="A", topics=("a", "b"), pairs={"x": (1, 2)}, more=())
    assert honk(**given) == expected


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"topics": "a"}, 'topics is "a"\nIt must be a list.', id="text"),
        pytest.param({"topics": {"a": 1}}, "topics is a table\nIt must be a list.", id="a table"),
        pytest.param({"topics": ["a", 7]}, "topics[1] is 7\nIt must be text.", id="an item"),
        pytest.param({"topics": [], "pairs": {"x": ["1", 2]}}, 'pairs.x[0] is "1"\nIt must be a whole number.',
                     id="an item of a list in a table"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_kind_s_list_is_said(keys: dict[str, object], says: str) -> None:
    assert honk(**keys) == [f"Configuration: channels.honk.{says}"]


def test_each_kind_has_a_record_of_its_own() -> None:
    channels = read_settings(changed((WINGET, {**TOLD, "serves": SERVES}))).channels
    records = {channel.kind: type(channel) for channel in channels.values()}
    assert (len(records), records.items() <= {kind: kind_of(kind).settings for kind in KINDS}.items()) == (5, True)
    tap, image, winget = channels["homebrew"], channels["docker"], channels["winget"]
    assert isinstance(tap, HomebrewChannel)
    assert (tap.versioned_formulae, tap.remove_bottle, tap.resources) == (True, True, "check")
    assert isinstance(image, DockerChannel)
    assert (image.username, image.password, image.private) == ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN", False)
    assert image.secrets == ("GITHUB_TOKEN", "DOCKERHUB_TOKEN")
    assert isinstance(winget, DispatchChannel)
    assert winget.serves is not None
    assert winget.serves.contains == ("PackageVersion: {version}",)
    assert (winget.artifact, winget.prereleases, winget.secrets) == (None, "publish", ("WINGET_TOKEN",))


HUB = "https://registry-1.docker.io"
IMAGES: dict[str, tuple[dict[str, str], tuple[str, str, str]]] = {
    "hub unsaid": ({"image": "acme/rocket"}, (HUB, "acme/rocket", "acme/rocket")),
    "hub in the name": ({"image": "docker.io/acme/rocket"}, (HUB, "acme/rocket", "acme/rocket")),
    "hub twice": ({"image": "docker.io/acme/rocket", "registry": HUB}, (HUB, "acme/rocket", "acme/rocket")),
    "in one": ({"image": "ghcr.io/acme/rocket"}, ("https://ghcr.io", "acme/rocket", "ghcr.io/acme/rocket")),
    "apart": (
        {"image": "acme/rocket", "registry": "https://ghcr.io/"},
        ("https://ghcr.io", "acme/rocket", "ghcr.io/acme/rocket"),
    ),
    "in both": (
        {"image": "ghcr.io/acme/rocket", "registry": "https://ghcr.io"},
        ("https://ghcr.io", "acme/rocket", "ghcr.io/acme/rocket"),
    ),
    "with a port": (
        {"image": "registry.acme.org:8443/rocket"},
        ("https://registry.acme.org:8443", "rocket", "registry.acme.org:8443/rocket"),
    ),
    "loopback": ({"image": "localhost:5000/a/b"}, ("http://localhost:5000", "a/b", "localhost:5000/a/b")),
    "an owner with a dash": ({"image": "a-c/rocket"}, (HUB, "a-c/rocket", "a-c/rocket")),
}


@pytest.mark.parametrize(("keys", "parts"), IMAGES.values(), ids=IMAGES.keys())
def test_an_image_may_be_anywhere(keys: dict[str, str], parts: tuple[str, str, str]) -> None:
    table = {key: value for key, value in DEFAULT["channels"]["docker"].items() if key not in {"image", "registry"}}
    channel = read_settings(changed((DOCKER, {**table, **keys}))).channels["docker"]
    assert isinstance(channel, DockerChannel)
    assert (channel.registry, channel.image, channel.reference) == parts


REFUSED: dict[str, tuple[Path_, object, str]] = {
    "unknown key": ((*SCOOP, "colour"), "red", "channels.scoop has an unknown key `colour`"),
    "key of another kind": ((*SCOOP, "files"), ["a"], "channels.scoop has an unknown key `files`"),
    "misspelt key": (("http", "time_out"), 3, "http has an unknown key `time_out`"),
    "unknown key of the project": (("project", "licence"), "MIT", "project has an unknown key `licence`"),
    "unknown key inside": ((*WINGET,), {**TOLD, "serves": {**SERVES, "path": "x"}},
                           "channels.winget.serves has an unknown key `path`"),
    "key that is a number": ((*SCOOP, 7), "x", "channels.scoop has an unknown key `7`"),  # type: ignore[dict-item] # YAML allows it
    "name is no key of a channel": ((*SCOOP, "name"), "x", "channels.scoop has an unknown key `name`"),
    "name is no key of an artifact": (("artifacts", "wheel", "name"), "x", "artifacts.wheel has an unknown key `name`"),
    "text for a number": (("http", "timeout"), "30", 'http.timeout is "30"'),
    "fraction for a count": (("retry", "attempts"), 2.5, "retry.attempts is 2.5"),
    "truth for a number": (("retry", "attempts"), True, "retry.attempts is true"),
    "number for text": ((*SCOOP, "target"), 7, "channels.scoop.target is 7"),
    "list for text": ((*SCOOP, "file"), ["a"], "channels.scoop.file is a list"),
    "table for text": ((*SCOOP, "file"), {"a": 1}, "channels.scoop.file is a table"),
    "text for a list": (("channels", "choco", "files"), "a.nuspec", 'channels.choco.files is "a.nuspec"'),
    "number in a list": (("channels", "choco", "files"), ["a.nuspec", 1], "channels.choco.files[1] is 1"),
    "number in a table": ((*DOCKER, "inputs"), {"tag": 1}, "channels.docker.inputs.tag is 1"),
    "number for a key": ((*DOCKER, "inputs"), {1: "tag"}, "channels.docker.inputs has the key 1"),
    "word of an input": ((*DOCKER, "inputs"), {"tag": "{nope}"},
                         "channels.docker.inputs.tag has an unknown word `{nope}`"),
    "word of another's input": (WINGET, {**STARTED, "inputs": {"a": "x", "b": "{ version }"}},
                                "channels.winget.inputs.b has an unknown word `{ version }`"),
    "a word in two braces": ((*DOCKER, "inputs"), {"tag": "{{version}}"},
                             "channels.docker.inputs.tag has an unknown word `{{version}`"),
    "a word in two braces of an address": (("artifacts", "source"), {"url": "{server}/{{tag}}.tar.gz"},
                                           "artifacts.source.url has an unknown word `{{tag}`"),
    "empty braces": (WINGET, {**TOLD, "serves": {"file": "a", "contains": "{} {version}"}},
                     "channels.winget.serves.contains[0] has an unknown word `{}`"),
    "word without an end": ((*DOCKER, "inputs"), {"tag": "v{version"},
                            "channels.docker.inputs.tag has an unknown word `{version`"),
    "input of no artifact": ((*DOCKER, "inputs"), {"tag": "{version}", "sum": "{sha256}"},
                             "channels.docker.inputs.sum uses {sha256} of no artifact"),
    "text for truth": (("channels", "homebrew", "versioned_formulae"), "yes",
                       'channels.homebrew.versioned_formulae is "yes"'),
    "channel of no table": (SCOOP, "on", 'channels.scoop is "on", not a table'),
    "channel of nothing": (SCOOP, None, "channels.scoop is null, not a table"),
    "section of no table": (("retry",), ["x"], "retry is a list, not a table"),
    "key missing": ((*SCOOP, "target"), ABSENT, "channels.scoop lacks `target`"),
    "key empty": ((*SCOOP, "token"), None, "channels.scoop.token is null"),
    "event that its kind needs": ((*SCOOP, "event_type"), ABSENT, "channels.scoop lacks `event_type`"),
    "artifact that its kind needs": ((*SCOOP, "artifact"), ABSENT, "channels.scoop lacks `artifact`"),
    "file that its kind needs": (("channels", "homebrew", "file"), ABSENT, "channels.homebrew lacks `file`"),
    "image that its kind needs": ((*DOCKER, "image"), ABSENT, "channels.docker lacks `image`"),
    "workflow that its kind needs": ((*DOCKER, "workflow"), ABSENT, "channels.docker lacks `workflow`"),
    "files that its kind needs": (("channels", "choco", "files"), ABSENT, "channels.choco lacks `files`"),
    "no file": (("channels", "choco", "files"), [], "channels.choco.files is an empty list"),
    "no nuspec": (("channels", "choco", "files"), ["a.ps1"], "channels.choco.files names 0 files *.nuspec"),
    "unknown kind": ((*SCOOP, "kind"), "scop", 'channels.scoop.kind is "scop"'),
    "kind of no text": ((*SCOOP, "kind"), ["scoop"], "channels.scoop.kind is a list"),
    "no kind": ((*SCOOP, "kind"), ABSENT, "channels.scoop lacks `kind`"),
    "unknown artifact": ((*SCOOP, "artifact"), "sdist", 'channels.scoop.artifact is "sdist"'),
    "unknown policy": ((*SCOOP, "prereleases"), "never", 'channels.scoop.prereleases is "never"'),
    "unknown way with resources": (("channels", "homebrew", "resources"), "x", 'channels.homebrew.resources is "x"'),
    "channel called all": (("channels", "all"), TOLD, "channels.all is no usable name"),
    "channel with a space": (("channels", "my bucket"), TOLD, "channels.my bucket is no usable name"),
    "channel with an underscore": (("channels", "my_tap"), TOLD, "channels.my_tap is no usable name"),
    "channel with 41 letters": (("channels", "a" * 41), TOLD, f"channels.{'a' * 41} is no usable name"),
    "channel that begins with a digit": (("channels", "7zip"), TOLD, "channels.7zip is no usable name"),
    "channel that is a number": (("channels", 7), TOLD, "channels.7 is no usable name"),  # type: ignore[dict-item] # YAML allows it
    "artifact with a line end": (("artifacts", "a\nb"), {"asset": "x"}, "artifacts.a b is no usable name"),
    "artifact twice": (("artifacts", "wheel", "url"), "https://x/", "artifacts.wheel needs exactly one of `url` and"),
    "artifact of nothing": (("artifacts", "wheel"), {}, "artifacts.wheel needs exactly one of `url` and `asset`"),
    "word of an address": (("artifacts", "source", "url"), "{server}/{sha}",
                           "artifacts.source.url has an unknown word `{sha}`"),
    "word of an asset": (("artifacts", "wheel", "asset"), "{sha}.whl",
                         "artifacts.wheel.asset has an unknown word `{sha}`"),
    "word of an asset without an end": (("artifacts", "wheel", "asset"), "{version",
                                        "artifacts.wheel.asset has an unknown word `{version`"),
    "empty asset": (("artifacts", "wheel", "asset"), "", 'artifacts.wheel.asset is ""'),
    "artifact by plain http": (("artifacts", "source", "url"), "http://x.org/{tag}",
                               "artifacts.source.url is 'http://x.org/word'"),
    "artifact without a host": (("artifacts", "source", "url"), "/{tag}.tar.gz",
                                "artifacts.source.url is not a plain URL"),
    "tag without version": (("project", "tag"), "v1", "project.tag is 'v1'"),
    "tag with two": (("project", "tag"), "{version}-{version}", "project.tag is '{version}-{version}'"),
    "tag with a space": (("project", "tag"), "v {version}", "project.tag is 'v {version}'"),
    "tag with another word": (("project", "tag"), "{name}{version}", "project.tag is '{name}{version}'"),
    "name with a slash": (("project", "name"), "a/b", "project.name is 'a/b'"),
    "branch that is a flag": (("project", "branch"), "--force", "project.branch is '--force'"),
    "check of one text": (("project", "check"), "kekkai --version", 'project.check is "kekkai --version"'),
    "check of an empty word": (("project", "check"), ["a", ""], 'project.check[1] is ""'),
    "registry by plain http": ((*DOCKER, "registry"), "http://example.org",
                               "channels.docker.registry is 'http://example.org'"),
    "feed that is no URL": (("channels", "choco", "feed"), "community.chocolatey.org",
                            "channels.choco.feed is not a plain URL"),
    "file outside of the target": ((*SCOOP, "file"), "../a.json", "channels.scoop.file names the file '../a.json'"),
    "file of git": ((*SCOOP, "file"), ".git/config", "channels.scoop.file names the file '.git/config'"),
    "file from the root": ((*SCOOP, "file"), "/etc/passwd", "channels.scoop.file names the file '/etc/passwd'"),
    "file with a line end": ((*SCOOP, "file"), "a\nb", r"channels.scoop.file is 'a\nb'"),
    "second file outside": (("channels", "choco", "files"), ["a.nuspec", "x/../../b"],
                            "channels.choco.files[1] names the file 'x/../../b'"),
    "event type too long": ((*SCOOP, "event_type"), "x" * 101, f'channels.scoop.event_type is "{"x" * 79}'),
    "event type with a line end": ((*SCOOP, "event_type"), "a\nb",
                                   "channels.scoop.event_type holds a control character"),
    "workflow elsewhere": ((*DOCKER, "workflow"), "../x.yml", "channels.docker.workflow is '../x.yml'"),
    "image with a tag": ((*DOCKER, "image"), "kademoslabs/kekkai:latest",
                         "channels.docker.image is 'kademoslabs/kekkai:latest'"),
    "image at digits of another script": ((*DOCKER, "image"), "localhost:\u0663/x",
                                          "channels.docker.image is 'localhost:"),
    "registry at such digits": ((*DOCKER, "registry"), "http://127.0.0.\u0663", "channels.docker.registry is 'http://127"),
    "image of another registry": ((*DOCKER, "image"), "ghcr.io/a/b",
                                  f"channels.docker.image is at ghcr.io, `registry:` is {HUB}"),
    "told by nothing": (WINGET, {**TOLD, "event_type": None}, "channels.winget lacks `event_type`"),
    "told by two": (WINGET, {**TOLD, "workflow": "x.yml"}, "channels.winget has `event_type` and `workflow`"),
    "served nowhere": (WINGET, {**TOLD, "serves": {"contains": "{version}"}},
                       "channels.winget.serves needs exactly one of `file` and `url`"),
    "served in two places": (WINGET, {**TOLD, "serves": {**SERVES, "url": "https://e.org/"}},
                             "channels.winget.serves needs exactly one of `file` and `url`"),
    "nothing to look for": (WINGET, {**TOLD, "serves": {"file": "a"}}, "channels.winget.serves lacks `contains`"),
    "an empty list to look for": (WINGET, {**TOLD, "serves": {**SERVES, "contains": []}},
                                  "channels.winget.serves.contains is an empty list"),
    "the same for all versions": (WINGET, {**TOLD, "serves": {"file": "a", "contains": "b"}},
                                  "channels.winget.serves is the same for every version"),
    "unknown word to look for": (WINGET, {**TOLD, "serves": {**SERVES, "contains": "{tag}"}},
                                 "channels.winget.serves.contains[0] has an unknown word `{tag}`"),
    "served outside of the repository": (WINGET, {**TOLD, "serves": {**SERVES, "file": "../{version}"}},
                                         "channels.winget.serves.file names the file '../word'"),
    "served by plain http": (WINGET, {**TOLD, "serves": {"url": "http://e.org/", "contains": "{version}"}},
                             "channels.winget.serves.url is 'http://e.org/'"),
    "served by no repository": (WINGET, {**TOLD, "serves": {**SERVES, "repository": "x"}},
                                "channels.winget.serves.repository is 'x'"),
    "checksum of no artifact": (WINGET, {**TOLD, "serves": {"file": "a", "contains": "{sha256}"}},
                                "channels.winget.serves uses {sha256} of no artifact"),
    "event told twice": (WINGET, {**TOLD, "target": "KademosLabs/Scoop-Bucket", "event_type": "kekkai-release"},
                         'channels.winget is told by the same dispatch as channels.scoop: "kekkai-release"'),
    "workflow told twice": (("channels", "ghcr"), DEFAULT["channels"]["docker"],
                            'channels.ghcr is told by the same dispatch as channels.docker: "docker-publish.yml"'),
    "timeout of nothing": (("http", "timeout"), 0, "http.timeout is 0"),
    "negative timeout": (("http", "timeout"), -1.5, "http.timeout is -1.5"),
    "timeout without end": (("http", "timeout"), float("inf"), "http.timeout is Infinity"),
    "timeout of no number": (("http", "timeout"), float("nan"), "http.timeout is NaN"),
    "timeout of years": (("http", "timeout"), 10**9, "http.timeout is 1000000000"),
    "no request at once": (("http", "concurrency"), 0, "http.concurrency is 0"),
    "too many at once": (("http", "concurrency"), 65, "http.concurrency is 65"),
    "negative wait": (("retry", "max_wait"), -1, "retry.max_wait is -1"),
    "no attempt": (("retry", "attempts"), 0, "retry.attempts is 0"),
    "look-up of no number": (("retry", "lookup"), float("nan"), "retry.lookup is NaN"),
    "told without end": (("retry", "max_told"), float("inf"), "retry.max_told is Infinity"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_the_only_problem_and_named_with_its_path(path: Path_, value: object, text: str) -> None:
    [said] = problems((path, value))
    assert said.startswith(text)


MISSING: dict[str, tuple[Path_, object, list[str]]] = {
    "missing": (("artifacts",), ABSENT, ["artifacts is missing"]),
    "nothing": (("project",), None, ["project is missing"]),
    "no table": (("channels",), ["scoop"], ["channels is a list, not a table"]),
    "empty": (("project",), {}, ["project lacks `name`", "project lacks `repository`"]),
}


@pytest.mark.parametrize(("path", "value", "said"), MISSING.values(), ids=MISSING.keys())
def test_a_section_that_is_not_there(path: Path_, value: object, said: list[str]) -> None:
    found = [problem for problem in problems((path, value)) if ".artifact is" not in problem]
    assert found == said


@pytest.mark.parametrize("raw", [{}, {"run": {"echo": True}}, {"http": {"timeout": 3}}], ids=["", "run", "http"])
def test_no_file_is_said_as_that(raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings, match=r"^No invoke\.yaml was found here") as refused:
        read_settings(raw)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("word", "shown"), [("no", "false"), ("on", "true"), ("null", "null")], ids=["no", "on", "null"]
)
def test_a_name_that_yaml_reads_as_another_value_is_said_to_need_quotes(word: str, shown: str) -> None:
    entry = f"{word}: {{kind: dispatch, target: k/winget, event_type: x, token: T}}"
    raw = {**DEFAULT, "channels": yaml.safe_load(entry)}
    with pytest.raises(InvalidSettings, match=rf"channels\.{shown} is no usable name") as refused:
        read_settings(raw)
    assert refused.value.fix.endswith('write a name in quotes, such as "no".')


def test_every_problem_is_said_at_once() -> None:
    said = problems(
        (("project", "tag"), "v1"),
        (("project", "nmae"), "x"),
        (("artifacts", "wheel"), {"url": "http://x.org/"}),
        (("channels", "homebrew", "artifact"), "sorce"),
        (("channels", "homebrew", "fil"), "x"),
        (("channels", "docker", "kind"), "dokcer"),
        (("channels", "scoop", "file"), "../x"),
        (("channels", "scoop", "target"), 3),
        (("channels", "choco", "files"), [1, "/a", "b"]),
        (("http", "timeout"), 0),
        (("retry", "attempts"), "many"),
    )
    assert [line.split(" is ")[0].split(" has ")[0].split(" names ")[0] for line in said] == [
        "project.tag", "project", "artifacts.wheel.url", "channels.homebrew.artifact", "channels.homebrew",
        "channels.docker.kind", "channels.scoop.target", "channels.scoop.file", "channels.choco.files[0]",
        "channels.choco.files[1]", "http.timeout", "retry.attempts",
    ]  # fmt: skip


def fixes(*changes: tuple[Path_, object]) -> list[str]:
    refused = refusal(lambda: read_settings(changed(*changes)))
    return [problem.fix for problem in refused.problems] if refused else []


FIXES: dict[str, tuple[Path_, object, str]] = {
    "nearest key and the kind's keys": (
        (*SCOOP, "fille"), "x",
        "Did you mean `file`? Keys of a channel of kind scoop: kind, target, token, prereleases, check, event_type",
    ),
    "keys of a section": (("http", "tiemout"), 3, "Did you mean `timeout`? Keys of `http:`: timeout, concurrency."),
    "keys of a table inside": (
        WINGET, {**TOLD, "serves": {**SERVES, "urll": "x"}},
        "Did you mean `url`? Keys of `serves:`: contains, repository, file, url.",
    ),
    "nearest kind": ((*SCOOP, "kind"), "home-brew", f"Did you mean `homebrew`? It must be one of {', '.join(KINDS)}."),
    "nearest artifact": ((*SCOOP, "artifact"), "weel", "Did you mean `wheel`? Known artifacts: source, wheel."),
    "what a missing key is": ((*SCOOP, "file"), ABSENT, "Add `file:` there: The manifest's path in the bucket."),
    "a choice": ((*SCOOP, "prereleases"), "x", "It must be publish or skip."),
    "words of an input": ((*DOCKER, "inputs"), {"a": "{x}"}, "Known words: {version}, {tag}, {name}, {sha256}."),
    "a bound": (("http", "timeout"), 0, "It must be at least 0.05."),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "fix"), FIXES.values(), ids=FIXES.keys())
def test_the_fix_says_what_to_write(path: Path_, value: object, fix: str) -> None:
    [said] = fixes((path, value))
    assert said.startswith(fix)


SECRETS = {
    "GitHub's": ((*SCOOP, "token"), "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
    "fine-grained": ((*SCOOP, "token"), "github_pat_0123456789"),
    "Docker's": ((*DOCKER, "password"), "dckr_pat_0123456789"),
    "any password": ((*DOCKER, "password"), "ghp 0123456789!"),
    "in another place": ((*SCOOP, "prereleases"), "ghp_0123456789"),
    "as a tag": (("project", "tag"), "ghp_0123456789"),
    "in a path": ((*SCOOP, "file"), "ghp_0123456789 x"),
    "outside of the target": ((*SCOOP, "file"), "../github_pat_0123456789"),
    "as a word": ((*DOCKER, "inputs"), {"tag": "{ghp_0123456789}"}),
    "as a key": ((*SCOOP, "ghp_0123456789"), "x"),
    "as a channel": (("channels", "ghp_0123456789"), TOLD),
    "in an address": ((*DOCKER, "registry"), "http://example.org/ghp_0123456789"),
    "a password before no port": ((*DOCKER, "registry"), "https://x:0123456789@h:99999"),
    "a password in broken brackets": (("channels", "choco", "feed"), "https://[x:0123456789@h/"),
}


@pytest.mark.parametrize(("path", "value"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_in_the_configuration_is_refused_and_not_shown(path: Path_, value: str) -> None:
    refused = refusal(lambda: read_settings(changed((path, value))))
    assert refused is not None
    assert "0123456789" not in str(refused)
    assert len(refused.problems) == 1


def test_several_problems_are_one_error_of_two_lines() -> None:
    refused = refusal(lambda: read_settings(changed((("http", "timeout"), 0), ((*SCOOP, "colour"), "red"))))
    assert refused is not None
    assert len(str(refused).splitlines()) == 2
    assert "channels.scoop has an unknown key" in refused.wrong
    assert "http.timeout is 0" in refused.wrong
    assert refused.exit_code == 2


def leaves(value: object, path: Path_ = ()) -> list[Path_]:
    if not isinstance(value, dict):
        return [path]
    return [path, *(leaf for key, item in value.items() for leaf in leaves(item, (*path, key)))]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=5,
)
FULL = changed((WINGET, {**TOLD, "artifact": "wheel", "serves": {**SERVES, "repository": "a/b"}}))


@settings(deadline=None)  # a busy machine is not a failure
@given(st.sampled_from([path for path in leaves(FULL) if path]), VALUES)
def test_any_value_anywhere_is_a_record_or_refused_in_two_lines(path: Path_, value: object) -> None:
    refused = refusal(lambda: read_settings({**FULL, **changed((WINGET, FULL["channels"]["winget"]), (path, value))}))
    for problem in refused.said if refused else ():
        assert problem.exit_code == 2
        assert len(str(problem).splitlines()) == 2
        assert len(str(problem)) < 700


WRONG_TYPES: dict[str, Any] = {
    "null": None, "true": True, "number": 7, "fraction": 0.5, "text": "x", "list": [[]], "table": {"": {}},
}  # fmt: skip


@pytest.mark.parametrize("value", WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
@pytest.mark.parametrize("path", [path for path in leaves(FULL) if len(path) > 1], ids=".".join)
def test_a_value_of_another_type_is_refused_with_its_path_or_fits(path: Path_, value: object) -> None:
    old: Any = FULL
    for key in path:
        old = old[key]
    said = problems((WINGET, FULL["channels"]["winget"]), (path, value))
    fits = value is None or type(value) is type(old) or (isinstance(old, float) and type(value) is int)
    named = [line for line in said if line.startswith((".".join(path), ".".join(path[:-1])))]
    assert named if not fits else named == said


TABLES: list[Path_] = [("project",), ("http",), ("retry",), ("artifacts", "wheel"), ("channels", "docker"), SCOOP]
KNOWN = {key for kind in KINDS for key in keys_of(kind_of(kind).settings)} | {"repository", "tag", "branch", "url",
    "asset", "timeout", "concurrency", "attempts", "max_wait", "lookup", "max_told", "name"}  # fmt: skip


@settings(deadline=None)  # a busy machine is not a failure
@given(st.sampled_from(TABLES), st.text(max_size=12).filter(lambda key: key not in KNOWN), VALUES)
def test_no_unknown_key_passes_anywhere(path: Path_, key: str, value: object) -> None:
    assert any(f"{'.'.join(path)} has an unknown key" in line for line in problems(((*path, key), value)))


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


def test_a_token_for_a_repository_is_not_shown() -> None:
    [said] = check_repositories(read_settings(changed(((*SCOOP, "target"), "ghp_0123456789"))))
    assert said.startswith("channels.scoop.target is '***', not a repository")


@pytest.mark.parametrize(("name", "good"), REPOSITORIES.values(), ids=REPOSITORIES.keys())
def test_repository_names_are_githubs(name: str, good: bool) -> None:  # noqa: FBT001 - a column
    read = read_settings(changed(((*SCOOP, "target"), name), ((*SCOOP, "event_type"), "x")))
    said = check_repositories(read)
    assert [p.split(" is ")[0] for p in said] == ([] if good else ["channels.scoop.target"])
    assert check_repositories(read, ["homebrew"]) == []


def test_records_are_frozen_and_pydantic_is_loaded_only_to_read_settings() -> None:
    with pytest.raises(AttributeError):
        Channel("a", "scoop", "a/b", "T").token = "U"  # type: ignore[misc] # what must not work
    code = "import sys, release.settings, release.channels.settings; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.lower()) is False


def test_of_very_many_problems_the_first_are_said_and_how_many_more_there_are() -> None:
    *said, rest = problems((("project",), {**DEFAULT["project"], **{f"k{n}": 1 for n in range(400)}}))
    assert (len(said), rest) == (MOST - 1, f"{400 - len(said)} more problems")
    assert len(problems((("project",), {**DEFAULT["project"], **{f"k{n}": 1 for n in range(MOST)}}))) == MOST


def test_of_very_many_artifacts_a_problem_names_the_first_and_how_many_more_there_are() -> None:
    raw = changed((("artifacts",), {f"a{n}": {"asset": f"{n}"} for n in range(400)}))
    refused = refusal(lambda: read_settings(raw))
    first = ", ".join(f"a{n}" for n in range(MOST))
    assert refused
    assert refused.problems[0].fix.endswith(f"Known artifacts: {first} and {400 - MOST} more.")
