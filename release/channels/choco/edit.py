"""A package moved to another version: nuspec, scripts and VERIFICATION.txt, read again before they are written."""

import re
from collections.abc import Iterator
from itertools import product

from release.channels.change import Change
from release.channels.choco.address import is_released
from release.channels.choco.downloads import downloads
from release.channels.choco.install_script import Script, parse_script
from release.channels.choco.metadata import moved_part
from release.channels.choco.package import Package
from release.channels.choco.plan import Plan
from release.channels.choco.planner import plan_of
from release.channels.text.derive import Derivation
from release.channels.text.literal import Edit, Literal, apply_edits, line_of, plain_literal
from release.channels.text.mentions import HEX, Tone
from release.channels.text.powershell import FILLS, OPENS, Text
from release.channels.text.urls import SHA256
from release.channels.text.versions import Move, forms
from release.errors import EditRefused

VARIABLES = 3  # version variables of one script that are tried in every form
LONGEST = 4096  # characters of a line that may have to be edited
AROUND = 400  # characters of a line that tell whose version it is
CODE = re.compile(rf"[^\s{OPENS}{FILLS};(),|{{}}=]++")


def edited(package: Package, change: Change) -> dict[str, bytes]:
    """The package's files at the new version, all of them.

    Raises:
        EditRefused: a place is unclear, or the old release would be left somewhere; names the line.
    """
    plan = plan_of(package, change)
    new = {package.nuspec.path: package.nuspec.with_parts(lambda part, text: moved_part(plan, part, text))}
    for path, (source, script) in package.scripts.items():
        text = _moved_script(plan, script)
        plan.check_left(path, parse_script(path, text, plan.native).used)
        new[path] = source.encoded(text)
    for path, source in package.proofs.items():
        text = _moved_proof(plan, path, source.text)
        plan.check_left(path, text)
        new[path] = source.encoded(text)
    return new


def _moved_proof(plan: Plan, path: str, text: str) -> str:
    """VERIFICATION.txt with URLs, checksums and names moved, wherever they stand."""
    edits: list[Edit] = []
    for one in plan.verified:
        if one.path == path and one.sum_text.lower() not in plan.sums:
            place = text.index(one.sum_text)
            edits += plain_literal(text, place, place + len(one.sum_text)).becomes(
                _cased(plan.digests[one.address], one.sum_text)
            )
    kept = apply_edits(text, edits)
    return apply_edits(kept, _mention_edits(plan, path, kept, plain_literal(kept, 0, len(kept))))


def _moved_script(plan: Plan, script: Script) -> str:
    """The script with every place moved, and read again to see that it says what it should.

    Raises:
        EditRefused: a place is unclear, or its variables cannot write the new URL; names the line.
    """
    mine = [one for one in plan.installed if one.script.path == script.path]
    texts = {one.text.literal.start for one in mine if not one.text.inserts}
    texts |= {s.text.literal.start for one in mine for s in (one.sum, one.type) if s and s.text}
    rest = [t for t in (*script.lexed.texts.values(), *_words(plan, script)) if t.literal.start not in texts]
    feeding = {s.text.literal.start for name in script.behind([one.text for one in mine])
               for s in script.variables.get(name, []) if s.text}  # fmt: skip
    versions = [t for t in rest if t.literal.start in feeding and plan.move.pattern.fullmatch(t.value)][:VARIABLES]
    free = {t.literal.start for t in versions}
    fixed = [*_download_edits(plan, script)]
    for held in (t for t in rest if t.literal.start not in free):
        fixed += _mention_edits(plan, script.path, script.text, held.literal)
    choices = [dict.fromkeys([plan.move.moved(t.value), *forms(plan.move.new).values()]) for t in versions]
    for chosen in product(*choices):
        edits = [edit for t, form in zip(versions, chosen, strict=True) for edit in t.literal.becomes(form)]
        text = apply_edits(script.text, [*fixed, *edits])
        if _says(plan, script.path, text):
            return text
    where = mine[0].where if mine else script.path
    new = plan.urls[mine[0].address] if mine else plan.change.version
    raise EditRefused(
        f"{where} cannot become {new} by its variables", "Write the URL as one text there, then update again."
    )


def _words(plan: Plan, script: Script) -> Iterator[Text]:
    """Words of code that name the old version or a file of it."""
    for match in CODE.finditer(script.lexed.code):
        if _mentions(plan, match[0]):
            yield Text(plain_literal(script.text, *match.span()))


def _download_edits(plan: Plan, script: Script) -> Iterator[Edit]:
    """URLs, their checksums and the checksums' kinds, each place once."""
    wanted: dict[int, tuple[Literal, str]] = {}
    for one in plan.installed:
        if one.script.path != script.path:
            continue
        if not one.text.inserts:
            wanted[one.text.literal.start] = one.text.literal, plan.urls[one.address]
        if one.sum and one.sum.text:
            literal, new = one.sum.text.literal, plan.digests[one.address]
            wanted[literal.start] = literal, literal.value if literal.value.lower() == new else new
        if one.type and one.type.text:
            literal = one.type.text.literal
            wanted[literal.start] = literal, literal.value if literal.value.lower() == "sha256" else "sha256"
        elif one.sum and not SHA256.fullmatch(one.sum_text):
            raise EditRefused(
                f"{script.where(one.sum.position)}: `{one.sum.name}` is no SHA256 and has no `checksumType`",
                "Set it to 'sha256'.",
            )
    for literal, new in wanted.values():
        yield from literal.becomes(new)


def _cased(digits: str, like: str) -> str:
    """A checksum in the letter case of another."""
    return digits.upper() if like.upper() == like and like.lower() != like else digits


def _mention_edits(plan: Plan, path: str, text: str, literal: Literal) -> Iterator[Edit]:
    """A text's mentions of the old release, line by line.

    Raises:
        EditRefused: one of them may be another thing's; names the line.
    """
    for match in re.finditer(r"[^\r\n]++", literal.value):
        line = match[0]
        if not _mentions(plan, line):
            continue
        place = literal.at[match.start()]
        where = f"{path} line {line_of(text, place)}"
        if len(line) > LONGEST:
            raise EditRefused(f"{where} is too long to be edited", "Break the line in the target repository.")
        if plan.move.carried(line) and not (plan.is_same or plan.writes_version):
            raise EditRefused(
                f"{where} holds the old version; the release's files write {plan.move.new} otherwise",
                "Edit that place by hand, then update again.",
            )
        around = (
            text[max(0, place - AROUND) : place].rpartition("\n")[2] + text[place : place + AROUND].partition("\n")[0]
        )
        part = Literal(line, literal.at[match.start() : match.end() + 1])
        yield from part.becomes(plan.mentions.moved(line, where, Tone.SCRIPT, around))


def _mentions(plan: Plan, line: str) -> bool:
    """Whether a line mentions the old release."""
    named = plan.move.carried(line) or plan.mentions.named.search(line) is not None
    return named or any(found[0].lower() in plan.sums for found in HEX.finditer(line))


def _says(plan: Plan, path: str, text: str) -> bool:
    """Whether the new script downloads what it should."""
    mine = sorted(
        (plan.urls[one.address], plan.digests[one.address] if one.sum else "")
        for one in plan.installed
        if one.script.path == path
    )
    move, new = Move(plan.move.new, plan.move.new), set(plan.urls.values())
    derivation = Derivation(move, plan.change)
    try:
        found = downloads(parse_script(path, text, plan.native), lambda url: url in new or is_released(url, derivation))
    except EditRefused:
        return False
    return sorted((one.address, one.sum_text.lower()) for one in found) == mine
