"""The version in a nuspec, and what moves with it. Sources: the nuspec reference; Chocolatey's package docs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from release.channels.text.literal import UTF16
from release.errors import EditRefused, InputError

LARGEST = 1 << 20  # bytes
VERSION = re.compile(r"([0-9]+(?:\.[0-9]+){0,2})((?:\.[0-9]+)?)((?:-[0-9A-Za-z.-]+)?)")
SUFFIX = re.compile(r"[A-Za-z][0-9A-Za-z-]{0,19}")  # of a pre-release: NuGet's first rules, which the gallery has
METADATA = ["package", "metadata"]
CDATA = re.compile(r"<!\[CDATA\[\s*(.*?)\s*\]\]>")
MOVING = {"id", "version", "releaseNotes", "projectSourceUrl", "docsUrl", "description", "title", "summary"}
DEEPEST = 64  # elements inside each other


@dataclass(frozen=True)
class Part:
    """Bytes ``start`` to ``end`` of a nuspec: an element's content, or the tag of one that has attributes only."""

    name: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nuspec:
    """A nuspec.

    Attributes:
        path: its place in the target repository.
        body: its bytes, in UTF-8 where they are in UTF-16.
        wide: byte order mark and encoding of one in UTF-16.
        parts: ``id``, ``version``, what else of the metadata moves, and the tags of dependencies and files.
    """

    path: str
    body: bytes
    wide: tuple[bytes, str] | None
    parts: tuple[Part, ...]

    @property
    def version(self) -> str:
        """The package's version as it stands there."""
        text = self.text(self._only("version")).strip()
        return CDATA.sub(r"\1", text)

    @property
    def id(self) -> str:
        """The package's name, empty where there is none."""
        return next((self.text(part).strip() for part in self.parts if part.name == "id"), "")

    def text(self, part: Part) -> str:
        """The characters of a part; those that are not ASCII stand for their bytes."""
        return self.body[part.start : part.end].decode("latin-1")

    def line(self, part: Part) -> int:
        """Where a part begins, from 1."""
        return self.body.count(b"\n", 0, part.start) + 1

    def with_parts(self, moved: Callable[[Part, str], str]) -> bytes:
        """The file's bytes with each part as ``moved`` has it."""
        pieces, position = list[bytes](), 0
        for part in sorted(self.parts, key=lambda one: one.start):
            if part.start >= position:
                pieces += [self.body[position : part.start], moved(part, self.text(part)).encode("latin-1")]
                position = part.end
        body = b"".join([*pieces, self.body[position:]])
        return body if self.wide is None else self.wide[0] + body.decode().encode(self.wide[1])

    def _only(self, name: str) -> Part:
        found = [part for part in self.parts if part.name == name]
        if len(found) != 1:
            raise EditRefused(
                f"{self.path} has {len(found)} elements <{name}> under <metadata>", "Write exactly one there."
            )
        return found[0]


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


def software_version(held: str) -> str:
    """The version of the software in a package: ``0.0.1`` of ``0.0.1.20260101``.

    A fourth number is the packager's, by Chocolatey's package fix notation: Semantic Versioning has three.
    """
    match = VERSION.fullmatch(held)
    return match[1] + match[3] if match else held


class _Reader:
    """Follows the elements and keeps the parts that may move."""

    def __init__(self, path: str, parser: expat.XMLParserType) -> None:
        self.file, self.parser = path, parser
        self.path, self.open_at, self.parts = list[str](), list[tuple[int, dict[str, str]]](), list[Part]()

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; expat says where its tag does."""
        if len(self.path) == DEEPEST:
            raise EditRefused(f"{self.file} nests more than {DEEPEST} elements", "A nuspec needs five.")
        self.path.append(name.rpartition(" ")[2])
        self.open_at.append(
            (self.parser.CurrentByteIndex, {key.rpartition(" ")[2]: v for key, v in attributes.items()})
        )

    def close(self, _: str) -> None:
        """An element ends; where it is written as one tag, expat says where that begins."""
        (start, attributes), end, name = self.open_at.pop(), self.parser.CurrentByteIndex, self.path[-1]
        wanted = (self.path[:2] == METADATA and len(self.path) == 3 and name in MOVING) or (
            self.path[:1] == METADATA[:1] and name in {"dependency", "file"}
        )
        if wanted:
            self.parts.append(Part(name, start, end, attributes))
        self.path.pop()


def parse_nuspec(path: str, content: bytes) -> Nuspec:
    """A nuspec, with or without a namespace; comments do not count.

    Raises:
        EditRefused: no XML, a document type, too large, or not exactly one ``<version>`` with a version in it.
    """
    if len(content) > LARGEST:
        raise EditRefused(f"{path} has more than {LARGEST} bytes", "No nuspec is that large: correct the file.")
    wide = next(((mark, name) for mark, name in UTF16.items() if content.startswith(mark)), None)
    try:
        body = content[len(wide[0]) :].decode(wide[1]).encode() if wide else content
        parts = _parts(path, body, "utf-8" if wide else None)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise EditRefused(f"{path} is not XML: {error}", "Correct the file in the target repository.") from None
    return _checked(Nuspec(path, body, wide, tuple(_contents(body, parts))))


def _parts(path: str, body: bytes, encoding: str | None) -> list[Part]:
    parser = expat.ParserCreate(encoding, " ")
    reader = _Reader(path, parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.open, reader.close

    def refuse_doctype(*_: object) -> None:
        raise EditRefused(f"{path} has a document type declaration", "Remove it: a nuspec needs none.")

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.Parse(body, True)  # noqa: FBT003 - expat takes it by place only
    return reader.parts


def _contents(body: bytes, parts: list[Part]) -> Iterator[Part]:
    """Elements that have content are that; the others are their tag."""
    for part in parts:
        if part.attributes or part.end == part.start:
            closing = body.find(b">", part.start)
            yield Part(part.name, part.start, max(closing, part.start), part.attributes)
        else:
            yield Part(part.name, min(body.find(b">", part.start) + 1, part.end), part.end, part.attributes)


def _checked(nuspec: Nuspec) -> Nuspec:
    text = nuspec.version
    if VERSION.fullmatch(text):
        return nuspec
    if re.search("[<&]", text):
        raise EditRefused(
            f"{nuspec.path} does not hold its version as one plain text", "Write <version>1.2.3</version>."
        )
    raise EditRefused(f"{nuspec.path} has {text!r} as <version>", "Write a version like 1.2.3 there.")
