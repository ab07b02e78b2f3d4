"""Whether the tag's tarball can change after its checksum was published. Pure.

git writes names of branches and tags into files marked ``export-subst`` when it makes the tarball; a later branch or
tag changes them, and the checksum with them. Source: gitattributes(5).
"""

import re
from collections.abc import Iterable, Mapping

from release.metadata.archive import Member

ATTRIBUTES, ARCHIVAL = ".gitattributes", ".git_archival.txt"
FILES = (ATTRIBUTES, ARCHIVAL)
MADE_ON_DEMAND = re.compile(r"/(?:archive|tarball|legacy\.tar\.gz)/")


def is_made_on_demand(url: str) -> bool:
    """Whether GitHub makes the file at ``url`` of the tag when it is asked for; an attached file never changes."""
    return MADE_ON_DEMAND.search(url) is not None


def marks(files: Mapping[str, bytes]) -> list[str]:
    """Where files of a source tree say that git fills something in: ``.gitattributes line 3``.

    Args:
        files: path -> content of any of ``FILES``, as they stand in the repository or in the tarball.
    """
    found = []
    for path, content in files.items():
        if path.rpartition("/")[2] == ATTRIBUTES:
            found += [f"{path} line {line}" for line in _substituted(content.decode("utf-8", "replace"))]
        elif path.rpartition("/")[2] == ARCHIVAL and b"node:" in content:
            found.append(path)
    return found


def _substituted(text: str) -> Iterable[int]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and "export-subst" in line.split()[1:]:
            yield number


def marks_in(members: Iterable[Member]) -> list[str]:
    """The same for the members of a tarball, whose root folder is left out of the paths."""
    files = {one.path.partition("/")[2]: one.head for one in members if one.name in FILES}
    return marks(files)


def warning(name: str, project: str, found: Iterable[str]) -> str | None:
    """One line for ``validate`` and ``doctor``; ``None`` where nothing was found.

    Args:
        name: of the artifact in the configuration.
        project: the product's name.
        found: from ``marks``.
    """
    places = ", ".join(found)
    return (
        (
            f"artifact {name}: the tag's tarball can change after its checksum was published ({places}: git fills in "
            "branches and tags when the tarball is made). Attach an sdist to the release and point the artifact at it: "
            f'{name}: {{asset: "{project}-{{python_version}}.tar.gz"}}'
        )
        if places
        else None
    )
