"""The parts of a nuspec that move with its version: notes, the source's page, dependencies on itself, files."""

import re

from release.channels.choco.nuspec import Part
from release.channels.choco.plan import Plan
from release.channels.text.versions import Move
from release.errors import EditRefused

URL = re.compile(r"https?://[^\s\"'<>()\[\]{}]+")
VERSION = re.compile(r"(?<=[\s\"'])(version\s*=\s*)([\"'])(.*?)\2", re.DOTALL)
FLAVOUR = re.compile(r"\.(?:install|portable|commandline|app|extension)$")


def moved_part(plan: Plan, part: Part, text: str) -> str:
    """One part of the nuspec at the new version.

    Raises:
        EditRefused: a dependency is pinned to just the old version, but is not the package's own.
    """
    nuspec = plan.package.nuspec
    if part.name == "version":
        return text.replace(nuspec.version, plan.native)
    if plan.move.old == plan.move.new:
        return text
    if part.name == "dependency":
        return _moved_dependency(plan, part, text)
    if part.name == "file":
        for old, new in plan.names.items():
            text = text.replace(old, new)
        return plan.move.moved(text)
    if part.name == "id":
        return text
    moved = URL.sub(lambda match: _moved_page(plan, match[0]), text)
    return moved if "\n" in text.strip() else plan.move.moved(moved)


def _moved_page(plan: Plan, url: str) -> str:
    """A page of the release; a folder of the first two numbers moves along with the version in full."""
    if not plan.move.carried(url):
        return url
    if url in plan.urls:
        return plan.urls[url]
    short = Move(*(".".join(version.split(".")[:2]) for version in (plan.move.old, plan.move.new)))
    parts = (short.new if part == short.old else plan.move.moved(part, (plan.change.tag,)) for part in url.split("/"))
    return "/".join(parts)


def _moved_dependency(plan: Plan, part: Part, text: str) -> str:
    nuspec = plan.package.nuspec
    move, held = Move(nuspec.version, plan.native), part.attributes.get("version", "")
    if not move.carried(held):
        return text
    if _own(part.attributes.get("id", ""), nuspec.id, plan.change.project):
        return VERSION.sub(lambda match: f"{match[1]}{match[2]}{move.moved(match[3])}{match[2]}", text)
    if re.fullmatch(r"\[[^,]*\]", held.replace(" ", "")):
        raise EditRefused(
            f"{nuspec.path} line {nuspec.line(part)}: {part.attributes.get('id')} is pinned to {held}, which may be its own version",
            "Change that version by hand, then update again.",
        )
    return text


def _own(dependency: str, package: str, project: str) -> bool:
    """Whether a dependency is of the same product: ``kekkai.install`` of ``kekkai``."""
    base = FLAVOUR.sub("", package.casefold())
    name = dependency.casefold()
    return FLAVOUR.sub("", name) in {base, project.casefold()} or name.startswith((f"{base}.", f"{base}-"))
