"""What a formula serves: the stable downloads, and the resources that are files of the same release. Pure."""

from release.channels.change import Files
from release.channels.homebrew.formula import Formula, Pair, read_formula
from release.channels.homebrew.resources import own_downloads
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.version import as_semver, compare, same
from release.errors import EditRefused
from release.records import Download, Served


def formula_of(channel: HomebrewChannel, files: Files) -> Formula:
    """The channel's formula.

    Raises:
        EditRefused: it is missing, not valid Ruby, or its download cannot be told without running it.
    """
    path = channel.file
    if path not in files:
        raise EditRefused(
            f"{channel.target} has no file {path}", "Create the formula, or correct `file:` in invoke.yaml."
        )
    return read_formula(path, files[path])


def served_by(formula: Formula) -> Served:
    """What its users get.

    Of pairs per system the first is given, with a note. Where the pairs hold different versions, the
    oldest one is what is served: some users still get that.
    """
    pairs = formula.pairs
    shown = _oldest(pairs)
    return Served(
        version=_version(shown),
        sha256=shown.digits,
        url=shown.download,
        note=_note(pairs, shown),
        downloads=tuple(
            Download(pair.download.partition("#")[0], pair.digits, _version(pair), pair.line)
            for pair in sorted([*pairs, *own_downloads(formula)], key=lambda pair: pair.call.start_byte)
        ),
    )


def _version(pair: Pair) -> str:
    return as_semver(pair.held) or pair.held


def _oldest(pairs: tuple[Pair, ...]) -> Pair:
    oldest = pairs[0]
    for pair in pairs[1:]:
        if (compare(pair.held, oldest.held) or 0) < 0:
            oldest = pair
    return oldest


def _note(pairs: tuple[Pair, ...], shown: Pair) -> str | None:
    if not all(same(pair.held, shown.held) for pair in pairs):
        held = ", ".join(f"{pair.held} (line {pair.line})" for pair in pairs)
        return f"the formula holds different versions: {held}"
    return f"first of {len(pairs)} downloads, line {shown.line}" if len(pairs) > 1 else None
