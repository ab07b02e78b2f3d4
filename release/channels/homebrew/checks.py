"""What must be so before a formula is edited, and of what would be written; each refusal names the place. Pure."""

import re

import semver

from release.channels.base import Change
from release.channels.homebrew.formula import Formula, read_formula
from release.channels.homebrew.left import check_nothing_left
from release.channels.homebrew.urls import PLAIN_URL, Urls
from release.channels.homebrew.version import compare, same
from release.errors import EditRefused


def check_change(change: Change) -> None:
    """Refuses what could leave its string or its line in the formula, before anything is read."""
    if not re.fullmatch(r"[0-9A-Za-z.+-]{1,200}", change.version) or not semver.Version.is_valid(change.version):
        raise EditRefused(f"Invalid version format: {change.version!r}", "Give SemVer such as 1.2.3 or 1.0.0-rc.1.")
    if not re.fullmatch(r"[0-9A-Za-z._/@+-]{1,250}", change.tag):
        raise EditRefused(f"The tag {change.tag!r} is not plain", "Use letters, digits and . _ / @ + - in tags.")
    if not PLAIN_URL.fullmatch(change.url):
        raise EditRefused(
            f"The URL {change.url!r} is not plain", "Quotes, spaces, braces and # cannot stand in a formula."
        )
    for name, value, length in (("artifact", change.sha256, 64), ("tag's commit", change.commit, 40)):
        if value is not None and not re.fullmatch(rf"[0-9A-Fa-f]{{{length}}}", value):
            raise EditRefused(f"The checksum of the {name} is not {length} hex digits", "Take it from release.extract.")


def check_order(formula: Formula, change: Change) -> None:
    """Refuses to go to a lower version, unless that was asked for."""
    for pair in formula.pairs if not change.allow_downgrade else ():
        if same(pair.held, change.version):
            continue
        order = compare(pair.held, change.version)
        if order is None or order > 0:
            how = "cannot be compared with" if order is None else "is newer than"
            raise EditRefused(
                f"{formula.path} holds {pair.held} (line {pair.line}), which {how} {change.version}",
                "Pass --allow-downgrade if the formula really has to go there.",
            )


def check_result(before: Formula, content: bytes, urls: Urls) -> None:
    """Reads what would be written as a user's brew will: every download new and proved, nothing left of the old."""
    path, change = before.path, urls.change
    after = read_formula(path, content)
    held = {(pair.download, pair.digits) for pair in before.pairs}
    for pair in after.pairs:
        if not same(pair.held, change.version):
            raise EditRefused(
                f"{path}: line {pair.line} would serve {pair.held} after the edit, not {change.version}",
                "Add a `version` line to the formula and run it again.",
            )
        proved = urls.known.get(pair.download) == pair.digits or (pair.download, pair.digits) in held
        if pair.digits and not proved:
            raise EditRefused(f"{path}: line {pair.line} would have an unproved checksum", "Report this as a bug.")
    if not all(same(pair.held, change.version) for pair in before.pairs):
        check_nothing_left(before, after, change)
