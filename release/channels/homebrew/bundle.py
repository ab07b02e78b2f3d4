"""What a Python formula installs: its resources and nothing else, by Homebrew's own ``virtualenv`` helpers. Pure.

Source: Homebrew's "Python for Formula Authors"; its helpers give ``--no-deps`` to pip.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import chain

from release.channels.bundle import LINUX, MACOS, PYTHONS, Bundle, Resource
from release.channels.homebrew.prove import name_of
from release.settings import Channel

HELPED = re.compile(r"\b(virtualenv_install_with_resources|virtualenv_create|std_pip_args)\b")
DEPENDS = re.compile(r"\s*depends_on\s*\(?\s*[\"']([\w.@+-]+)[\"']")


def bundle(
    channel: Channel, files: Mapping[str, bytes], resources: Iterable[tuple[str, str | None, int]]
) -> Bundle | None:
    """What users of the formula get beside the product; ``None`` where that is not for resources to say.

    Args:
        channel: whose formula it is.
        files: of the tap.
        resources: name, version and line (counted from 1) of each ``resource`` block.
    """
    path = channel.file or ""
    lines = files.get(path, b"").decode("utf-8", "replace").splitlines()
    code = [
        (number, line.partition(" #")[0]) for number, line in enumerate(lines, 1) if not line.lstrip().startswith("#")
    ]
    helped = next((number for number, line in code if HELPED.search(line)), 0)
    if not helped or channel.resources == "leave":
        return None
    depends = [(found[1], number) for number, line in code if (found := DEPENDS.match(line))]
    pythons = [name.removeprefix("python@") for name, _ in depends if name.startswith("python@")]
    formulae = (Resource(name, None, number) for name, number in depends)  # some bring modules: certifi, numpy
    held = [*chain(formulae, (Resource(*one) for one in resources))]
    fix = f"Run: brew update-python-resources {name_of(channel)}"
    return Bundle(path, held, (LINUX, MACOS), fix, pythons or PYTHONS, helped)
