"""Chocolatey packages: what an edit changes, what it leaves, what it refuses."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release.channels.change import Change
from release.channels.choco.kind import Choco
from release.channels.choco.settings import ChocoChannel
from release.errors import EditRefused, InputError
from tests.support.releases import REPOSITORY, change_to, damage, hostile_changes, sha256, versions

DATA = Path(__file__).parents[2] / "data" / "choco"
NAMES = sorted(path.name for path in DATA.iterdir() if path.is_dir() and path.name != "shapes")
ONE_WAY = {"other-algorithm"}
STABLE_ONLY = {"version-variable", "package-version"}  # tag and wheel write a pre-release differently
NUSPEC, SCRIPT, TEXT = "kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1", "kekkai/tools/VERIFICATION.txt"
PACKAGES = ChocoChannel(
    "choco", "choco", "kademoslabs/chocolatey-packages", "CHOCO_REPO_TOKEN", files=(NUSPEC, SCRIPT),
    event_type="kekkai-release", artifact="wheel", feed="https://community.chocolatey.org/api/v2",
)  # fmt: skip
OLD, NEW = (sha256(f"kekkai-0.0.{n}-py3-none-any.whl") for n in (1, 2))
URL = f"{REPOSITORY}/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl"
ZIPS = [URL.replace("-py3-none-any.whl", tail) for tail in ("-win32.zip", "-win-amd64.zip")]
NEW_URL = URL.replace("0.0.1", "0.0.2")


def golden(name: str, side: str) -> dict[str, bytes]:
    folder = DATA / name / side
    return {f"kekkai/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def change_of(name: str, version: str | None = None, *, downgrade: bool = False) -> Change:
    main = "-win-amd64.zip" if name == "both-widths" else "-py3-none-any.whl"
    new = version or ("1.0.0-rc.1" if name == "to-a-prerelease" else "0.0.2")
    return change_to(new, main=main, downgrade=downgrade)


def nuspec(version: str = "<version>0.0.1</version>") -> bytes:
    return f"<package><metadata><id>kekkai</id>{version}</metadata></package>".encode()


def package(script: str | None = None, verification: str | None = None, spec: bytes | None = None) -> dict[str, bytes]:
    held = script or f"$url = '{URL}'\n$checksum = '{OLD}'\n"
    files = {NUSPEC: spec or nuspec(), SCRIPT: held.encode()}
    return files | ({TEXT: verification.encode()} if verification is not None else {})


def test_there_are_goldens_of_at_least_six_shapes() -> None:
    assert len(NAMES) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_edit_gives_the_golden_bytes(name: str) -> None:
    before, after = golden(name, "before"), golden(name, "after")
    new = Choco().edit(PACKAGES, before, change_of(name))
    assert before | new == after
    assert all(before[path] != content for path, content in new.items())


@pytest.mark.parametrize("name", NAMES)
def test_second_edit_changes_nothing(name: str) -> None:
    assert Choco().edit(PACKAGES, golden(name, "after"), change_of(name)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_served_is_what_was_written(name: str) -> None:
    change = change_of(name)
    served = Choco().served(PACKAGES, golden(name, "after"))
    assert (served.version, served.sha256) == (Choco().native_version(change.version), change.sha256)
    assert served.url == change.url


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ONE_WAY])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_there_and_back_is_the_original(name: str, data: st.DataObject) -> None:
    version = data.draw(versions(stable=name in STABLE_ONLY))
    before = golden(name, "before")
    there = before | Choco().edit(PACKAGES, before, change_of(name, version, downgrade=True))
    assert there | Choco().edit(PACKAGES, there, change_of(name, "0.0.1", downgrade=True)) == before


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damaged_file_is_refused_or_read_as_the_new_version(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    files = golden(name, "before")
    path = data.draw(st.sampled_from(sorted(files)))
    files[path] = damage(data, files[path])
    try:
        new = files | Choco().edit(PACKAGES, files, change_of(name))
        assert Choco().served(PACKAGES, new).version == Choco().native_version(change_of(name).version)
    except EditRefused:
        pass


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0.0", "1.0.0"),
        ("1.0.0-rc.1", "1.0.0-rc1"),
        ("1.0.0-alpha", "1.0.0-alpha"),
        ("0.10.20-beta.3", "0.10.20-beta3"),
    ],
)
def test_native_version(version: str, expected: str) -> None:
    assert Choco().native_version(version) == expected


@pytest.mark.parametrize("version", ["1.0.0+build", "1.0.0-rc.1+b", "1.0.0-1", "1.0.0-rc.1.2", f"1.0.0-{'a' * 21}"])
def test_version_that_chocolatey_cannot_express(version: str) -> None:
    with pytest.raises(InputError, match="Chocolatey cannot express"):
        Choco().native_version(version)


@pytest.mark.parametrize(
    ("spec", "fragment"),
    [
        pytest.param(b"", "not XML", id="empty"),
        pytest.param(b"<package><metadata>", "not XML", id="half a file"),
        pytest.param(b"<!DOCTYPE html><html></html>", "document type", id="html"),
        pytest.param(
            b'<!DOCTYPE p [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><package>&b;</package>', "document type", id="bomb"
        ),
        pytest.param(b'<?xml version="1.0" encoding="x-none"?><package/>', "not XML", id="unknown encoding"),
        pytest.param(nuspec(""), "0 elements", id="no version"),
        pytest.param(nuspec("<version>0.0.1</version>" * 2), "2 elements", id="two versions"),
        pytest.param(nuspec("<!-- <version>0.0.1</version> -->"), "0 elements", id="only in a comment"),
        pytest.param(nuspec("<version></version>"), "''", id="empty version"),
        pytest.param(nuspec("<version>$version$</version>"), "$version$", id="placeholder"),
        pytest.param(nuspec("<version>0.<b/>0.1</version>"), "one plain text", id="in pieces"),
        pytest.param(nuspec("<version>0.0.&#49;</version>"), "one plain text", id="character reference"),
        pytest.param(nuspec("<version>0.0.3</version>"), "--allow-downgrade", id="newer held"),
        pytest.param(b"<other><metadata><version>0.0.1</version></metadata></other>", "0 elements", id="no package"),
    ],
)
def test_nuspec_refused(spec: bytes, fragment: str) -> None:
    with pytest.raises(EditRefused) as refused:
        Choco().edit(PACKAGES, {NUSPEC: spec, SCRIPT: package()[SCRIPT]}, change_to("0.0.2"))
    assert fragment in refused.value.wrong + refused.value.fix


SUMS = f"checksum = '{OLD}'"


@pytest.mark.parametrize(
    ("script", "fragment"),
    [
        pytest.param("<html>", "sets no URL", id="html"),
        pytest.param(f"# $url = '{URL}'", "sets no URL", id="only in a comment"),
        pytest.param(f"$url = '{URL}", "line 1: what begins there is never closed", id="open quote"),
        pytest.param(f"$url = '{URL}'\n<# never", "line 2: what begins", id="open comment"),
        pytest.param('"$(' * 3000, "never closed", id="nested without end"),
        pytest.param(f"\n$url = '{URL[:30]}' + '0.0.1'\n${SUMS}", "line 2: `url` is computed", id="added up"),
        pytest.param(f"$url = Get-Url\n${SUMS}", "line 1: `url` is computed", id="called"),
        pytest.param(f'$url = "$(Get-Url)/0.0.1"\n${SUMS}', "line 1: `url` is computed", id="called in a text"),
        pytest.param(f"$url = @'\n{URL}\n'@\n${SUMS}", "`url` is computed", id="here-string"),
        pytest.param(f'$url = "$unknown/x"\n${SUMS}', "`url` is computed", id="unknown variable"),
        pytest.param(f"$url = '{URL}'", "line 1: `url` has no checksum", id="no checksum"),
        pytest.param(f"$url = '{URL}'\n$checksum = Get-Sum", "has no checksum", id="computed checksum"),
        pytest.param(
            f"$url = '{URL}'\n$url = '{URL}2'\n${SUMS}\n$checksum = '{NEW}'", "more than once", id="URL twice"
        ),
        pytest.param(f"$url = '{URL}'\n${SUMS}\n$checksum = '{NEW}'", "2 checksums", id="two checksums"),
        pytest.param(
            f"$url = '{URL}'\n${SUMS}\n$url64 = '{URL.rpartition('/')[0]}/b.exe'\n$checksum64 = '{NEW}'",
            "line 3: `url64` is no file of this release",
            id="a second file that is not attached",
        ),
        pytest.param(
            f"$url = '{URL.replace('.whl', '.exe')}'\n${SUMS}\n", "no file of this release", id="another kind of file"
        ),
        pytest.param(f"$v = '0.0.1'\n$checksum = '{OLD}'", "sets no URL", id="a checksum of no URL"),
        pytest.param(f"$url = 'https://e.org/kekkai.exe'\n${SUMS}", "sets no URL", id="a URL that nobody knows"),
        pytest.param(f"$url = '{URL}'\n${SUMS}\n" + "#" * (1 << 16), "more than 65536", id="too long"),
        pytest.param(f"$url = '{URL}'\n$url64 = '{URL}'\n${SUMS}", "`url64` has no checksum", id="one sum for two"),
        pytest.param(f"$url = 'https://e.org/0.0.1/x.exe'\n${SUMS}", "no file of this release", id="foreign URL"),
        pytest.param(f"$url = '{URL}'\n$checksum = '{'a' * 128}'", "no `checksumType`", id="sha512 unsaid"),
        pytest.param(
            f"$url = '{URL}'\n${SUMS}\niwr '{URL}.sig'", "line 3 holds the old version", id="URL without a sum"
        ),
        pytest.param(f"$url = '{URL}'\n${SUMS}\n$py = '0.0.1'", "something else's", id="another thing's variable"),
        pytest.param(f"$url = '{URL}'\n${SUMS}\npip install requests==0.0.1", "something else's", id="other pin"),
        pytest.param(
            f"$url = '{URL}'\n${SUMS}\nWrite-Host 'kekkai 0.0.1{' ' * 4096}'", "line 3 is too long", id="a long line"
        ),
        pytest.param(
            f"$url = '{URL}'\n${SUMS}\nchoco install dep --version 0.0.1", "something else's", id="other package"
        ),
    ],
)
def test_script_refused(script: str, fragment: str) -> None:
    with pytest.raises(EditRefused) as refused:
        Choco().edit(PACKAGES, package(script), change_to("0.0.2"))
    assert fragment in refused.value.wrong


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(f"$a.url = '{URL}'; $a.{SUMS}", f"$a.url = '{NEW_URL}'; $a.checksum = '{NEW}'", id="members"),
        pytest.param(f"$a['url'] = '{URL}'; $a['checksum']='{OLD}'",
                     f"$a['url'] = '{NEW_URL}'; $a['checksum']='{NEW}'", id="indexed"),
        pytest.param(f"$wheelUrl = '{URL}'\n$wheelSha256 = '{OLD}'",
                     f"$wheelUrl = '{NEW_URL}'\n$wheelSha256 = '{NEW}'", id="names of its own"),
        pytest.param(f"$n = '0.0.1'\n$t = \"v$n\"\n$u = '{REPOSITORY}'\n$m = $n\n"
                     f'$url = "$u/releases/download/$t/kekkai-${{m}}-py3-none-any.whl"\n${SUMS}',
                     f"$n = '0.0.2'\n$t = \"v$n\"\n$u = '{REPOSITORY}'\n$m = $n\n"
                     f"$url = \"$u/releases/download/$t/kekkai-${{m}}-py3-none-any.whl\"\n$checksum = '{NEW}'",
                     id="variables of variables"),
        pytest.param(f"$url = \u201c{URL}\u201d\n$checksum = \u2018{OLD}\u2019",
                     f"$url = \u201c{NEW_URL}\u201d\n$checksum = \u2018{NEW}\u2019", id="smart quotes"),
        pytest.param(f"$url = '{URL}'\n$url64 = $url\n${SUMS}\n$checksum64 = $checksum",
                     f"$url = '{NEW_URL}'\n$url64 = $url\n$checksum = '{NEW}'\n$checksum64 = $checksum",
                     id="one file for both widths"),
        pytest.param(f"$url = '{URL}'\n$url64 = '{URL}'\n${SUMS}\n$checksum64 = '{OLD}'",
                     f"$url = '{NEW_URL}'\n$url64 = '{NEW_URL}'\n$checksum = '{NEW}'\n$checksum64 = '{NEW}'",
                     id="the same file twice"),
        pytest.param(f"$url = '{URL}'\n${SUMS}\n$pyUrl='https://e.org/py.exe'\n$pySha='{'b' * 64}'",
                     f"$url = '{NEW_URL}'\n$checksum = '{NEW}'\n$pyUrl='https://e.org/py.exe'\n$pySha='{'b' * 64}'",
                     id="another download stays"),
        pytest.param(f"$url = '{URL}'\n${SUMS}\nWrite-Host \"it`'s $(\"0 $('x')\") kekkai 0.0.1\"",
                     f"$url = '{NEW_URL}'\n$checksum = '{NEW}'\nWrite-Host \"it`'s $(\"0 $('x')\") kekkai 0.0.2\"",
                     id="nested expressions"),
    ],
)  # fmt: skip
def test_manners_of_writing(script: str, expected: str) -> None:
    assert Choco().edit(PACKAGES, package(script), change_to("0.0.2"))[SCRIPT].decode() == expected


def test_variable_that_cannot_write_tag_and_wheel_alike_is_refused() -> None:
    with pytest.raises(EditRefused, match="line 3: `url64` cannot become"):
        Choco().edit(PACKAGES, golden("version-variable", "before"), change_to("1.0.0-rc.1"))


def test_unclear_mention_of_the_version_that_is_there_changes_nothing() -> None:
    script = f"$url = '{NEW_URL}'\n$checksum = '{NEW}'\nchoco install dep --version 0.0.2\niwr https://e.org/0.0.2/x\n"
    assert Choco().edit(PACKAGES, package(script, spec=nuspec("<version>0.0.2</version>")), change_to("0.0.2")) == {}


def test_checksum_in_capitals_that_is_right_stays() -> None:
    script = f"$url = '{NEW_URL}'\n$checksum = '{NEW.upper()}'\n"
    assert Choco().edit(PACKAGES, package(script, spec=nuspec("<version>0.0.2</version>")), change_to("0.0.2")) == {}


def test_how_scripts_write_a_prerelease_must_be_seen_in_a_file_of_it() -> None:
    """Of a file whose URL has no version nothing tells whether it is 1.0.0-rc.1 or 1.0.0."""
    latest, usual = "https://dl.example.org/latest/kekkai.exe", change_to("1.0.0-rc.1")
    change = replace(usual, url=latest, sha256=NEW, urls=(latest,), checksum=lambda _url: NEW)
    script = f"$url = '{latest}'\n${SUMS}\nWrite-Host 'kekkai 0.0.1'\n"
    with pytest.raises(EditRefused, match=r"line 3 holds the old version; .* write 1\.0\.0-rc\.1 otherwise"):
        Choco().edit(PACKAGES, package(script), change)


def test_prerelease_moves_on_in_every_place() -> None:
    held = golden("to-a-prerelease", "after")
    held[SCRIPT] += b"$v = 'kekkai 1.0.0-rc1 (v1.0.0-rc.1)'\r\n"
    assert Choco().edit(PACKAGES, held, change_to("1.0.0-rc.1")) == {}
    new = Choco().edit(PACKAGES, held, change_to("1.0.0-rc.10"))
    assert b"<version>1.0.0-rc10</version>" in new[NUSPEC]
    assert b"$v = 'kekkai 1.0.0-rc10 (v1.0.0-rc.10)'\r\n" in new[SCRIPT]
    with pytest.raises(EditRefused, match="newer"):
        Choco().edit(PACKAGES, held | new, change_to("1.0.0-rc.9"))


def test_utf16_nuspec_keeps_its_encoding() -> None:
    spec = '<?xml version="1.0" encoding="utf-16"?>\r\n' + nuspec().decode()
    new = Choco().edit(PACKAGES, package(spec=spec.encode("utf-16")), change_to("0.0.2"))
    assert new[NUSPEC] == spec.replace("0.0.1", "0.0.2").encode("utf-16")


@pytest.mark.parametrize(("held", "expected"), [("0.0", "0.0.2"), ("0.0.1.20260101", "0.0.2"), ("0.0.01", "0.0.2")])
def test_held_versions_of_other_lengths_become_normal(held: str, expected: str) -> None:
    script = f"$url = '{URL.replace('0.0.1', '0.0.0' if held == '0.0' else '0.0.1')}'\n$checksum = '{OLD}'\n"
    files = package(script, spec=nuspec(f"<version>{held}</version>"))
    assert Choco().edit(PACKAGES, files, change_to("0.0.2"))[NUSPEC] == nuspec(f"<version>{expected}</version>")


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        pytest.param(f"{URL}\nsha256 {'c' * 64}", "line 2: 1 checksums belong to 0 URLs", id="stale checksum"),
        pytest.param(
            f"{URL[:-4]}.zip\n{'c' * 64}", "line 1 is no file of this release", id="a file that is not attached"
        ),
        pytest.param(f"{ZIPS[0]}\n{ZIPS[1]}\n{'c' * 64}", "1 checksums belong to 2 URLs", id="a checksum too few"),
        pytest.param(
            f"{ZIPS[0]}\n{'c' * 64}\nsha1 {'d' * 40}", "2 checksums belong to 1 URLs", id="two kinds of checksum"
        ),
        pytest.param(f"{URL}\nrequests==0.0.1", "something else's", id="another thing's version"),
    ],
)
def test_verification_refused(text: str, fragment: str) -> None:
    with pytest.raises(EditRefused, match=fragment):
        Choco().edit(PACKAGES, package(verification=text), change_to("0.0.2"))


def test_a_text_that_verifies_nothing_stays() -> None:
    new = Choco().edit(PACKAGES, package(verification="Nothing to verify."), change_to("0.0.2"))
    assert sorted(new) == [NUSPEC, SCRIPT]


def test_other_files_of_the_package_are_looked_for_beside_the_named_ones() -> None:
    extra = Choco().extra_paths(PACKAGES)
    assert {TEXT, "kekkai/legal/VERIFICATION.txt", "kekkai/tools/helpers.ps1"} < set(extra)
    assert SCRIPT not in [path.lower() for path in extra]


def test_verification_in_another_folder_is_named_in_the_configuration() -> None:
    path = "kekkai/legal/VERIFICATION.txt"
    channel = replace(PACKAGES, files=(NUSPEC, SCRIPT, path))
    text = f"64-Bit: <{URL}>\r\nchecksum64: {OLD.upper()}\r\n"
    new = Choco().edit(channel, package() | {path: text.encode()}, change_to("0.0.2"))
    assert new[path].decode() == text.replace(URL, NEW_URL).replace(OLD.upper(), NEW.upper())


@pytest.mark.parametrize("missing", [NUSPEC, SCRIPT])
def test_missing_file_is_refused(missing: str) -> None:
    files = {path: content for path, content in package().items() if path != missing}
    with pytest.raises(EditRefused, match="is not there"):
        Choco().edit(PACKAGES, files, change_to("0.0.2"))


HOSTILE = [row for row in hostile_changes() if row.id != "checksum of another file"]  # nothing reads that field


@pytest.mark.parametrize("change", HOSTILE)
def test_hostile_change_is_refused(change: Change) -> None:
    with pytest.raises(EditRefused, match="cannot be written into a file"):
        Choco().edit(PACKAGES, package(), change)


@pytest.mark.parametrize(
    ("page", "left"),
    [("releases/tag/v0.0.1", ()), ("news/2026/01/0.0.1", ("kekkai/kekkai.nuspec line 1 still names a page of 0.0.1",))],
    ids=["moved", "with a date"],
)
def test_a_page_that_stays_is_said(page: str, left: tuple[str, ...]) -> None:
    spec = nuspec(f"<version>0.0.1</version><releaseNotes>https://example.org/{page}</releaseNotes>")
    before = package(spec=spec)
    after = before | Choco().edit(PACKAGES, before, change_to("0.0.2"))
    assert Choco().notes(PACKAGES, before, after) == left
    assert Choco().notes(PACKAGES, after, after) == ()


def test_commit_message_has_the_package_version() -> None:
    assert Choco().commit_message(change_to("1.0.0-rc.1")) == "kekkai: update to 1.0.0-rc1"
