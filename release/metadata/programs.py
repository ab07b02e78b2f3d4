"""Which program an archive holds, and for which system and processor: its header, held against the file's name. Pure.

Sources: the ELF specification (``e_machine``), Apple's ``mach-o/loader.h`` and ``fat.h``, Microsoft's "PE Format".
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from release.channels.text.platforms import named_machine, named_system
from release.metadata.archive import Member

ELF = {3: "386", 0x28: "arm", 0x3E: "amd64", 0xB7: "arm64", 0xF3: "riscv64", 0x15: "ppc64", 0x16: "s390x",
       0x102: "loong64", 8: "mips"}  # fmt: skip
MACH = {7: "386", 0x01000007: "amd64", 0x0100000C: "arm64"}
PE = {0x14C: "386", 0x1C4: "arm", 0x8664: "amd64", 0xAA64: "arm64"}
OSABI = {9: "freebsd", 12: "openbsd", 2: "netbsd"}  # others are Linux's
MOST_FAT = 16  # processors in one file; the magic number is also that of Java classes, which say 45 and more


@dataclass(frozen=True)
class Program:
    """What a header says: ``linux``, ``darwin``, ``windows`` ...; the processors as Go names them."""

    system: str
    machines: frozenset[str]


def check_program(members: Iterable[Member], file_name: str, program: str) -> str | None:
    """What is wrong with an archive that should hold ``program``; ``None`` where nothing is.

    Args:
        members: of the archive.
        file_name: of the archive; says for which system it is.
        program: its name without ``.exe``.
    """
    names = {program.lower(), f"{program.lower()}.exe"}
    script, wrong = False, None
    for member in members:
        read = read_program(member.head) if member.name.lower() in names else None
        script = script or (read is None and member.name.lower() in names)
        if read and (mismatch := _mismatch(member, read, file_name)) is None:
            return None
        wrong = (wrong or mismatch) if read else wrong
    # A script, or a binary of a kind that is not known here, does not say for which system it is.
    return wrong or (None if script else f"{file_name} holds no program {program}")


def _mismatch(member: Member, read: Program, file_name: str) -> str | None:
    system, machine = named_system(file_name), named_machine(file_name)
    if system in {None, read.system} and (machine is None or not read.machines or machine in read.machines):
        return None
    is_for = f"{read.system} {'+'.join(sorted(read.machines))}".strip()
    said = " ".join(filter(None, (system, machine)))
    return f"{file_name}: {member.path} is for {is_for}, the file's name says {said}"


def read_program(head: bytes) -> Program | None:
    """What the first bytes of a file say; ``None`` where it is none of the three kinds of binaries."""
    try:
        return _elf(head) or _mach(head) or _pe(head)
    except struct.error:  # cut off in the middle of a header
        return None


def _elf(head: bytes) -> Program | None:
    if head[:4] != b"\x7fELF":
        return None
    (machine,) = struct.unpack_from("<H" if head[5:6] == b"\x01" else ">H", head, 18)
    return Program(OSABI.get(head[7], "linux"), _one(ELF, machine))


def _mach(head: bytes) -> Program | None:
    if head[:4] in {b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"}:
        return Program("darwin", _one(MACH, *struct.unpack_from("<I", head, 4)))
    if head[:4] not in {b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"}:
        return None
    (count,), size = struct.unpack_from(">I", head, 4), 20 if head[3] == 0xBE else 32
    if not 0 < count <= MOST_FAT:
        return None
    kinds = [struct.unpack_from(">I", head, 8 + size * place)[0] for place in range(count)]
    return Program("darwin", frozenset().union(*(_one(MACH, kind) for kind in kinds)))


def _pe(head: bytes) -> Program | None:
    if head[:2] != b"MZ":
        return None
    (at,) = struct.unpack_from("<I", head, 0x3C)
    if head[at : at + 4] != b"PE\0\0":
        return None
    return Program("windows", _one(PE, *struct.unpack_from("<H", head, at + 4)))


def _one(table: dict[int, str], number: int) -> frozenset[str]:
    """The processor of this number; nothing where it is not known, so that nothing is claimed."""
    return frozenset({table[number]}) if number in table else frozenset()
