"""A release's real files: a source tarball and a wheel, the same bytes for the same version every time."""

import gzip
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from release.settings import matches

DATE = (2026, 1, 1, 0, 0, 0)
LONGEST_NAME = 255  # characters: no file has a longer name


def python_version(version: str) -> str:
    """``1.0.0-rc.1`` as Python writes it: ``1.0.0rc1`` (PEP 440; build metadata is a local version)."""
    main, _, build = version.partition("+")
    core, _, pre = main.partition("-")
    words = {"alpha": "a", "beta": "b", "rc": "rc"}
    match = re.fullmatch(r"(alpha|beta|rc)?\.?(\d*)", pre)
    if pre:
        core += (
            f"{words[match[1]]}{match[2] or 0}" if match and match[1] else f".dev{match[2] or 0}" if match else ".dev0"
        )
    return core + (f"+{build}" if build else "")


def file_name(pattern: str, version: str, product: str) -> str:
    """A file's name that fits ``pattern``: a wheel's where that can be, else with the version at its first wildcard.

    That is the first ``[0-9]*``, else the first ``*``. Where the version is in it already, the rest of the wildcards
    stand for nothing.
    """
    if pattern.endswith(".whl") and len(pattern) <= LONGEST_NAME:
        version = python_version(version)
        usual = (re.sub("[-_.]+", "_", product), version, "py3", "none", "any")
        for wheel in _wheels(pattern, usual):
            if _is_wheel(wheel, pattern, version):
                return wheel
    for place in ("[0-9]*", "*"):
        if version not in pattern:
            pattern = pattern.replace(place, version, 1)
    return _plain(pattern)


def _plain(pattern: str) -> str:
    """``pattern`` with as little as its wildcards can stand for."""
    return re.sub(r"\[(.)[^\]]*\]", r"\1", pattern).replace("*", "").replace("?", "x")


def _wheels(pattern: str, usual: Sequence[str]) -> Iterator[str]:
    """Names with as many parts as ``usual``, and those of its words that fit; a ``*`` stands for the missing ones."""
    stem = pattern.removesuffix(".whl")
    missing = "*-" * (len(usual) - len(_parts(stem)))
    stars = [place for place, letter in enumerate(stem) if letter == "*"]
    for place in reversed(stars or [len(stem)]):
        parts = zip(_parts(stem[:place] + missing + stem[place:]), usual, strict=False)
        yield "-".join(word if matches(part, word) else _plain(part) for part, word in parts) + ".whl"


def _parts(stem: str) -> list[str]:
    return re.split(r"-(?![^\[]*\])", stem)  # not at a dash of [0-9]


def _is_wheel(name: str, pattern: str, version: str) -> bool:
    try:
        return matches(pattern, name) and parse_wheel_filename(name)[1] == Version(version)
    except InvalidWheelFilename:
        return False


def _sources(name: str, version: str) -> dict[str, bytes]:
    project = f'[project]\nname = "{name}"\nversion = "{python_version(version)}"\n\n[project.scripts]\n'
    return {
        "README.md": f"# {name}\n\nVersion {version}.\n".encode(),
        "pyproject.toml": f'{project}{name} = "{name}:main"\n'.encode(),
        f"src/{name}/__init__.py": _module(version),
        f"tests/test_{name}.py": f"import {name}\n\n\ndef test_version():\n    assert {name}.VERSION\n".encode(),
    }


def _module(version: str) -> bytes:
    return f'VERSION = "{version}"\n\n\ndef main():\n    print(VERSION)\n'.encode()


@lru_cache
def build_tarball(name: str, version: str) -> bytes:
    """A ``.tar.gz`` with one root folder, as GitHub makes it from a tag."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in _sources(name, version).items():
            entry = tarfile.TarInfo(f"{name}-{version}/{path}")
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


@lru_cache
def build_wheel(name: str, version: str) -> bytes:
    """A wheel of one module, with its metadata, entry point and record."""
    name = name.replace("-", "_")
    info = f"{name}-{python_version(version)}.dist-info"
    files = {
        f"{name}/__init__.py": _module(version),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {python_version(version)}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n".encode(),
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in {**files, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(zipfile.ZipInfo(path, DATE), content)
    return packed.getvalue()


def sha256(content: bytes) -> str:
    """64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()
