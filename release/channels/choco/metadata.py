"""The parts of a nuspec that move with its version: notes, the source's page, dependencies on itself, files."""

import re
from contextlib import suppress

from release.channels.choco.nuspec import Part
from release.channels.choco.plan import FLAVOUR, Plan
from release.channels.text.mentions import Tone
from release.errors import EditRefused

URL = re.compile(r"https?://[^\s\"'<>()\[\]{}]+")
VERSION = re.compile(r"(?<=[\s\"'])(version\s*=\s*)([\"'])(.*?)\2", re.DOTALL)
PIN = re.compile(r"\s*\[[^,]*\]\s*")
LONGEST = 4096  # characters of a line that is worth a look
DATE = 6  # digits of a version without dots that is no number of something else
PROSE = {"description", "title", "summary"}
OF_ONE_PAGE = re.compile(r"/[0-9]{4,}(?=/)")  # a year or a number: that of the next page cannot be told


def moved_part(plan: Plan, part: Part, text: str) -> str:
    """One part of the nuspec at the new version."""
    nuspec = plan.package.nuspec
    where = f"{nuspec.path} line {nuspec.line(part)}"
    if part.name == "version":
        return text.replace(nuspec.version, plan.native)
    if plan.is_same or part.name == "id":
        return text
    if part.name == "dependency":
        return _moved_dependency(plan, part, text)
    if part.name == "file":
        moved = plan.mentions.moved(text, where, Tone.OWN)
        plan.check_left(where, moved)
        return moved
    if part.name in PROSE:
        return "\n".join(_moved_prose(plan, line, where) for line in text.split("\n"))
    if "\n" not in text.strip():
        parts = enumerate(re.split(f"({URL.pattern})", text))
        return "".join(_moved_page(plan, one) if n % 2 else plan.move.moved(one) for n, one in parts)
    return "\n".join(_moved_notes(plan, line, where) for line in text.split("\n"))


def _moved_notes(plan: Plan, line: str, where: str) -> str:
    """A line of longer notes: its pages, then what else it says unless one of them stays."""
    moved = URL.sub(lambda match: _moved_page(plan, match[0]), line)
    return moved if any(_stays(plan, url) for url in URL.findall(line)) else _moved_prose(plan, moved, where)


def _moved_prose(plan: Plan, line: str, where: str) -> str:
    """A sentence or example at the new version where it is clear that it means the product's, else as it is."""
    if len(line) > LONGEST or not plan.move.carried(line):
        return line
    with suppress(EditRefused):
        return plan.mentions.moved(line, where, Tone.PROSE)
    return line


def _moved_page(plan: Plan, url: str) -> str:
    """A page of the release; where the version stands in full, its looser spellings in the URL move along."""
    if url in plan.urls:
        return plan.urls[url]
    if _stays(plan, url):
        return url
    move, squeezed = plan.move, _squeezed(plan.move.old)
    before = "[A-Za-z_#-]" if len(squeezed) < DATE else "[A-Za-z_#/-]"
    loose = url if len(squeezed) < 3 else re.sub(rf"(?<={before}){squeezed}(?![0-9])", _squeezed(move.new), url)
    if not move.carried(url):
        return loose
    parts = (move.moved(part, (plan.change.tag,)) for part in loose.split("/"))
    moved = "/".join(move.loose_pattern.sub(lambda match: move.loose[match[0]], part) for part in parts)
    old, new = (version.partition(".")[0] for version in (move.old, move.new))
    return re.sub(rf"(?<=[_/-][Vv]){old}(?![0-9]|[.][0-9])", new, moved)  # CHANGELOG_V20.md


def _stays(plan: Plan, url: str) -> bool:
    """Whether a page has a year or a number beside the version, as pages of news have: nobody knows the next one's."""
    return OF_ONE_PAGE.search(plan.move.pattern.sub("", url)) is not None


def _squeezed(version: str) -> str:
    """``230`` of 2.3.0-rc.1."""
    return re.split("[-+]", version, maxsplit=1)[0].replace(".", "")


def _moved_dependency(plan: Plan, part: Part, text: str) -> str:
    """A dependency of the product's own, or one that is pinned to just the old version, as metapackages do."""
    nuspec = plan.package.nuspec
    move, held = plan.package_move, part.attributes.get("version", "")
    if not move.carried(held):
        return text
    name, line = part.attributes.get("id", ""), nuspec.line(part)
    own = is_own(name, nuspec.id, plan.change.project) or is_own(nuspec.id, name, name) or _is_all(plan)
    if not own and not PIN.fullmatch(held):
        return text
    if any(old != new and old.replace(".", "") in re.findall("[0-9]+", name) for old, new in plan.move.loose.items()):
        raise EditRefused(f"{nuspec.path} line {line}: the name of {name} has the old version in it",
                          "Change that dependency by hand, then update again.")  # fmt: skip
    return VERSION.sub(lambda match: f"{match[1]}{match[2]}{move.moved(match[3])}{match[2]}", text)


def _is_all(plan: Plan) -> bool:
    """Whether the package is nothing but one dependency."""
    package = plan.package
    return package.is_silent and [part.name for part in package.nuspec.parts].count("dependency") == 1


def is_own(dependency: str, package: str, project: str) -> bool:
    """Whether a dependency is of the same product: ``kekkai.install`` of ``kekkai``."""
    base = FLAVOUR.sub("", package.casefold())
    name = dependency.casefold()
    return FLAVOUR.sub("", name) in {base, project.casefold()} or name.startswith((f"{base}.", f"{base}-"))
