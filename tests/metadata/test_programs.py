"""Archives of programs: the program by its name, for the system that the file's name says; bounded, whatever comes."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from release.channels.text.platforms import named_machine, named_system
from release.errors import InputError
from release.metadata import archive
from release.metadata.archive import MOST_MEMBERS, Member, TooMuch, is_archive, members
from release.metadata.programs import check_program, read_program
from release.metadata.tarball import is_made_on_demand, marks, marks_in, warning


def elf(machine: int, osabi: int = 0, order: str = "<") -> bytes:
    return b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + b"\x01" + bytes([osabi]) + bytes(8) + struct.pack(
        f"{order}HH", 2, machine)  # fmt: skip


def mach(kind: int) -> bytes:
    return struct.pack("<II", 0xFEEDFACF, kind) + bytes(24)


def fat(*kinds: int) -> bytes:
    return struct.pack(">II", 0xCAFEBABE, len(kinds)) + b"".join(
        struct.pack(">IIIII", kind, 0, 0, 0, 0) for kind in kinds
    )


def pe(machine: int, at: int = 0x80) -> bytes:
    return b"MZ" + bytes(0x3A) + struct.pack("<I", at) + bytes(at - 0x40) + b"PE\0\0" + struct.pack("<H", machine)


X64, ARM = 0x01000007, 0x0100000C
LINUX, LINUX_ARM, MAC, MAC_ARM = elf(0x3E), elf(0xB7), mach(X64), mach(ARM)
WINDOWS, WINDOWS_ARM = pe(0x8664), pe(0xAA64)


@pytest.mark.parametrize(
    ("head", "read"),
    [
        pytest.param(LINUX, "linux amd64", id="ELF"),
        pytest.param(elf(0x16, order=">"), "linux s390x", id="ELF with the other order of bytes"),
        pytest.param(elf(0x3E, osabi=9), "freebsd amd64", id="ELF of FreeBSD"),
        pytest.param(elf(0x9999), "linux", id="ELF of a processor that is not known"),
        pytest.param(MAC_ARM, "darwin arm64", id="Mach-O"),
        pytest.param(fat(X64, ARM), "darwin amd64 arm64", id="universal"),
        pytest.param(struct.pack(">II", 0xCAFEBABE, 0x41) + bytes(40), None, id="Java class"),
        pytest.param(WINDOWS_ARM, "windows arm64", id="PE"),
        pytest.param(pe(0x14C, at=0x1000), "windows 386", id="PE with a long stub"),
        pytest.param(b"MZ" + bytes(0x3A) + b"\xff\xff\xff\xff", None, id="PE that points nowhere"),
        pytest.param(b"#!/bin/sh\n", None, id="script"),
        pytest.param(b"\x7fELF\x02\x01", None, id="ELF cut off"),
        pytest.param(b"MZ", None, id="PE cut off"),
        pytest.param(fat(X64, ARM)[:20], None, id="universal cut off"),
        pytest.param(b"", None, id="empty"),
    ],
)
def test_headers(head: bytes, read: str | None) -> None:
    found = read_program(head)
    assert (" ".join([found.system, *sorted(found.machines)]) if found else None) == read


@pytest.mark.parametrize(
    ("file_name", "system", "machine"),
    [
        ("rocket_1.2.3_darwin_arm64.tar.gz", "darwin", "arm64"),
        ("rocket_1.2.3_Linux_x86_64.tar.gz", "linux", "amd64"),
        ("rocket-v1.2.3-x86_64-unknown-linux-musl.tar.gz", "linux", "amd64"),
        ("rocket-1.2.3-aarch64-apple-darwin.tar.gz", "darwin", "arm64"),
        ("rocket-x86_64-pc-windows-msvc.zip", "windows", "amd64"),
        ("rocket-1.2.3-win32.zip", "windows", "386"),
        ("rocket-win-x64.zip", "windows", "amd64"),
        ("rocket_windows_386.zip", "windows", "386"),
        ("rocket_linux_armv7.tar.gz", "linux", "arm"),
        ("rocket-macos-universal.zip", "darwin", None),
        ("rocket-linux64.tgz", "linux", "amd64"),
        ("rocket-1.2.3.tar.gz", None, None),
        ("kekkai-0.0.1-py3-none-any.whl", None, None),
    ],
    ids=str,
)
def test_what_a_file_name_says(file_name: str, system: str | None, machine: str | None) -> None:
    assert (named_system(file_name), named_machine(file_name)) == (system, machine)


def tar(files: dict[str, bytes], **kinds: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.type = len(content), kinds.get("type", tarfile.REGTYPE)
            packed.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return made.getvalue()


def check(content: bytes, file_name: str) -> str | None:
    return check_program(members(io.BytesIO(content), file_name), file_name, "rocket")


LINUX_NAME, WINDOWS_NAME, MAC_NAME = "rocket_linux_amd64.tar.gz", "rocket_windows_amd64.zip", "rocket_darwin_all.tar.gz"


@pytest.mark.parametrize(
    ("content", "file_name", "wrong"),
    [
        pytest.param(tar({"README": b"", "rocket-1.2.3/bin/rocket": LINUX}), LINUX_NAME, None, id="fits"),
        pytest.param(zipped({"Rocket.exe": WINDOWS}), WINDOWS_NAME, None, id="fits on Windows"),
        pytest.param(tar({"rocket": fat(X64, ARM)}), MAC_NAME, None, id="universal"),
        pytest.param(tar({"rocket": fat(X64, ARM)}), "rocket_darwin_arm64.tar.gz", None, id="universal is for each"),
        pytest.param(tar({"rocket": b"#!/bin/sh"}), LINUX_NAME, None, id="a script"),
        pytest.param(tar({"doc/rocket": b"text", "rocket": LINUX_ARM}), LINUX_NAME,
                     "rocket is for linux arm64, the file's name says linux amd64", id="another processor"),
        pytest.param(tar({"rocket": MAC}), LINUX_NAME, "is for darwin amd64, the file's name says linux amd64",
                     id="another system"),
        pytest.param(zipped({"rocket.exe": LINUX}), WINDOWS_NAME, "is for linux amd64", id="another system on Windows"),
        pytest.param(tar({"rocket": LINUX_ARM, "amd64/rocket": LINUX}), LINUX_NAME, None, id="one of two fits"),
        pytest.param(tar({"rocketeer": LINUX, "rocket/x": LINUX}), LINUX_NAME, "holds no program rocket",
                     id="no program"),
        pytest.param(tar({}), LINUX_NAME, "holds no program rocket", id="nothing"),
        pytest.param(tar({"rocket": b""}, type=tarfile.SYMTYPE), LINUX_NAME, "holds no program", id="a link only"),
    ],
)  # fmt: skip
def test_programs_of_archives(content: bytes, file_name: str, wrong: str | None) -> None:
    found = check(content, file_name)
    assert (found is None) is (wrong is None)
    assert (wrong or "") in (found or "")


WHOLE = tar({"rocket": LINUX * 1000})


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        pytest.param(b"<html>", LINUX_NAME, id="a page"),
        pytest.param(b"", LINUX_NAME, id="empty"),
        pytest.param(WHOLE[: len(WHOLE) // 2], LINUX_NAME, id="cut"),
        pytest.param(gzip.compress(b"no tar" * 1000), LINUX_NAME, id="no tar inside"),
        pytest.param(b"PK\3\4", WINDOWS_NAME, id="cut zip"),
    ],
)
def test_damaged_archives(content: bytes, file_name: str) -> None:
    with pytest.raises(InputError, match="is no archive that can be read"):
        check(content, file_name)


def bomb() -> bytes:
    """600 MB of nothing in 600 kB, before the program."""
    entry = tarfile.TarInfo("zeros")
    entry.size = 600 * 1024 * 1024
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=1) as packed:
        packed.write(entry.tobuf())
        for _ in range(600):
            packed.write(bytes(1024 * 1024))
    return made.getvalue()


def long_header() -> bytes:
    entry = tarfile.TarInfo("rocket")
    entry.pax_headers = {"comment": "x" * (archive.MOST_AT_ONCE * 2)}
    return gzip.compress(entry.tobuf(tarfile.PAX_FORMAT))


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        pytest.param(bomb, LINUX_NAME, id="bomb"),
        pytest.param(long_header, LINUX_NAME, id="long header"),
        pytest.param(lambda: gzip.compress(tarfile.TarInfo("x").tobuf() * (MOST_MEMBERS + 1)), LINUX_NAME,
                     id="many files"),
        pytest.param(lambda: zipped({f"{n}": b"" for n in range(MOST_MEMBERS + 1)}), WINDOWS_NAME, id="many in a zip"),
    ],
)  # fmt: skip
def test_bounds(content: Callable[[], bytes], file_name: str) -> None:
    with pytest.raises(TooMuch):
        check(content(), file_name)


def test_kinds_of_archives() -> None:
    names = ["a.tar.gz", "a.tgz", "a.zip", "a.whl", "a.tar.xz", "a.deb"]
    assert [is_archive(name) for name in names] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("files", "places"),
    [
        pytest.param({".gitattributes": b"* text=auto\n.git_archival.txt  export-subst\n"}, [".gitattributes line 2"],
                     id="export-subst"),
        pytest.param({".gitattributes": b"# x export-subst\nexport-subst text\n*.py -export-subst\n"}, [],
                     id="not marked"),
        pytest.param({".git_archival.txt": b"node: $Format:%H$\n"}, [".git_archival.txt"], id="archival"),
        pytest.param({"src/.gitattributes": b"_version.py export-subst"}, ["src/.gitattributes line 1"], id="deeper"),
        pytest.param({}, [], id="nothing"),
    ],
)  # fmt: skip
def test_a_source_that_can_change(files: dict[str, bytes], places: list[str]) -> None:
    assert marks(files) == places
    packed = tar({f"kekkai-1.0.0/{path}": content for path, content in files.items()})
    assert marks_in(members(io.BytesIO(packed), "v1.0.0.tar.gz")) == places
    said = warning("source", "kekkai", places)
    assert (said is None) is (places == [])
    if said:
        assert 'source: {asset: "kekkai-{python_version}.tar.gz"}' in said


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://github.com/a/b/archive/refs/tags/v1.tar.gz", True),
        ("https://api.github.com/repos/a/b/tarball/v1", True),
        ("https://github.com/a/b/releases/download/v1/b-1.tar.gz", False),
    ],
    ids=["archive", "tarball", "attached"],
)
def test_what_is_made_on_demand(url: str, made: bool) -> None:  # noqa: FBT001 - a column
    assert is_made_on_demand(url) is made


def test_a_member_by_its_last_name() -> None:
    assert Member("a/b/c", b"").name == "c"
