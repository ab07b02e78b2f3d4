"""Formulae of real shapes, edited and compared byte for byte with golden files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from release.channels.base import Change
from release.channels.homebrew.kind import Homebrew
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.version import read_by_brew, version_in
from release.channels.homebrew.versioned import class_name
from release.errors import EditRefused
from release.records import Download, Served
from tests.support.releases import checksum_by

DATA = Path(__file__).parents[2] / "data" / "homebrew"
FILE = "Formula/kekkai.rb"
TAP = HomebrewChannel(
    "homebrew", "homebrew", "kademoslabs/homebrew-tap", "TAP_REPO_TOKEN", event_type="kekkai-release",
    artifact="source", file=FILE,
)  # fmt: skip
KEEPING = replace(TAP, versioned_formulae=True)
OLD, NEW = "0" * 64, "89abcdef" * 8
PAGES = "https://github.com/kademoslabs/kekkai"
ASSETS = {
    f"kekkai-0.0.2-{system}.tar.gz": letter * 64
    for system, letter in {"macos-arm64": "a", "macos-x86_64": "b", "linux-x86_64": "c"}.items()
}
UNVERSIONED = {f"kekkai_{name}.tar.gz": letter * 64 for name, letter in [("mac", "a"), ("arm", "b"), ("pc", "c")]}
COMMIT = "fedcba9876543210fedcba9876543210fedcba98"


def a_change(
    version: str = "0.0.2", sha256: str = NEW, url: str | None = None,
    files: Mapping[str, str] | None = None, **more: object,
) -> Change:  # fmt: skip
    """The move to ``version``; ``files`` are the release's other assets by name."""
    url = url or f"{PAGES}/archive/refs/tags/v{version}.tar.gz"
    known = {url: sha256} | {
        f"{PAGES}/releases/download/v{version}/{name}": sums for name, sums in (files or {}).items()
    }
    change = Change(
        "kekkai", version, f"v{version}", url, sha256, urls=tuple(known), checksum=checksum_by(known), page=PAGES
    )
    return replace(change, **more)  # type: ignore[arg-type]  # rows name fields of Change


LOCAL = "http://127.0.0.1:8080"
WHEEL = f"{PAGES}/releases/download/v1.0.0-rc.1/kekkai-1.0.0rc1-py3-none-any.whl"
SHAPES = {
    "plain": a_change(),
    "stale": a_change(),
    "crlf": a_change(),
    "version_before": a_change(),
    "version_after": a_change(),
    "checkout": a_change(commit=COMMIT),
    "stable_block": a_change(),
    "per_system": a_change(files=ASSETS),
    "conditions": a_change(files=ASSETS),
    "generated": a_change(files=UNVERSIONED),
    "short_archive": a_change(),
    "added_version": a_change("1.0.0-nightly.3"),
    "wheel": a_change("1.0.0-rc.1", url=WHEEL),
    "loopback": a_change(url=f"{LOCAL}/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"),
}
GOLDEN = sorted(path.name for path in DATA.glob("*.rb"))


def before(shape: str) -> bytes:
    return (DATA / f"{shape}.before.rb").read_bytes()


def after(shape: str) -> bytes:
    return (DATA / f"{shape}.after.rb").read_bytes()


def edit(content: bytes, change: Change, channel: HomebrewChannel = TAP) -> dict[str, bytes]:
    return Homebrew().edit(channel, {FILE: content}, change)


def served(content: bytes) -> Served:
    return Homebrew().served(TAP, {FILE: content})


@pytest.fixture
def ruby() -> str:
    found = shutil.which("ruby")
    if found is None and os.environ.get("CI") == "true" and sys.platform == "linux":
        pytest.fail("ruby is not installed, and CI must check what is written into formulae")
    return found or pytest.skip("ruby is not installed")


