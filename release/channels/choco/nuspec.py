"""The version in a nuspec and its place in the bytes. Sources: the nuspec reference; Chocolatey's package docs."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from release.channels.text.literal import UTF16
from release.errors import EditRefused, InputError

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,3}(?:-[0-9A-Za-z.-]+)?")
SUFFIX = re.compile(r"[A-Za-z][0-9A-Za-z-]{0,19}")  # of a pre-release: NuGet's first rules, which the gallery has
PLACE = ["package", "metadata", "version"]


@dataclass(frozen=True)
class HeldVersion:
    """The text of ``<version>`` and the bytes ``start`` to ``end`` that are it."""

    text: str
    start: int
    end: int


def native_version(version: str) -> str:
    """A SemVer as the gallery takes it: no dots in the suffix, ``1.0.0-rc.1`` as ``1.0.0-rc1``.

    Raises:
        InputError: build metadata, or a suffix that the gallery knows no form for.
    """
    bare, plus, _ = version.partition("+")
    numbers, _, suffix = bare.partition("-")
    joined = suffix.replace(".", "")
    unclear = re.search(r"[0-9]\.[0-9]", suffix) or not SUFFIX.fullmatch(joined or "none")
    if plus or unclear:
        raise InputError(
            f"Chocolatey cannot express version {version!r}",
            "Use a suffix like rc.1, of at most 20 characters and without build metadata, or pass --skip choco.",
        )
    padded = [*numbers.split("."), "0", "0"][: max(3, numbers.count(".") + 1)]
    return ".".join(str(int(number)) for number in padded) + (f"-{joined}" if joined else "")


@dataclass
class _Reader:
    """Follows the elements and keeps where the text of ``<version>`` under ``<metadata>`` stands."""

    parser: expat.XMLParserType
    path: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def open(self, name: str, _: object) -> None:
        """An element begins."""
        self.path.append(name.rpartition(" ")[2])
        if self.path == PLACE:
            self.texts.append("")
            self.starts.append(-1)

    def text(self, data: str) -> None:
        """Characters, maybe not all of the element's."""
        if self.path == PLACE:
            self.texts[-1] += data
            if self.starts[-1] < 0:
                self.starts[-1] = self.parser.CurrentByteIndex

    def close(self, _: str) -> None:
        """An element ends."""
        if self.path == PLACE:
            self.ends.append(self.parser.CurrentByteIndex)
        self.path.pop()


def parse_version(path: str, content: bytes) -> HeldVersion:
    """The version of the package, with or without a namespace; comments and dependencies do not count.

    Raises:
        EditRefused: no XML, a document type, or not exactly one ``<version>`` with a version in it.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader(parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.open, reader.close
    parser.CharacterDataHandler = reader.text

    def refuse_doctype(*_: object) -> None:
        raise EditRefused(f"{path} has a document type declaration", "Remove it: a nuspec needs none.")

    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by place only
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise EditRefused(f"{path} is not XML: {error}", "Correct the file in the target repository.") from None
    return _held(path, content, reader)


def _held(path: str, content: bytes, reader: _Reader) -> HeldVersion:
    if len(reader.texts) != 1:
        raise EditRefused(
            f"{path} has {len(reader.texts)} elements <version> under <metadata>", "Write exactly one there."
        )
    text, start, end = reader.texts[0].strip(), reader.starts[0], reader.ends[0]
    if not VERSION.fullmatch(text):
        raise EditRefused(f"{path} has {text!r} as <version>", "Write a version like 1.2.3 there.")
    raw = text.encode(_encoding(content))
    if content[start:end].count(raw) != 1:
        raise EditRefused(f"{path} does not hold its version as one plain text", "Write <version>1.2.3</version>.")
    place = content.index(raw, start, end)
    return HeldVersion(text, place, place + len(raw))


def with_version(content: bytes, held: HeldVersion, version: str) -> bytes:
    """``content`` with ``version`` in place of the one that it holds."""
    return content[: held.start] + version.encode(_encoding(content)) + content[held.end :]


def _encoding(content: bytes) -> str:
    """How digits and letters are written; every encoding without a UTF-16 mark that expat reads has ASCII's."""
    return next((name for mark, name in UTF16.items() if content.startswith(mark)), "ascii")
