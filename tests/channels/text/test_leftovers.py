"""What is left of the old release after an edit."""

import pytest

from release.channels.text.leftovers import Old, Place, check_nothing_left
from release.errors import EditRefused

OLD_SUM, OLD_URL = "a" * 64, "https://e.org/v2-3-0/k.zip"


def left(
    text: str, version: str, new: tuple[str, ...] = ("2.4.0",), *, names: bool = False, prose: bool = False
) -> str:
    old = Old(version, frozenset({"v2-3-0"}), frozenset({OLD_URL}), frozenset({OLD_SUM}))
    try:
        check_nothing_left([Place("k.json line 7", text, names, prose)], old, new)
    except EditRefused as refused:
        return refused.wrong
    return ""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("kekkai-2.3.0.zip", "2.3.0", id="plain"),
        pytest.param("kekkai%402.3.0", "2.3.0", id="after a percent sign"),
        pytest.param("x64.4.11.0", "4.11.0", id="after a width"),
        pytest.param("kekkai_2.3.0.7z", "2.3.0", id="before an archive's digit"),
        pytest.param("kekkai_2_3_0_64bit", "2.3.0", id="underscores among others"),
        pytest.param("kekkai-2-3-0-64", "2.3.0", id="dashes among others"),
        pytest.param("v2.47.0.windows", "2.47.0.2", id="three of four numbers"),
        pytest.param("kekkai-1.0.0rc1-py3.whl", "1.0.0-rc.1", id="pre-release as Python writes it"),
        pytest.param("kekkai 1.0.0-rc.1", "1.0.0-rc.1", id="pre-release"),
        pytest.param("git checkout v2-3-0", "9.9.9", id="tag"),
        pytest.param(f"curl {OLD_URL}", "9.9.9", id="download"),
        pytest.param(f"if ($h -ne '{OLD_SUM.upper()}')", "9.9.9", id="checksum"),
    ],
)
def test_found_and_named(text: str, version: str) -> None:
    assert left(text, version).startswith("k.json line 7 would keep the ")


@pytest.mark.parametrize(
    ("text", "version", "new"),
    [
        pytest.param("kekkai-2.4.0.zip", "2.3.0", "2.4.0", id="new version"),
        pytest.param("kekkai-1.2.1.zip", "1.2", "1.2.1", id="new version that begins with the old"),
        pytest.param("kekkai-1.0.0.zip", "1.0.0-rc.1", "1.0.0", id="release of the pre-release"),
        pytest.param("kekkai-1.0.0-rc.10.zip", "1.0.0-rc.1", "1.0.0-rc.10", id="next pre-release"),
        pytest.param("https://e.org/v2-3-0/k.zip.sig", "9.9.9", "2.4.0", id="a longer URL"),
        pytest.param("runtime 12.3.0 and 2.3.0.1", "2.3.0", "2.4.0", id="longer numbers"),
        pytest.param("rocket230", "2.3.0", "2.4.0", id="digits alone in a script"),
    ],
)
def test_nothing_left(text: str, version: str, new: str) -> None:
    assert left(text, version, (new,)) == ""


def test_digits_alone_count_in_names_of_folders() -> None:
    assert "the version" in left("rocket230\\bin", "2.3.0", names=True)
    assert left("rocket2301", "2.3.0", names=True) == ""


def test_prose_may_keep_history_but_no_download_and_no_checksum() -> None:
    assert left("New since 2.3.0 (v2-3-0)", "2.3.0", prose=True) == ""
    assert "the download" in left(f"from {OLD_URL}", "2.3.0", prose=True)
    assert "the checksum" in left(OLD_SUM, "2.3.0", prose=True)
