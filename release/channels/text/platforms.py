"""For which system and processor a file is, as far as its name says; processors as Go names them."""

import re
from collections.abc import Iterable

SYSTEM_WORDS = (
    ("darwin", r"darwin|macos|osx|mac|apple"), ("windows", r"windows|win|win32|win64|pc-windows|msvc"),
    ("linux", r"linux|linux32|linux64|musl|gnu|ubuntu|debian"), ("freebsd", r"freebsd"), ("openbsd", r"openbsd"),
    ("netbsd", r"netbsd"),
)  # fmt: skip
MACHINE_WORDS = (
    ("amd64", r"amd64|x86[-_]64|x64|win64|linux64|64[-_]?bit"), ("arm64", r"arm64(?:v8)?|aarch64|armv8"),
    ("386", r"i?[3-6]86|x86|win32|linux32|32[-_]?bit|ia32"), ("arm", r"arm|arm(?:hf|el|v[5-7])(?:l|hf)?|armv?[67]"),
    ("riscv64", r"riscv64"), ("ppc64", r"ppc64(?:le|el)?"), ("s390x", r"s390x"), ("loong64", r"loong(?:arch)?64"),
)  # fmt: skip


def named_system(file_name: str) -> str | None:
    """The system that a file's name says, ``None`` where it says none."""
    return _named(file_name, SYSTEM_WORDS)


def named_machine(file_name: str) -> str | None:
    """The processor that a file's name says, ``None`` where it says none, or all of them (``universal``)."""
    return _named(file_name, MACHINE_WORDS)


def _named(file_name: str, words: Iterable[tuple[str, str]]) -> str | None:
    """The first meaning whose word stands alone in the name."""
    name = file_name.lower()
    return next((meaning for meaning, word in words if re.search(rf"(?<![a-z0-9])(?:{word})(?![a-z0-9])", name)), None)
