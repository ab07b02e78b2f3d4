"""Whether anything of the old release is left. Shares no pattern with what moves it, so that neither hides the other's gap."""

from collections.abc import Collection
from urllib.parse import unquote

from release.channels.text.versions import Move
from release.errors import EditRefused

SEPARATORS = str.maketrans("_- ", "...")


def check_left(path: str, text: str, move: Move, sums: Collection[str]) -> None:
    """See to it that ``text`` names neither the old version nor a checksum of an old file.

    Args:
        path: of the file, for messages.
        text: what users download or run by.
        move: from the old version to the new.
        sums: of the old files, in lower case, but for those that the new ones still have.

    Raises:
        EditRefused: with the line.
    """
    new = _spellings(move.new)
    old = _spellings(move.old) - new if move.old != move.new else set()
    for number, line in enumerate(text.split("\n"), 1):
        bare = unquote(line).casefold()
        found = next((digits for digits in sums if digits in bare), None)
        plain = bare.translate(SEPARATORS)
        for version in sorted(new, key=len, reverse=True):
            plain = plain.replace(version, "~")
        found = found or next((version for version in old if _stands(version, plain)), None)
        if found:
            raise EditRefused(
                f"{path} line {number} would still have {found} of the old release",
                "Edit that place by hand, or write it without the version, then update again.",
            )


def _spellings(version: str) -> set[str]:
    numbers, _, suffix = version.partition("-")
    joined = suffix.replace(".", "")
    ends = {f".{suffix}", f".{joined}", joined} if suffix else {""}
    return {f"{numbers}{end}".casefold().translate(SEPARATORS) for end in ends}


def _stands(version: str, text: str) -> bool:
    """Whether a version stands in ``text`` and is not the middle of a longer number."""
    place = text.find(version)
    while place >= 0:
        before, after = text[:place][-2:], text[place + len(version) :][:2]
        longer = before[-1:].isdigit() or (before[-1:] == "." and before[:1].isdigit())
        if not (longer or after[:1].isdigit() or (after[:1] == "." and after[1:].isdigit())):
            return True
        place = text.find(version, place + 1)
    return False
