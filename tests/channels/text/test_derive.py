"""Where the old release's downloads are in the new one."""

import pytest

from release.channels.base import Change
from release.channels.text.derive import Derivation
from release.channels.text.versions import Move
from release.errors import EditRefused
from tests.support.releases import HOSTS, REPOSITORY, change_to, checksum_by, sha256

DOWNLOADS = f"{REPOSITORY}/releases/download"
MIRROR = DOWNLOADS.replace(*HOSTS)
NEW = f"{DOWNLOADS}/v0.1.0/kekkai-0.1.0-py3-none-any.whl"


def derivation(*files: str, old: str = "0.0.1", new: str = "0.1.0", elsewhere: tuple[str, ...] = ()) -> Derivation:
    """A release that offers ``files``; what is ``elsewhere`` can be fetched, but is none of its files."""
    known = checksum_by({url: sha256(url) for url in (*files, *elsewhere)})
    change = Change("kekkai", new, f"v{new}", files[0], sha256(files[0]), urls=files, checksum=known, page=REPOSITORY)
    return Derivation(Move(old, new), change)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-py3-none-any.whl", NEW, id="the artifact"),
        pytest.param(
            f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-win32.zip", f"{DOWNLOADS}/v0.1.0/kekkai-0.1.0-win32.zip", id="asset"
        ),
        pytest.param(f"{MIRROR}/v0.0.1/kekkai-0.0.1-win32.zip", f"{MIRROR}/v0.1.0/kekkai-0.1.0-win32.zip", id="mirror"),
        pytest.param(f"{DOWNLOADS}/kekkai%20v0.0.1/kekkai-0.0.1-py3-none-any.whl", NEW, id="tag in percent signs"),
        pytest.param(f"{DOWNLOADS}/k/v0.0.1/kekkai-0.0.1-py3-none-any.whl", NEW, id="tag with a slash"),
        pytest.param(f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-linux.zip", None, id="asset that is not there"),
        pytest.param(f"{DOWNLOADS}/v0.0.1/kekkai-0.0.1-rc.1-win32.zip", None, id="its pre-release"),
        pytest.param(f"https://p.example/{'a' * 60}/kekkai-0.0.1-win32.zip", None, id="other host"),
        pytest.param("https://m.example/tool.zip", None, id="no version"),
        pytest.param(NEW.replace(".com", "].com"), None, id="host that is none"),
        pytest.param(NEW + "?" + "a" * 2000, None, id="longer than any URL"),
    ],
)
def test_file_of_the_new_release(url: str, expected: str | None) -> None:
    derived = Derivation(Move("0.0.1", "0.1.0"), change_to("0.1.0"))
    if expected is None:
        with pytest.raises(EditRefused, match=r"is no file of the release|cannot be written"):
            derived.moved(url)
    else:
        assert derived.moved(url) == (expected, sha256(expected.rpartition("/")[2]))


A = "https://d.example/"


@pytest.mark.parametrize(
    ("url", "files", "expected"),
    [
        pytest.param("k-0.0.1.zip?v=0.0.1", ["k-0.1.0.zip", "k-0.1.0.zip?v=0.1.0"], 1, id="query tells two apart"),
        pytest.param("k.zip?a=x86", ["k.zip?a=x64"], None, id="query of another architecture"),
        pytest.param("k-0.0.1.zip", ["a/k-0.1.0.zip", "b/k-0.1.0.zip"], None, id="two of one name"),
        pytest.param("a/k-0.0.1.zip", ["b/k-0.1.0.zip", "a/k-0.1.0.zip"], 1, id="nearest of two"),
        pytest.param("a/0.0/k-0.0.1.zip/download", ["b/k-0.1.0.zip/download"], 0, id="name before a word"),
        pytest.param("k-0.0.1-x64.zip/download", ["l-0.1.0-x64.zip/download"], None, id="another before a word"),
        pytest.param("k-0.0.1-x64.zip", ["k-0.1.0-arm64.zip"], None, id="other architecture"),
        pytest.param("0.0.1/k.zip", ["0.1.0/k.zip", "k.zip"], 0, id="version in the folder"),
        pytest.param("k%2D0.0.1.zip", ["k-0.1.0.zip"], 0, id="percent signs that need not be"),
        pytest.param("1a2b3c4/k-0.0.1.zip", ["9f8e7d6/k-0.1.0.zip"], 0, id="commit in the folder"),
        pytest.param("k-001.zip", ["k-010.zip"], 0, id="without dots"),
        pytest.param("k-1.0.0.1.zip", ["k-0.1.0.zip"], 0, id="left behind at another version"),
    ],
)
def test_outline_decides(url: str, files: list[str], expected: int | None) -> None:
    found = derivation(*(A + file for file in files)).known(A + url)
    assert found == (None if expected is None else A + files[expected])


@pytest.mark.parametrize(
    ("url", "there"),
    [
        pytest.param("https://m.example/k/0_0_1/v0.0.1.tar.gz", "https://m.example/k/0_1_0/v0.1.0.tar.gz", id="folder"),
        pytest.param("https://m.example/0.0/k-0.0.1.zip", "https://m.example/0.1/k-0.1.0.zip", id="folder of the line"),
        pytest.param("https://m.example/0.0/k-0.0.1.zip", "https://m.example/0.0/k-0.1.0.zip", id="folder that stays"),
        pytest.param("https://m.example/k.zip", "https://m.example/k.zip", id="no version"),
        pytest.param(f"{MIRROR}/a-1/x.zip", f"{MIRROR}/v0.1.0/x.zip", id="tag of the same repository elsewhere"),
    ],
)
def test_url_that_the_release_does_not_list_is_fetched_before_it_is_written(url: str, there: str) -> None:
    assert derivation(NEW, elsewhere=(there,)).moved(url) == (there, sha256(there))
    with pytest.raises(EditRefused, match=r"is no file of the release"):
        derivation(NEW).moved(url)


def test_build_metadata_is_quoted_as_in_the_artifacts_url() -> None:
    old, new = (f"{DOWNLOADS}/v{v}/kekkai-{n}.whl" for v, n in (("0.0.1", "0.0.1"), ("1.0.0%2Bb.1", "1.0.0+b.1")))
    assert derivation(new, new="1.0.0+b.1").moved(old)[0] == new
    assert derivation(old, old="1.0.0+b.1", new="0.0.1").moved(new)[0] == old
