"""Files for one system, as a release has them: an archive with a program whose header is that of the system."""

import gzip
import io
import struct
import tarfile
import zipfile

from release.channels.text.platforms import named_machine, named_system
from release.metadata.programs import ELF, MACH, OSABI, PE

DATE = (2026, 1, 1, 0, 0, 0)


def build_for_system(file: str, program: str, version: str) -> bytes | None:
    """The content of a file whose name says a system; ``None`` where it says none.

    Args:
        file: its name, which says system, processor and format.
        program: the product's, without ``.exe``.
        version: SemVer, so that each version has other bytes.
    """
    system = named_system(file)
    if system is None or file.endswith(".whl"):
        return None
    content = header(system, named_machine(file)) + f"{file} {version}\n".encode()
    name = f"{program}.exe" if system == "windows" else program
    if file.endswith(".zip"):
        return build_zip(name, content)
    return _tar(name, content) if file.endswith((".tar.gz", ".tgz")) else content


def header(system: str, machine: str | None) -> bytes:
    """The first bytes of a program. Sources: as of ``release.metadata.programs``."""
    if system == "darwin":
        return b"\xcf\xfa\xed\xfe" + struct.pack("<I", _number(MACH, machine)) + bytes(24)
    if system == "windows":
        return b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + b"PE\0\0" + struct.pack("<H", _number(PE, machine))
    kind = {name: number for number, name in OSABI.items()}.get(system, 0)
    return b"\x7fELF\x02\x01\x01" + bytes([kind]) + bytes(8) + struct.pack("<HH", 2, _number(ELF, machine)) + bytes(44)


def _number(table: dict[int, str], machine: str | None) -> int:
    numbers = {name: number for number, name in table.items()}
    return numbers.get(machine or "amd64", numbers["amd64"])


def build_zip(name: str, content: bytes) -> bytes:
    """A ``.zip`` with one file, the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, DATE), content)
    return packed.getvalue()


def _tar(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o755
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
