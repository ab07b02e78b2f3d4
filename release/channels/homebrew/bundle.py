"""What a Python formula installs: its resources and nothing else, by Homebrew's own ``virtualenv`` helpers. Pure.

Source: Homebrew's "Python for Formula Authors"; its helpers give ``--no-deps`` to pip.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion

from release.channels.bundle import LINUX, MACOS, PYTHONS, Bundle, Resource
from release.channels.homebrew.prove import name_of
from release.channels.homebrew.settings import HomebrewChannel

HELPED = re.compile(r"\b(virtualenv_install_with_resources|virtualenv_create|std_pip_args)\b")
RESOURCE = re.compile(r"\s*resource\s*\(?\s*[\"']([\w.-]+)[\"']")
URL = re.compile(r"\s*url\s*\(?\s*[\"']([^\"'#?]+)")
DEPENDS = re.compile(r"\s*depends_on\s*\(?\s*[\"']([\w.@+-]+)[\"']")


def bundle(channel: HomebrewChannel, files: Mapping[str, bytes]) -> Bundle | None:
    """What users of the formula get beside the product; ``None`` where that is not for resources to say."""
    path = channel.file or ""
    lines = files.get(path, b"").decode("utf-8", "replace").splitlines()
    code = [
        (number, line.partition(" #")[0]) for number, line in enumerate(lines, 1) if not line.lstrip().startswith("#")
    ]
    helped = next((number for number, line in code if HELPED.search(line)), 0)
    left = isinstance(channel, HomebrewChannel) and channel.resources == "leave"
    if left or not helped:
        return None
    depends = [(found[1], number) for number, line in code if (found := DEPENDS.match(line))]
    pythons = [name.removeprefix("python@") for name, _ in depends if name.startswith("python@")]
    formulae = (Resource(name, None, number) for name, number in depends)  # some bring modules: certifi, numpy
    held = [*chain(formulae, _resources(code))]
    fix = f"Run: brew update-python-resources {name_of(channel)}"
    return Bundle(path, held, (LINUX, MACOS), fix, pythons or PYTHONS, helped)


def _resources(code: Sequence[tuple[int, str]]) -> Iterator[Resource]:
    """Each ``resource`` block with the version that its file on PyPI is of."""
    for place, (number, line) in enumerate(code):
        if found := RESOURCE.match(line):
            following = (text for _, text in code[place + 1 : place + 4])
            url = next((got[1] for text in following if (got := URL.match(text))), "")
            yield Resource(found[1], _version(url.rpartition("/")[2]), number)


def _version(file_name: str) -> str | None:
    parsed = parse_wheel_filename if file_name.endswith(".whl") else parse_sdist_filename
    try:
        return str(parsed(file_name)[1])
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
