"""What a package says that it makes users download."""

import pytest

from release.channels.choco.kind import Choco
from release.channels.choco.settings import ChocoChannel
from release.errors import EditRefused
from release.records import Download
from tests.support.releases import REPOSITORY, sha256

NUSPEC, SCRIPT, TEXT = "kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1", "kekkai/tools/VERIFICATION.txt"
FOLDER = f"{REPOSITORY}/releases/download/v0.0.1"
WIDE, NARROW = "kekkai-0.0.1-win-amd64.zip", "kekkai-0.0.1-win32.zip"


def channel(*files: str) -> ChocoChannel:
    return ChocoChannel(name="choco", kind="choco", target="kademoslabs/chocolatey-packages", token="CHOCO_REPO_TOKEN",
                        event_type="kekkai-release", artifact="wheel", files=(NUSPEC, *files))  # fmt: skip


def nuspec(version: str = "0.0.1") -> bytes:
    return f"<package><metadata><id>kekkai</id><version>{version}</version></metadata></package>".encode()


def download(name: str, line: int, version: str | None = "0.0.1") -> Download:
    return Download(f"{FOLDER}/{name}", sha256(name), version, line)


def test_each_width_with_its_line_the_wider_first() -> None:
    script = f"$url = '{FOLDER}/{NARROW}'\n$checksum = '{sha256(NARROW)}'\n"
    script += f"$url64 = '{FOLDER}/{WIDE}'\n$checksum64 = '{sha256(WIDE)}'"
    served = Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: script.encode()})
    assert served.downloads == (download(WIDE, 3), download(NARROW, 1))
    assert (served.version, served.sha256, served.url) == ("0.0.1", sha256(WIDE), f"{FOLDER}/{WIDE}")


def test_variables_are_filled_in_and_a_fragment_is_none_of_the_url() -> None:
    script = (
        f'$v = $env:ChocolateyPackageVersion\n$url = "{FOLDER.replace("0.0.1", "$v")}/kekkai-$v-win32.zip#/k.zip"\n'
    )
    script += f"$checksum = '{sha256(NARROW).upper()}'"
    served = Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: script.encode()})
    assert served.downloads == (download(NARROW, 2),)


def test_what_the_package_carries() -> None:
    text = f"32-Bit: <{FOLDER}/{NARROW}>\n64-Bit: <{FOLDER}/{WIDE}>\n{sha256(NARROW)}\n{sha256(WIDE)}\n"
    served = Choco().served(channel(), {NUSPEC: nuspec(), TEXT: text.encode()})
    assert served.downloads == (download(WIDE, 2), download(NARROW, 1))


@pytest.mark.parametrize("files", [(), (SCRIPT,)], ids=["the nuspec alone", "an empty script"])
def test_a_metapackage_has_a_version_only(files: tuple[str, ...]) -> None:
    served = Choco().served(channel(*files), {NUSPEC: nuspec(), **dict.fromkeys(files, b"# nothing to do\n")})
    assert (served.version, served.sha256, served.url, served.downloads) == ("0.0.1", None, None, ())


def test_a_package_fix_serves_the_version_that_it_fixes() -> None:
    served = Choco().served(channel(), {NUSPEC: nuspec("0.0.1.20260101")})
    assert (served.version, served.note) == ("0.0.1", "as package version 0.0.1.20260101")


def test_another_algorithm_is_no_sha256() -> None:
    script = f"$url = '{FOLDER}/{WIDE}'\n$checksum = '{'a' * 128}'\n$checksumType = 'sha512'"
    served = Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: script.encode()})
    assert served.downloads == (Download(f"{FOLDER}/{WIDE}", None, "0.0.1", 1),)


def test_urls_without_a_version_count_where_none_has_it() -> None:
    script = f"$url = 'https://e.org/latest.exe'\n$checksum = '{'a' * 64}'"
    served = Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: script.encode()})
    assert served.downloads == (Download("https://e.org/latest.exe", "a" * 64, None, 1),)


def test_a_url_of_the_old_version_beside_the_new_is_not_hidden() -> None:
    script = f"$url = '{FOLDER}/{NARROW}'\n$checksum = '{sha256(NARROW)}'\n"
    script += f"$url64 = '{FOLDER.replace('0.0.1', '0.0.0')}/k.zip'\n$checksum64 = '{'a' * 64}'"
    served = Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: script.encode()})
    assert [(one.version, one.line) for one in served.downloads] == [("0.0.1", 1), ("0.0.0", 3)]


def test_a_computed_url_is_refused() -> None:
    with pytest.raises(EditRefused, match="line 1: `url` is computed"):
        Choco().served(channel(SCRIPT), {NUSPEC: nuspec(), SCRIPT: b"$url = 'https://e.org/' + $v"})
