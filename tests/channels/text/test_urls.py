"""The rules that manifests and install scripts share: where a URL moves to, which version is the newer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.channels.base import Change
from release.channels.text.urls import moved_url
from release.channels.text.versions import PARTS, Move, is_older
from tests.support.releases import REPOSITORY, change_to, sha256

DOWNLOADS = f"{REPOSITORY}/releases/download"
WHEEL = f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-py3-none-any.whl"
NEW = f"{DOWNLOADS}/v0.1.0/kekkai-0.1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(WHEEL, NEW, id="the artifact"),
        pytest.param(f"{WHEEL}?raw=1#/kekkai-0.0.1.zip", f"{NEW}?raw=1#/kekkai-0.1.0.zip", id="query and name"),
        pytest.param(
            f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-win32.zip", f"{DOWNLOADS}/v0.1.0/kekkai-0.1.0-win32.zip", id="asset"
        ),
        pytest.param("https://m.example/k/0_0_1/v0.0.1.tar.gz", "https://m.example/k/0_1_0/v0.1.0.tar.gz", id="folder"),
        pytest.param("https://m.example/0.0/kekkai-0.0.1-win32.zip", None, id="folder of the old line"),
        pytest.param(f"https://p.example/{'a' * 60}/kekkai-0.0.1-win32.zip", None, id="folder named by a checksum"),
        pytest.param(f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-linux.zip", None, id="asset that is not there"),
        pytest.param(f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-rc.1-win32.zip", None, id="its pre-release"),
        pytest.param(WHEEL.replace(".com", "].com"), None, id="host that is none"),
        pytest.param("https://m.example/tool.zip", None, id="no version"),
    ],
)
def test_moved_url(url: str, expected: str | None) -> None:
    moved = moved_url(url, "0.0.1", change_to("0.1.0"))
    assert (moved and moved[0]) == expected
    if moved and expected:
        assert moved[1] == sha256(expected.split("?")[0].rpartition("/")[2])


def test_only_download_of_the_repository_becomes_the_artifact() -> None:
    tarball = f"{REPOSITORY}/archive/refs/tags/v0.0.1.tar.gz#/dl.7z"
    assert moved_url(tarball, "0.0.1", change_to("0.1.0"), alone=True) == (f"{NEW}#/dl.7z", change_to("0.1.0").sha256)


def test_build_metadata_is_quoted_as_in_the_artifacts_url() -> None:
    url = f"{DOWNLOADS}/v1.0.0%2Bb.1/kekkai-1.0.0+b.1-py3-none-any.whl"
    change = Change("kekkai", "1.0.0+b.1", "v1.0.0+b.1", url, "A" * 64)
    assert moved_url(WHEEL, "0.0.1", change) == (url, "a" * 64)
    assert moved_url(url, "1.0.0+b.1", change_to("0.1.0")) == (NEW, change_to("0.1.0").sha256)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0.0.1", "0.0.2"), ("0.9.0", "0.10.0"), ("1.0.0-rc.1", "1.0.0"), ("1.0.0-rc9", "1.0.0-rc.10"),
        ("1.0.0-alpha", "1.0.0-beta"), ("1.0", "1.0.1"), ("1.0.0", "1.0.0.1"), ("1.0.0-1", "1.0.0-a"),
    ],
)  # fmt: skip
def test_order(older: str, newer: str) -> None:
    assert is_older(older, newer) is True
    assert is_older(newer, older) is False


@given(st.from_regex(PARTS, fullmatch=True), st.from_regex(PARTS, fullmatch=True))
def test_any_two_versions_have_one_order(first: str, second: str) -> None:
    assert not (is_older(first, second) and is_older(second, first))
    assert is_older(first, first) is False


@pytest.mark.parametrize("held", ["nightly", "", "1..0", "1.0.0-", "v1.0.0"])
def test_no_order(held: str) -> None:
    assert is_older("1.0.0", held) is None


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("kekkai-1.2.3.zip", True), ("v1.2.3", True), ("kekkai_1.2.3_64bit", True), ("1_2_3", True),
        ("1.2.3-amd64", True),
        ("11.2.3", False), ("1.2.30", False), ("1.2.3.4", False), ("0.1.2.3", False), ("1.2.3rc1", False),
        ("1.2.3-beta", False), ("1.2.3+b", False), ("1.2.3.post1", False), ("1.2", False),
    ],
)  # fmt: skip
def test_a_version_is_found_as_a_whole_only(text: str, carried: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Move("1.2.3", "2.0.0").carried(text) is carried