def check_ruby(ruby: str, content: bytes) -> None:
    done = subprocess.run([ruby, "-c"], input=content, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_every_shape_has_its_golden_pair() -> None:
    named = {f"{shape}.{when}.rb" for shape in SHAPES for when in ("before", "after")}
    assert named == {name for name in GOLDEN if "@" not in name}


@pytest.mark.parametrize("shape", SHAPES)
def test_edit_gives_the_golden_file(shape: str) -> None:
    assert edit(before(shape), SHAPES[shape])[FILE].decode() == after(shape).decode()


@pytest.mark.parametrize("shape", SHAPES)
def test_edit_of_its_own_output_changes_nothing(shape: str) -> None:
    assert edit(after(shape), SHAPES[shape], KEEPING) == {}


@pytest.mark.parametrize("shape", SHAPES)
def test_served_after_the_edit_is_the_new_version(shape: str) -> None:
    assert served(before(shape)).version == "0.0.1"
    assert served(after(shape)).version == SHAPES[shape].version


@pytest.mark.services
@pytest.mark.parametrize("name", GOLDEN)
def test_golden_file_is_ruby(name: str, ruby: str) -> None:
    check_ruby(ruby, (DATA / name).read_bytes())


@pytest.mark.services
@pytest.mark.parametrize("shape", SHAPES)
def test_everything_that_is_written_is_ruby(shape: str, ruby: str) -> None:
    written = edit(before(shape), SHAPES[shape], KEEPING)
    assert set(written) == {FILE, "Formula/kekkai@0.0.1.rb"}
    for content in written.values():
        check_ruby(ruby, content)


@pytest.mark.parametrize("shape", ["plain", "stale", "crlf"])
def test_outgoing_version_is_kept_as_golden(shape: str) -> None:
    kept = edit(before(shape), SHAPES[shape], KEEPING)["Formula/kekkai@0.0.1.rb"]
    assert kept.decode() == (DATA / f"{shape}@0.0.1.rb").read_bytes().decode()


@pytest.mark.parametrize("shape", SHAPES)
def test_outgoing_version_serves_what_was_served(shape: str) -> None:
    kept = edit(before(shape), SHAPES[shape], KEEPING)["Formula/kekkai@0.0.1.rb"]
    both = (served(kept), served(before(shape)))
    assert both[0].sha256 == both[1].sha256
    lineless = [[replace(one, line=0) for one in found.downloads] for found in both]
    assert lineless[0] == lineless[1] != []
    assert kept.count(b"keg_only") == 1
    assert b"class KekkaiAT001 < Formula" in kept


def test_versioned_formula_that_exists_is_left_alone() -> None:
    files = {FILE: before("plain"), "Formula/kekkai@0.0.1.rb": b"by hand"}
    assert set(Homebrew().edit(KEEPING, files, a_change())) == {FILE}


def test_same_version_with_another_checksum_keeps_no_versioned_formula() -> None:
    assert set(edit(after("plain"), a_change(sha256="7" * 64), KEEPING)) == {FILE}


def test_same_version_with_another_checksum_keeps_revision_and_drops_bottles() -> None:
    written = edit(before("stale"), a_change("0.0.1"))[FILE]
    assert NEW.encode() in written
    assert b"  revision 2\n" in written
    assert b"bottle do" not in written
    assert b"mirror.example.org/kekkai" not in written


@pytest.mark.parametrize("shape", ["stale", "short_archive", "checkout", "plain"])
def test_what_is_served_already_is_not_touched(shape: str) -> None:
    assert edit(before(shape), a_change("0.0.1", OLD), KEEPING) == {}


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("kekkai@0.0.1", "KekkaiAT001"),
        ("kekkai@1.0.0-rc.1", "KekkaiAT100Rc1"),
        ("kekkai@1.0.0+b.5", "KekkaiAT100xb5"),
        ("my-tool_x@10.2.3", "MyToolXAT1023"),
        ("openssl@3", "OpensslAT3"),
        ("KEKKAI", "Kekkai"),
        ("libsigc++", "Libsigcxx"),
    ],
)
def test_class_name_is_the_one_brew_looks_for(formula: str, name: str) -> None:
    assert class_name(formula) == name


def test_served_names_version_checksum_and_url() -> None:
    url = f"{PAGES}/archive/refs/tags/v0.0.2.tar.gz"
    only = Download(url, NEW, "0.0.2", 5)
    assert served(after("version_before")) == Served("0.0.2", NEW, url, downloads=(only,))
    assert served(after("version_before").replace(b".tar.gz", b".tar.gz#/kekkai")).downloads == (only,)
    assert served(after("wheel")).version == "1.0.0-rc.1"


def test_served_of_pairs_per_system_is_the_first_with_a_note() -> None:
    found = served(after("per_system"))
    assert (found.version, found.sha256) == ("0.0.2", "a" * 64)
    assert found.url == f"{PAGES}/releases/download/v0.0.2/kekkai-0.0.2-macos-arm64.tar.gz"
    assert found.note == "first of 3 downloads, line 9"


def test_half_updated_formula_serves_the_oldest_version_and_can_be_repaired() -> None:
    half = after("conditions").replace(b"v0.0.2/kekkai-0.0.2-linux", b"v0.0.1/kekkai-0.0.1-linux")
    assert served(half).version == "0.0.1"
    assert "0.0.2 (line 6)" in (served(half).note or "")
    assert edit(half, SHAPES["conditions"], KEEPING) == {FILE: after("conditions")}


@pytest.mark.parametrize(
    ("held", "version"),
    [("0.0.1", "0.0.1"), ("1.0.0rc1", "1.0.0-rc.1"), ("1.0.0a2", "1.0.0-alpha.2"), ("1.2", "1.2.0"), ("r15", "r15")],
)
def test_served_version_is_semver_where_it_can_be_told(held: str, version: str) -> None:
    content = after("version_before").replace(b"'0.0.2'", f"'{held}'".encode())
    assert served(content).version == version


