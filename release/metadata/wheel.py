"""What a wheel needs: its ``METADATA``, read from the file within bounds.

Sources: the core metadata specification; "Binary distribution format".
"""

import email.parser
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from release.errors import InputError

MOST_METADATA = 1024 * 1024  # bytes, unpacked
MOST_REQUIREMENTS = 2000
PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


@dataclass(frozen=True)
class Wheel:
    """A wheel's own words.

    Attributes:
        file_name: of the wheel.
        requires: its requirements, those of extras included.
        python: the versions of Python that it is for.
    """

    file_name: str
    requires: tuple[Requirement, ...]
    python: SpecifierSet


def read_wheel(file: BinaryIO, file_name: str) -> Wheel:
    """The wheel in ``file``, which can be read at any place.

    Raises:
        InputError: it is no wheel that could be read.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            text = _metadata(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _unreadable(file_name, str(error) or type(error).__name__) from None
    return parse_metadata(text, file_name)


def _metadata(packed: zipfile.ZipFile) -> str:
    found = [entry for entry in packed.infolist() if METADATA.fullmatch(entry.filename)]
    if len(found) != 1:
        raise ValueError(f"it holds {len(found)} files *.dist-info/METADATA in place of one")
    if found[0].compress_type not in PLAIN:
        raise ValueError("its METADATA is packed in a way that wheels are not")
    with packed.open(found[0]) as entry:
        content = entry.read(MOST_METADATA + 1)
    if len(content) > MOST_METADATA:
        raise ValueError(f"its METADATA has more than {MOST_METADATA} bytes")
    return content.decode("utf-8")


def parse_metadata(text: str, file_name: str) -> Wheel:
    """The requirements in a ``METADATA``.

    Raises:
        InputError: one of them is none.
    """
    head = text.partition("\n\n")[0]
    message = email.parser.HeaderParser().parsestr(head)
    lines = [str(line) for line in message.get_all("Requires-Dist") or ()]
    if "Metadata-Version" not in message or message.defects or len(lines) > MOST_REQUIREMENTS:
        raise _unreadable(file_name, "its METADATA is none")
    try:
        requires = tuple(Requirement(" ".join(line.split())) for line in lines)
        python = SpecifierSet(str(message.get("Requires-Python") or ""))
    except (InvalidRequirement, InvalidSpecifier) as error:
        raise _unreadable(file_name, str(error)) from None
    return Wheel(file_name, requires, python)


def _unreadable(file_name: str, why: str) -> InputError:
    return InputError(f"{file_name} is no wheel that can be read: {why}", "Build it anew and attach it to the release.")
