"""The community feed of Chocolatey: is a version there, and how far is its moderation. Source: NuGet's OData 2 feed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

from defusedxml import DefusedXmlException, ElementTree

from release.errors import ServiceError
from release.http.transport import Answer, Transport, host_of, read_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

LIMITED = (403, 406, 429)  # how the feed answers those who ask too often
LONGEST = 40  # characters of its words that a line has room for
UNLISTED_YEAR = "1900"  # NuGet gives an unlisted package this date of publication


class Review(StrEnum):
    """How far the moderation of a version is."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    UNLISTED = "unlisted"


@dataclass(frozen=True)
class Entry:
    """A version in the feed.

    Attributes:
        review: how far its moderation is.
        note: the feed's own words: ``Submitted, automated tests: Passing``.
        created: when it arrived there, for how long its moderation takes; ``None`` where that is not said.
    """

    review: Review
    note: str
    created: datetime | None = None


def read_feed(
    transport: Transport,
    feed: str,
    package: str,
    version: str,
    *,
    attempts: int | None = None,
    timeout: float | None = None,
) -> Entry | None:
    """The feed's entry of this version; ``None`` where it has none (404).

    The feed's limits are harsh: a 406 or 429 is not asked again, and holds up no other request.

    Args:
        transport: sends.
        feed: address without a trailing slash.
        package: its id.
        version: as Chocolatey writes it.
        attempts: tries, ``None`` for ``retry.attempts``.
        timeout: seconds without an answer.

    Raises:
        ServiceError: no answer, or one of another status or shape: nothing is known.
    """
    url = f"{feed.rstrip('/')}/Packages(Id='{quote(package)}',Version='{quote(version)}')"
    answer: Answer = transport.retrying(attempts)(_get, transport, url, timeout)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise _refusal(answer)
    return parse_entry(answer.body, package, version)


def _get(transport: Transport, url: str, timeout: float | None) -> Answer:
    accept = {"Accept": "application/atom+xml, application/xml"}
    with transport.open("GET", url, headers=accept, timeout=timeout) as response:
        answer = Answer(response.status_code, response.headers, read_body(response, url), response.url)
    if answer.status in LIMITED:
        raise _refusal(answer)
    return answer


def _refusal(answer: Answer) -> ServiceError:
    return ServiceError(
        f"The community feed ({host_of(answer.url)}) answered {answer.status}",
        "It limits requests; try it again in some minutes." if answer.status in LIMITED else "Try it again later.",
        answer.status,
    )


def parse_entry(body: bytes, package: str, version: str) -> Entry:
    """An Atom entry as the feed writes it.

    Raises:
        ServiceError: it is no entry of this version.
    """
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError):
        raise _shape("something that is not XML", package, version) from None
    told = {_local(one): (one.text or "").strip() for one in _properties(root)}
    if _local(root) != "entry" or not {"PackageStatus", "IsApproved"} & told.keys():
        raise _shape(f"XML of another shape ({_local(root)[:LONGEST]})", package, version)
    if told.get("Version", version).casefold() != version.casefold():
        raise _shape(f"version {told['Version'][:LONGEST]}", package, version)
    return Entry(_review(told, package, version), _note(told), _time(told.get("Created", "")))


def _properties(root: "Element") -> "Iterator[Element]":
    """The children of the entry's ``properties``, which OData has in the entry or in its ``content``."""
    for one in root.iter():
        if _local(one) == "properties":
            yield from one


def _time(text: str) -> datetime | None:
    """A time as the feed writes it, in UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _review(told: dict[str, str], package: str, version: str) -> Review:
    status, approved = told.get("PackageStatus", "").lower(), told.get("IsApproved", "").lower() == "true"
    if status == "rejected":
        return Review.REJECTED
    if status in {"approved", "exempted"} or (approved and status in {"", "unknown"}):
        return Review.UNLISTED if told.get("Published", "").startswith(UNLISTED_YEAR) else Review.APPROVED
    if status == "submitted":
        return Review.PENDING
    raise _shape(f"the status {told.get('PackageStatus', '')[:LONGEST] or 'nothing'}", package, version)


def _note(told: dict[str, str]) -> str:
    tests = told.get("PackageTestResultStatus")
    return (told.get("PackageStatus") or "Approved") + (f", automated tests: {tests[:LONGEST]}" if tests else "")


def _local(element: "Element") -> str:
    return str(element.tag).rpartition("}")[2]


def _shape(what: str, package: str, version: str) -> ServiceError:
    return ServiceError(
        f"The community feed answered with {what} for {package} {version}",
        "Check channels.*.feed; else try it again later.",
    )