@pytest.mark.parametrize(("held", "given"), [("1.0.0rc1", "1.0.0-rc.1"), ("1.0.0-rc.1", "1.0.0-rc.1")])
def test_held_version_in_pythons_form_is_the_same_version(held: str, given: str) -> None:
    url = f"https://example.org/kekkai-{held}-py3-none-any.whl"
    content = f'class Kekkai < Formula\n  url "{url}"\n  version "{held}"\n  sha256 "{NEW}"\nend\n'.encode()
    assert edit(content, a_change(given, url=url)) == {}


@pytest.mark.parametrize(("held", "new"), [("1.0.0rc1", "1.0.0rc2"), ("1.0.0-rc.1", "1.0.0-rc.2")])
def test_version_beside_a_url_without_it_is_written_as_before(held: str, new: str) -> None:
    url = "https://example.org/latest/kekkai.tgz"
    content = f'class Kekkai < Formula\n  url "{url}"\n  version "{held}"\n  sha256 "{OLD}"\nend\n'
    wanted = content.replace(held, new).replace(OLD, NEW).encode()
    assert edit(content.encode(), a_change("1.0.0-rc.2", url=url)) == {FILE: wanted}


def test_lower_version_needs_to_be_allowed() -> None:
    newer = after("plain").replace(b"v0.0.2", b"v0.0.10")
    with pytest.raises(EditRefused, match=r"0\.0\.10 .*newer than 0\.0\.2") as refused:
        edit(newer, a_change())
    assert "--allow-downgrade" in refused.value.fix
    assert edit(newer, a_change(allow_downgrade=True)) == {FILE: after("plain")}


def test_release_is_not_older_than_its_own_candidate() -> None:
    candidate = edit(before("plain"), a_change("0.0.2-rc.1"))[FILE]
    assert edit(candidate, a_change()) == {FILE: after("plain")}


def test_path_at_another_host_keeps_the_files_host() -> None:
    url = "http://127.0.0.1:4711/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
    local = a_change(url=url, checksum=lambda place: {SHAPES["plain"].url: NEW, url: "1" * 64}[place])
    assert edit(before("plain"), local) == {FILE: after("plain")}


def test_commit_message_names_product_and_tag() -> None:
    assert Homebrew().commit_message(a_change()) == "chore: bump kekkai to v0.0.2"


@pytest.mark.parametrize(
    ("url", "version"),
    [
        (f"{PAGES}/archive/refs/tags/v0.0.1.tar.gz", "0.0.1"),
        (f"{PAGES}/archive/kekkai-v1.0.0-nightly.3.zip", "1.0.0-nightly.3"),
        (f"{PAGES}/releases/download/v1.0.0-rc.1/kekkai-1.0.0rc1-py3-none-any.whl", "1.0.0-rc.1"),
        (f"{PAGES}/releases/download/v1.0.0%2Bb.1/kekkai.tgz", "1.0.0+b.1"),
        ("https://x.example.org/kekkai-0.10.2-linux-x86_64.tar.gz?raw=1.2", "0.10.2"),
        ("https://x.example.org/1.2.3/kekkai_amd64.tgz", "1.2.3"),
        ("https://x.example.org/k8s-2.3.4.tgz", "2.3.4"),
        ("https://10.2.3.4/kekkai.tgz", None),
        ("http://[bad/kekkai.tgz", None),
        ("v2.0.0-rc.1", "2.0.0-rc.1"),
        ("k8s/v2.0.0", "2.0.0"),
        ("main", None),
    ],
)
def test_version_is_read_off_a_url_or_tag(url: str, version: str | None) -> None:
    assert version_in(url) == version


@pytest.mark.parametrize(
    ("url", "version", "read"),
    [
        (f"{PAGES}/archive/refs/tags/v0.0.1.tar.gz", "0.0.1", True),
        (f"{PAGES}/archive/refs/tags/v1.0.0-rc.1.tar.gz", "1.0.0-rc.1", True),
        (f"{PAGES}/archive/refs/tags/v1.0.0-dev.1.tar.gz", "1.0.0-dev.1", False),
        (f"{PAGES}/archive/refs/tags/v1.0.0+1.tar.gz", "1.0.0+1", False),
        (f"{PAGES}/releases/download/v0.0.1/kekkai.tgz", "0.0.1", True),
        (f"{PAGES}/releases/download/v0.0.1/kekkai_amd64.tgz", "0.0.1", False),
        (f"{PAGES}/archive/refs/tags/v10.0.1.tar.gz", "0.0.1", False),
        ("v0.0.1", "0.0.1", True),
    ],
)
def test_whether_brew_would_read_the_version(url: str, version: str, read: bool) -> None:  # noqa: FBT001 - a row's value
    assert read_by_brew(url, version) is read
