"""What the community feed's answers mean, and that everything else means that nothing is known."""

import pytest

from release.channels.choco.feed import Entry, Review, parse_entry, read_feed
from release.errors import ServiceError
from release.http.transport import Transport
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.settings import Http, Retry

ROOT = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)


def entry(version: str = "0.0.1", **values: str) -> bytes:
    """An entry of the shape that the feed writes, with these properties."""
    properties = "".join(f"<d:{name}>{value}</d:{name}>" for name, value in {"Version": version, **values}.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?><entry {ROOT}><id>https://example.org/</id><title>kekkai</title>'
        f'<author><name>Kademos Labs</name></author><m:properties>{properties}<d:IconUrl m:null="true" />'
        "</m:properties></entry>"
    ).encode()


REVIEWS = [
    pytest.param({"PackageStatus": "Approved"}, Review.APPROVED, id="approved"),
    pytest.param({"PackageStatus": "Exempted", "IsApproved": "true"}, Review.APPROVED, id="exempted"),
    pytest.param({"PackageStatus": "Unknown", "IsApproved": "true"}, Review.APPROVED, id="old entry"),
    pytest.param({"IsApproved": "true"}, Review.APPROVED, id="no status"),
    pytest.param({"PackageStatus": "Submitted", "IsApproved": "false"}, Review.PENDING, id="submitted"),
    pytest.param({"PackageStatus": "Rejected"}, Review.REJECTED, id="rejected"),
    pytest.param({"PackageStatus": "Approved", "Published": "1900-01-01T00:00:00"}, Review.UNLISTED, id="unlisted"),
    pytest.param({"PackageStatus": "Approved", "Published": "2026-11-22T21:00:00"}, Review.APPROVED, id="published"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "review"), REVIEWS)
def test_how_far_the_moderation_is(values: dict[str, str], review: Review) -> None:
    assert parse_entry(entry(**values), "kekkai", "0.0.1").review is review


def test_the_note_is_the_feeds_own_words() -> None:
    found = parse_entry(entry(PackageStatus="Submitted", PackageTestResultStatus="Failing"), "kekkai", "0.0.1")
    assert found == Entry(Review.PENDING, "Submitted, automated tests: Failing")


CREATED = [
    pytest.param("2026-11-22T21:00:00.123", "2026-11-22T21:00:00.123000+00:00", id="no zone is UTC"),
    pytest.param("2026-11-22T21:00:00+02:00", "2026-11-22T19:00:00+00:00", id="another zone"),
    pytest.param("0001-01-01T00:00:00+14:00", None, id="before all years"),
    pytest.param("yesterday", None, id="no time"),
    pytest.param("", None, id="empty"),
]


@pytest.mark.parametrize(("text", "expected"), CREATED)
def test_when_it_arrived(text: str, expected: str | None) -> None:
    created = parse_entry(entry(PackageStatus="Submitted", Created=text), "kekkai", "0.0.1").created
    assert (created and created.isoformat()) == expected


def test_a_word_outside_of_the_properties_is_none_of_them() -> None:
    body = entry(PackageStatus="Submitted").replace(b"<author>", b"<author><PackageStatus>Approved</PackageStatus>")
    body = body.replace(b"</entry>", b"<x><PackageStatus>Approved</PackageStatus></x></entry>")
    assert parse_entry(body, "kekkai", "0.0.1").review is Review.PENDING


def test_letter_case_of_a_pre_release_does_not_matter() -> None:
    assert parse_entry(entry("1.0.0-RC1", PackageStatus="Approved"), "kekkai", "1.0.0-rc1").review is Review.APPROVED


BOMB = b"""<?xml version="1.0"?><!DOCTYPE entry [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><entry>&c;</entry>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE entry SYSTEM "http://127.0.0.1:1/x.dtd"><entry/>'
SHAPES = [
    pytest.param(b"<html><body>Just a moment<br></body></html>", "not XML", id="a proxy's page"),
    pytest.param(b"<html><body>Just a moment</body></html>", "another shape (html)", id="a page that is XML"),
    pytest.param(b"", "not XML", id="nothing"),
    pytest.param(entry(PackageStatus="Approved")[:-20], "not XML", id="cut"),
    pytest.param(BOMB, "not XML", id="entity bomb"),
    pytest.param(OUTSIDE, "not XML", id="outside document type"),
    pytest.param(b'<?xml version="1.0" encoding="no-such"?><entry/>', "not XML", id="unknown encoding"),
    pytest.param(f"<feed {ROOT}></feed>".encode(), "another shape (feed)", id="a list"),
    pytest.param(entry(), "another shape (entry)", id="no status at all"),
    pytest.param(entry("0.0.2", PackageStatus="Approved"), "version 0.0.2", id="another version"),
    pytest.param(entry(PackageStatus="Unknown", IsApproved="false"), "the status Unknown", id="unknown status"),
    pytest.param(b"<entry>" + b"<a>" * 200_000, "not XML", id="deep and cut"),
    pytest.param(b"<a>" * 200_000 + b"</a>" * 200_000, "another shape (a)", id="deep"),
    pytest.param(entry("9" * 500_000, PackageStatus="Approved"), "version 9999", id="a version without end"),
    pytest.param(entry(PackageStatus="x" * 500_000), "the status xxxx", id="a status without end"),
    pytest.param("<entry/>".encode("utf-32"), "not XML", id="another width of letters"),
    pytest.param(entry(PackageStatus="Held"), "the status Held", id="a word nobody knows"),
]


@pytest.mark.parametrize(("body", "said"), SHAPES)
def test_another_shape_is_unknown(body: bytes, said: str) -> None:
    with pytest.raises(ServiceError) as caught:
        parse_entry(body, "kekkai", "0.0.1")
    assert said in caught.value.wrong


def transport() -> Transport:
    return Transport(Http(timeout=5), Retry(attempts=3, max_wait=0.01, max_told=900))


@pytest.mark.parametrize(
    ("status", "review"), [("Approved", Review.APPROVED), ("Submitted", Review.PENDING), ("Rejected", Review.REJECTED)]
)
def test_an_entry_over_the_wire(standin: StandIn, status: str, review: Review) -> None:
    standin.feed.push("kekkai", "1.0.0-rc1", status)
    found = read_feed(transport(), standin.feed_url, "kekkai", "1.0.0-rc1")
    assert found is not None
    assert found.review is review


def test_a_version_that_is_not_there(standin: StandIn) -> None:
    assert read_feed(transport(), standin.feed_url, "kekkai", "9.9.9") is None


ANSWERS = [
    pytest.param(403, 1, id="forbidden"),
    pytest.param(406, 1, id="not acceptable"),
    pytest.param(410, 1, id="gone"),
    pytest.param(429, 1, id="limited"),
    pytest.param(503, 3, id="a fault that is asked again"),
]


@pytest.mark.parametrize(("status", "asked"), ANSWERS)
def test_other_answers_are_unknown_and_hold_up_nobody(standin: StandIn, status: int, asked: int) -> None:
    told = {"Retry-After": "600"} if status == 429 else {}
    standin.faults.add(
        Fault("GET", "/Packages", None, origin="feed", status=status, body="<html>no</html>", headers=told)
    )
    shared = transport()
    with pytest.raises(ServiceError) as caught:
        read_feed(shared, standin.feed_url, "kekkai", "0.0.1")
    assert caught.value.status == status
    assert len([r for r in standin.requests if r.origin == "feed"]) == asked
    assert shared.request("GET", f"{standin.registry_url}/v2/").status == 401
