"""What a channel of unknown format serves, as its ``serves:`` says: a file or an address that holds some texts."""

import re
from dataclasses import replace

from release.channels.dispatch.settings import DispatchChannel, Serves
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict
from release.errors import ServiceError
from release.records import Served, State

BESIDE = "A-Za-z0-9.+-"  # what makes a text part of a longer one
LARGEST = 1 << 20  # characters that are searched
ABSENT = "absent"
NO_CHECKSUM = "the checksum that says where to look is not known yet"


def read_text(channel: DispatchChannel, serves: Serves, version: str, sources: Sources) -> Served:
    """The text that is to be searched; none, with ``review`` absent, where there is no such file or page.

    None too, with ``unread``, where a checksum that nobody gave says where to look.

    Raises:
        ServiceError: it cannot be read.
    """
    words = {"version": version, "sha256": sources.sha256 or ""}
    place = serves.url or f"{serves.repository or channel.target}/{serves.file}"
    if "{sha256}" in place and not sources.sha256:
        return Served(None, unread=NO_CHECKSUM)
    read = _page if serves.url else _file
    text = sources.begin(lambda: read(channel, serves, words, sources))()
    return Served(None, text=text and text[:LARGEST], review=None if text is not None else ABSENT)


def _file(channel: DispatchChannel, serves: Serves, words: dict[str, str], sources: Sources) -> str | None:
    """A file of a default branch; a repository that cannot be seen is not one without the file."""
    repository, github = _filled(serves.repository or channel.target, words), sources.session.github
    token = sources.session.token(channel) if repository == channel.target else sources.session.reading_token()
    content = github.file(repository, _filled(serves.file or "", words), token)
    if content is None:
        github.repository(repository, token)
        return None
    return content.decode("utf-8", "replace")


def _page(_channel: DispatchChannel, serves: Serves, words: dict[str, str], sources: Sources) -> str | None:
    """A page as anybody gets it; one that is not there tells something only where its address holds the version."""
    url = serves.url or ""
    answer = sources.session.transport.request("GET", _filled(url, words), attempts=sources.attempts)
    if answer.status == 404 and "{" in url:
        return None
    if answer.status != 200:
        raise ServiceError(f"{_filled(url, words)} answered {answer.status}", "Check serves.url.", answer.status)
    return answer.text


def judge_text(serves: Serves, served: Served, expected: Expected) -> Verdict:
    """Whether every text of ``contains`` stands in what was read. Pure."""
    bare = replace(served, text=None, review=None)
    if served.unread:
        return Verdict(State.UNKNOWN, None, served.unread, uncompared=True)
    if served.text is None:
        return Verdict(State.BEHIND, bare, f"there is no {serves.url or serves.file} yet")
    unknown = expected.sha256 is None and any("{sha256}" in text for text in serves.contains)
    found = [one for one in serves.contains if _pattern(one, expected).search(served.text)]
    missing = [one for one in serves.contains if one not in found]
    if missing:
        shown = missing[0].replace("{version}", expected.version)
        return Verdict(State.BEHIND, bare, f"{serves.url or serves.file} does not hold {shown!r}")
    held = replace(bare, version=expected.version, sha256=expected.sha256 if _tells_sha256(serves) else None)
    if unknown:
        return Verdict(State.UNKNOWN, held, "the checksum that it should hold is not known", uncompared=True)
    return Verdict(State.SERVED, held)


def _tells_sha256(serves: Serves) -> bool:
    return any("{sha256}" in text for text in serves.contains)


def _pattern(text: str, expected: Expected) -> re.Pattern[str]:
    """The text with its words filled in, standing alone; a checksum counts in any letter case."""
    sha256 = f"(?i:{expected.sha256})" if expected.sha256 else r"[0-9a-fA-F]{64}"
    filled = re.escape(text).replace(r"\{version\}", re.escape(expected.version)).replace(r"\{sha256\}", sha256)
    return re.compile(rf"(?<![{BESIDE}]){filled}(?![{BESIDE}])")


def _filled(template: str, words: dict[str, str]) -> str:
    return re.sub(r"\{(version|sha256)\}", lambda found: words[found[1]], template)
