"""Scoop manifests: what an edit changes, what it leaves, what it refuses."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from release.channels.base import Change
from release.channels.scoop.kind import Scoop
from release.channels.scoop.settings import ScoopChannel
from release.errors import EditRefused
from tests.support.releases import REPOSITORY, change_to, damage, hostile_changes, sha256, versions

DATA = Path(__file__).parents[2] / "data" / "scoop"
NAMES = sorted(path.name.removesuffix(".before.json") for path in DATA.glob("*.before.json"))
ONE_WAY = {"other-algorithm-tabs", "tarball-gives-way"}
FILE = "bucket/kekkai.json"
BUCKET = ScoopChannel(
    "scoop", "scoop", "kademoslabs/scoop-bucket", "SCOOP_REPO_TOKEN", event_type="kekkai-release",
    artifact="wheel", file=FILE,
)  # fmt: skip
OLD = sha256("kekkai-0.0.1-py3-none-any.whl")
URL = f"{REPOSITORY}/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl"
ICON = "https://example.org/kekkai.ico"
LATEST = f"{REPOSITORY}/releases/latest/download/kekkai-0.0.1-py3-none-any.whl"


def golden(name: str, side: str) -> dict[str, bytes]:
    return {FILE: (DATA / f"{name}.{side}.json").read_bytes()}


def change_of(name: str, version: str | None = None, *, downgrade: bool = False) -> Change:
    main = "-win-amd64.zip" if name == "architectures" else "-py3-none-any.whl"
    new = version or ("1.0.0-rc.1" if name == "to-a-prerelease" else "0.0.2")
    return change_to(new, main=main, downgrade=downgrade)


def manifest(**keys: object) -> dict[str, bytes]:
    held = {"version": "0.0.1", "url": URL, "hash": OLD} | keys
    return {FILE: json.dumps({k: v for k, v in held.items() if v is not None}).encode()}


def edited(**keys: object) -> dict[str, object]:
    held: dict[str, object] = json.loads(Scoop().edit(BUCKET, manifest(**keys), change_to("0.0.2"))[FILE])
    return held


def test_there_are_goldens_of_at_least_eight_shapes() -> None:
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_edit_gives_the_golden_bytes(name: str) -> None:
    assert Scoop().edit(BUCKET, golden(name, "before"), change_of(name)) == golden(name, "after")


@pytest.mark.parametrize("name", NAMES)
def test_second_edit_changes_nothing(name: str) -> None:
    assert Scoop().edit(BUCKET, golden(name, "after"), change_of(name)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_served_is_what_was_written(name: str) -> None:
    change = change_of(name)
    served = Scoop().served(BUCKET, golden(name, "after"))
    assert (served.version, served.sha256) == (change.version, change.sha256)
    assert (served.url or "").split("#")[0].rpartition("/")[2] == change.url.rpartition("/")[2]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ONE_WAY])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(version=versions())
def test_there_and_back_is_the_original(name: str, version: str) -> None:
    before = golden(name, "before")
    assume(version.encode() not in before[FILE])
    there = Scoop().edit(BUCKET, before, change_of(name, version, downgrade=True))
    assert there.keys() == before.keys()
    assert Scoop().edit(BUCKET, there, change_of(name, "0.0.1", downgrade=True)) == before


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damaged_file_is_refused_or_read_as_the_new_version(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    damaged = {FILE: damage(data, golden(name, "before")[FILE])}
    try:
        new = damaged | Scoop().edit(BUCKET, damaged, change_of(name))
        assert Scoop().served(BUCKET, new).version == change_of(name).version
    except EditRefused:
        pass


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        pytest.param(b"<html>", "not JSON", id="html"),
        pytest.param(b'{"version": "0.0.1", "url": "ht', "not JSON", id="half a file"),
        pytest.param(b"[" * 100_000, "not JSON", id="nested without end"),
        pytest.param(b"[]", "no JSON object", id="array"),
        pytest.param(b'{"version": "0.0.1", "version": "0.0.1"}', "twice", id="key twice"),
        pytest.param(b"\xff\xfe\xff", "UTF-8", id="no text"),
        pytest.param(b'{"version": NaN}', "NaN is no JSON", id="no number"),
        pytest.param(b'{"version": "0.0.1", "bin": ' + b"[" * 40 + b"]" * 40 + b"}", "nested deeper", id="deep"),
        pytest.param(b'{"version": "' + b"1" * 1_000_000 + b'"}', "more than any manifest", id="a megabyte"),
    ],
)
def test_what_is_no_manifest_is_refused(text: bytes, fragment: str) -> None:
    for attempt in (lambda: Scoop().served(BUCKET, {FILE: text}), lambda: edit_bytes(text)):
        with pytest.raises(EditRefused, match=fragment):
            attempt()


def edit_bytes(text: bytes) -> dict[str, bytes]:
    return Scoop().edit(BUCKET, {FILE: text}, change_to("0.0.2"))


@pytest.mark.parametrize(
    ("keys", "fragment"),
    [
        pytest.param({"version": None}, "`version`", id="no version"),
        pytest.param({"version": 1}, "`version`", id="version is a number"),
        pytest.param({"url": None, "hash": None}, "no `url`", id="no download"),
        pytest.param({"hash": None}, "0 texts in `hash` for 1", id="hash missing"),
        pytest.param({"url": [URL, "https://example.org/x"]}, "1 texts in `hash` for 2", id="one hash for two"),
        pytest.param({"hash": "0.0.1"}, "no checksum", id="hash is none"),
        pytest.param({"version": "0.0.3"}, "--allow-downgrade", id="newer held"),
        pytest.param({"version": "nightly"}, "--allow-downgrade", id="not comparable"),
        pytest.param({"url": "https://example.org/0.0.1/other.zip"}, "no file of this release", id="foreign URL"),
        pytest.param(
            {"url": "https://mirror.example.org/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-win32.zip"},
            "another file",
            id="another asset",
        ),
        pytest.param(
            {"url": "https://example.org/0.0/kekkai-0.0.1-win32.zip"},
            "kekkai-0.0.2-win32.zip is no file",
            id="URL that nobody serves",
        ),
        pytest.param({"url": [URL, URL.replace(".whl", ".exe")], "hash": [OLD, OLD]}, "no file", id="unknown second"),
        pytest.param({"depends": "main/python@0.0.1"}, "something else's", id="dependency at the same version"),
        pytest.param({"notes": "Needs Windows 0.0.1"}, "something else's", id="prose about another thing"),
        pytest.param({"notes": "New since Kekkai 0.0.1: colours"}, "something else's", id="history"),
        pytest.param({"pre_install": "pip install requests==0.0.1"}, "something else's", id="pinned requirement"),
        pytest.param({"pre_install": "$python = '0.0.1'"}, "something else's", id="another thing's variable"),
        pytest.param({"pre_install": "scoop install dep --version 0.0.1"}, "something else's", id="other tool"),
        pytest.param({"pre_install": "iwr https://e.org/dep-0.0.1.zip"}, "something else's", id="other download"),
        pytest.param({"pre_install": f"iwr {REPOSITORY}/raw/v0.0.1/fuel.ps1"}, "something else's", id="unseen script"),
        pytest.param({"installer": {"url": URL, "hash": OLD}}, "`installer.hash`", id="hash in another place"),
        pytest.param({"env_set": {"KEKKAI-0.0.1": "x"}}, "is a key", id="version in a key"),
        pytest.param({"url": [URL] * 300, "hash": [OLD] * 300}, "300 downloads", id="downloads without end"),
        pytest.param({"bin": ["0.0.1"] * 600}, "more than 500 times", id="mentions without end"),
        pytest.param({"architecture": {"arm64": {"url": LATEST, "hash": OLD}}}, "would both become", id="two into one"),
        pytest.param({"extract_dir": "kekkai001"}, "line 1, `extract_dir` would keep the version", id="no dots"),
    ],
)
def test_refused_and_nothing_written(keys: dict[str, object], fragment: str) -> None:
    with pytest.raises(EditRefused) as refused:
        Scoop().edit(BUCKET, manifest(**keys), change_to("0.0.2"))
    assert fragment in refused.value.wrong + refused.value.fix


@pytest.mark.parametrize(
    ("keys", "key", "expected"),
    [
        pytest.param({"notes": "Kekkai v0.0.1 is here"}, "notes", "Kekkai v0.0.2 is here", id="own prose"),
        pytest.param({"notes": "Needs 10.0.1 or 0.0.1.4"}, "notes", "Needs 10.0.1 or 0.0.1.4", id="longer numbers"),
        pytest.param({"notes": "not 0.0.1-rc.1"}, "notes", "not 0.0.1-rc.1", id="its pre-release"),
        pytest.param({"extract_dir": "dist_0.0.1"}, "extract_dir", "dist_0.0.2", id="folder"),
        pytest.param({"pre_install": ["$v = '0.0.1'"]}, "pre_install", ["$v = '0.0.2'"], id="script's own variable"),
        pytest.param({"post_install": "pip install kekkai[all]==0.0.1"}, "post_install",
                     "pip install kekkai[all]==0.0.2", id="own pin"),
        pytest.param({"homepage": f"{REPOSITORY}/tree/v0.0.1"}, "homepage", f"{REPOSITORY}/tree/v0.0.2", id="page"),
        pytest.param({"hash": OLD.upper()}, "hash", sha256("kekkai-0.0.2-py3-none-any.whl"), id="upper case"),
        pytest.param({"checkver": "0.0.1"}, "checkver", "0.0.1", id="checkver stays"),
        pytest.param({"url": f"{REPOSITORY}/releases/latest/download/kekkai.whl"}, "url",
                     URL.replace("0.0.1", "0.0.2"), id="URL without a version"),
    ],
)  # fmt: skip
def test_places_of_the_old_release(keys: dict[str, object], key: str, expected: object) -> None:
    assert edited(**keys)[key] == expected


def test_a_file_of_another_system_does_not_become_the_artifact() -> None:
    files = manifest(url=URL.replace("-py3-none-any.whl", "-win32.zip"), bin="kekkai.exe")
    with pytest.raises(EditRefused, match=r"downloads another file than .*-win-amd64\.zip"):
        Scoop().edit(BUCKET, files, change_to("0.0.2", main="-win-amd64.zip"))


def test_a_checksum_that_stood_beside_two_files_is_not_guessed_in_a_script() -> None:
    arm = {"arm64": {"url": URL.replace("-py3-none-any.whl", "-win-arm64.zip"), "hash": OLD}}
    with pytest.raises(EditRefused, match=f"`pre_install` would keep the checksum {OLD[:12]}"):
        Scoop().edit(BUCKET, manifest(architecture=arm, pre_install=f"check {OLD}"), change_to("0.0.2"))


@pytest.mark.parametrize("variable", ["$version", "${version}"])
def test_script_that_names_the_file_by_version_must_find_the_new_one(variable: str) -> None:
    """Scoop's ``$version`` is ``1.0.0-rc.1``; the wheel's name says ``1.0.0rc1``."""
    files = manifest(installer={"script": [f'pip install "$dir\\kekkai-{variable}-py3-none-any.whl"']})
    assert json.loads(Scoop().edit(BUCKET, files, change_to("0.0.2"))[FILE])["version"] == "0.0.2"
    with pytest.raises(EditRefused, match=r"installer\.script\[0\].*kekkai-1\.0\.0rc1-py3-none-any\.whl"):
        Scoop().edit(BUCKET, files, change_to("1.0.0-rc.1"))


def test_same_version_with_a_wrong_hash_is_corrected() -> None:
    new = Scoop().edit(BUCKET, manifest(hash="0" * 64), change_to("0.0.1"))
    assert new == manifest()


def test_unclear_mention_of_the_version_that_is_there_changes_nothing() -> None:
    files = manifest(notes="New since Kekkai 0.0.1", pre_install="iwr https://e.org/dep-0.0.1.zip", depends="a@0.0.1")
    assert Scoop().edit(BUCKET, files, change_to("0.0.1")) == {}


def test_downgrade_that_is_meant_is_made() -> None:
    newer = golden("mirror", "after")
    assert Scoop().edit(BUCKET, newer, change_to("0.0.1", downgrade=True)) == golden("mirror", "before")


@pytest.mark.parametrize("text", [f"sha512:{'a' * 128}", "md5:" + "a" * 32, "sha1:" + "a" * 40],
                         ids=["sha512", "md5", "sha1"])  # fmt: skip
def test_other_algorithms_are_served_without_sha256(text: str) -> None:
    assert Scoop().served(BUCKET, manifest(hash=text)).sha256 is None


def downloads(**keys: object) -> list[tuple[str, str | None, str | None]]:
    return [(d.url, d.sha256, d.version) for d in Scoop().served(BUCKET, manifest(**keys)).downloads]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({}, [(URL, OLD, "0.0.1")], id="one"),
        pytest.param({"url": f"{URL}#/kekkai.zip"}, [(URL, OLD, "0.0.1")], id="without the name on disk"),
        pytest.param({"url": [ICON, URL], "hash": ["b" * 64, OLD]}, [(URL, OLD, "0.0.1")], id="without extras"),
        pytest.param({"url": ICON}, [(ICON, OLD, "0.0.1")], id="no version"),
        pytest.param({"hash": f"sha512:{'a' * 128}"}, [(URL, None, "0.0.1")], id="other algorithm"),
        pytest.param({"architecture": {"arm64": {"url": ICON, "hash": "b" * 64}}},
                     [(ICON, "b" * 64, "0.0.1"), (URL, OLD, "0.0.1")], id="no version on one architecture"),
        pytest.param({"architecture": {"arm64": {"url": URL.replace("0.0.1", "0.0.0"), "hash": "b" * 64}}},
                     [(URL.replace("0.0.1", "0.0.0"), "b" * 64, "0.0.0"), (URL, OLD, "0.0.1")], id="left behind"),
    ],
)  # fmt: skip
def test_served_names_every_download(keys: dict[str, object], expected: object) -> None:
    assert downloads(**keys) == expected


def test_missing_file_is_refused() -> None:
    with pytest.raises(EditRefused, match="not there"):
        Scoop().served(BUCKET, {})


@pytest.mark.parametrize("change", hostile_changes())
def test_hostile_change_is_refused(change: Change) -> None:
    with pytest.raises(EditRefused, match="cannot be written into a file"):
        Scoop().edit(BUCKET, manifest(), change)


def test_commit_message() -> None:
    assert Scoop().commit_message(change_to("0.0.1")) == "kekkai: Update to version 0.0.1"
