"""The record that ``release.extract --json`` wrote: round trip, and every other shape refused."""

import copy
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.commands.dist import distribute
from release.commands.extract import check, extract
from release.commands.options import Options
from release.errors import InputError
from release.metadata.record import parse_record, read_record
from release.records import Release
from release.rehearsal import StandIn
from release.report.document import render_json
from tests.support.rounds import Together
from tests.support.sessions import session_at

RECORD: dict[str, Any] = {
    "schema": 1, "task": "release.extract", "ok": True, "channels": [],
    "release": {"version": "0.0.2", "tag": "v0.0.2", "prerelease": False, "artifacts": {
        "source": {"url": "https://github.com/k/k/archive/refs/tags/v0.0.2.tar.gz", "sha256": "ab" * 32, "size": 7},
        "wheel": {"url": "https://github.com/k/k/releases/download/v0.0.2/k.whl", "sha256": "CD" * 32, "size": None},
    }, "assets": [
        {"name": "k.whl", "url": "https://github.com/k/k/releases/download/v0.0.2/k.whl", "sha256": "cd" * 32},
    ]},
}  # fmt: skip
RELEASE = ("release",)
WHEEL = ("release", "artifacts", "wheel")
ABSENT = object()


def record_of(standin: StandIn, folder: Path, **asked: Any) -> str:  # noqa: ANN401 - fields of Options
    report = extract(session_at(standin), Options("release.extract", **{"version": "0.0.2", **asked}))
    path = folder / "release.json"
    path.write_text(render_json(report), encoding="utf-8")
    return str(path)


def test_what_extract_wrote_is_read_back_and_nothing_is_downloaded_again(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path)
    made = standin.release("0.0.2").made
    standin.requests.clear()
    session = session_at(standin)
    report = distribute(session, Options("dist.all", record=path, dry_run=True))
    assert report.heading == "Version 0.0.2, from the record"
    assert [o.sha256 for o in report.outcomes] == [made.source_sha256, None, made.wheel_sha256, made.wheel_sha256]
    assert not standin.sent("GET", "/archive/")
    assert not standin.sent("GET", "/releases/tags/")
    assert not standin.sent("GET", "/releases/download/")


def test_its_files_are_asked_for_at_the_same_time(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path)
    both = Together("HEAD", r"\.tar\.gz$|\.whl$", None, origin="github", size=2)
    standin.faults.add(both)
    report = check(session_at(standin, timeout=90), Options("release.validate", record=path))
    assert (both.hits, both.most) == (2, 2)
    assert not report.errors


def test_a_record_is_asked_whether_its_files_are_still_there(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path)
    standin.release("0.0.2").assets.clear()
    report = check(session_at(standin), Options("release.validate", record=path))
    assert [error.wrong.split(":")[0] for error in report.errors] == ["Wheel not accessible"]
    assert report.exit_code == 2


def test_a_given_checksum_is_compared_with_the_record(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path)
    report = check(session_at(standin), Options("release.validate", record=path, sha256=["0" * 64]))
    assert report.errors[0].wrong.startswith("SHA256 mismatch for source")


OTHERS = {
    "another": ("0.0.1", "The record is of 0.0.2, --version asks for 0.0.1"),
    "latest, which nobody looked up": ("latest", "The record is of 0.0.2, --version asks for latest"),
    "no version": ("1", "Invalid version format"),
}


@pytest.mark.parametrize(("version", "text"), OTHERS.values(), ids=OTHERS.keys())
def test_a_record_of_another_version_is_refused(standin: StandIn, tmp_path: Path, version: str, text: str) -> None:
    path = record_of(standin, tmp_path)
    with pytest.raises(InputError, match=text):
        check(session_at(standin), Options("release.validate", version=version, record=path))


@pytest.mark.parametrize("version", ["0.0.2", "v0.0.2", ""])
def test_a_record_of_the_same_version_is_taken(standin: StandIn, tmp_path: Path, version: str) -> None:
    options = Options("release.validate", version=version, record=record_of(standin, tmp_path))
    assert not check(session_at(standin), options).errors


def test_a_record_that_lacks_an_artifact_is_refused(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path, only=["scoop"])
    with pytest.raises(InputError, match="The record has no artifact 'source'"):
        check(session_at(standin), Options("release.validate", record=path))
    assert not check(session_at(standin), Options("release.validate", record=path, only=["choco"])).errors


def test_the_record_of_a_dry_run_of_nothing_cannot_be_sent(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path, version="9.9.9", dry_run=True)
    with pytest.raises(InputError, match="The record has no artifact"):
        distribute(session_at(standin), Options("dist.all", record=path))
    assert not standin.sent("POST")


def test_a_record_of_another_form_of_tag_is_refused(standin: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "release.json"
    path.write_text(json.dumps(changed(("release", "tag"), "kekkai-0.0.2")), encoding="utf-8")
    with pytest.raises(InputError, match="The record's tag is 'kekkai-0"):
        check(session_at(standin), Options("release.validate", record=str(path)))


def test_checksums_are_read_in_any_letter_case() -> None:
    release = parse_record(RECORD)
    assert release.artifacts["wheel"].sha256 == "cd" * 32
    assert (release.artifacts["source"].size, release.artifacts["wheel"].size) == (7, None)
    assert release.published


def changed(path: tuple[str, ...], value: object) -> Any:  # noqa: ANN401 - JSON is of any type
    document = copy.deepcopy(RECORD)
    at: Any = document
    for key in path[:-1]:
        at = at[key]
    if value is ABSENT:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


ASSET: dict[str, Any] = RECORD["release"]["assets"][0]
SHAPES: dict[str, tuple[tuple[str, ...], object, str]] = {
    "of another schema": (("schema",), 2, "The record's schema is 2"),
    "of no schema": (("schema",), None, "The record's schema is None"),
    "checksum of zeros": ((*WHEEL, "sha256"), "0" * 64, "artifacts.wheel.sha256 is not that of the same file in its"),
    "failed": (("ok",), False, "is of an extraction that failed"),
    "ok is a word": (("ok",), "true", "is of an extraction that failed"),
    "no ok": (("ok",), ABSENT, "is of an extraction that failed"),
    "no release": (RELEASE, ABSENT, "release is no table"),
    "release is null": (RELEASE, None, "release is no table"),
    "release is a list": (RELEASE, [1], "release is no table"),
    "no version": ((*RELEASE, "version"), ABSENT, "has no version"),
    "version is a number": ((*RELEASE, "version"), 0.1, "has no version"),
    "no SemVer": ((*RELEASE, "version"), "1.0", "Invalid version format"),
    "version is a path": ((*RELEASE, "version"), "../0.0.2", "Invalid version format"),
    "no tag": ((*RELEASE, "tag"), ABSENT, "has no tag"),
    "tag of another version": ((*RELEASE, "tag"), "v0.0.1", "tag 'v0.0.1' is not that of version 0.0.2"),
    "tag with a line end": ((*RELEASE, "tag"), "v0.0.2\nx", "is not that of version"),
    "no artifacts": ((*RELEASE, "artifacts"), ABSENT, "artifacts is no table"),
    "artifacts are a list": ((*RELEASE, "artifacts"), [], "artifacts is no table"),
    "artifact is text": (WHEEL, "k.whl", "artifacts.wheel is no table"),
    "no checksum": ((*WHEEL, "sha256"), ABSENT, "artifacts.wheel.sha256 is not 64 hex digits"),
    "checksum is null": ((*WHEEL, "sha256"), None, "artifacts.wheel.sha256 is not 64 hex digits"),
    "checksum is short": ((*WHEEL, "sha256"), "ab", "artifacts.wheel.sha256 is not 64 hex digits"),
    "checksum with a line end": ((*WHEEL, "sha256"), "ab" * 32 + "\n", "artifacts.wheel.sha256 is not 64 hex"),
    "checksum is a number": ((*WHEEL, "sha256"), 7, "artifacts.wheel.sha256 is not 64 hex digits"),
    "size is text": ((*WHEEL, "size"), "7", "artifacts.wheel.size is no number of bytes"),
    "size is negative": ((*WHEEL, "size"), -1, "artifacts.wheel.size is no number of bytes"),
    "size is true": ((*WHEEL, "size"), True, "artifacts.wheel.size is no number of bytes"),
    "no address": ((*WHEEL, "url"), ABSENT, "has no url"),
    "address by plain http": ((*WHEEL, "url"), "http://example.org/k.whl", "artifacts.wheel.url is no"),
    "address of a file": ((*WHEEL, "url"), "file:///etc/passwd", "artifacts.wheel.url is"),
    "address with a password": (
        (*WHEEL, "url"),
        "https://x:hush@h:99999/",
        "artifacts.wheel.url is no https:// address",
    ),
    "address with a line end": ((*WHEEL, "url"), "https://x.org/\nk.whl", "artifacts.wheel.url is"),
}


FIT: dict[str, tuple[tuple[str, ...], object]] = {
    "no schema": (("schema",), ABSENT),
    "no task": (("task",), ABSENT),
    "no assets": ((*RELEASE, "assets"), ABSENT),
    "an asset without a checksum": ((*RELEASE, "assets"), [{**ASSET, "sha256": None}]),
    "a checksum of another file": ((*RELEASE, "assets"), [{**ASSET, "url": "https://x.org/k.whl", "sha256": "0" * 64}]),
    "in other letters": ((*RELEASE, "assets"), [{**ASSET, "sha256": "cD" * 32}]),
}


@pytest.mark.parametrize(("path", "value"), FIT.values(), ids=FIT.keys())
def test_older_records_and_others_that_hold_together_are_taken(path: tuple[str, ...], value: object) -> None:
    assert parse_record(changed(path, value)).artifacts == parse_record(RECORD).artifacts


@pytest.mark.parametrize(("path", "value", "text"), SHAPES.values(), ids=SHAPES.keys())
def test_other_shapes_are_refused_by_name(path: tuple[str, ...], value: object, text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_record(changed(path, value))
    assert text in refused.value.wrong
    assert len(str(refused.value).splitlines()) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = [("ok",), RELEASE, *[(*RELEASE, key) for key in ("version", "tag", "artifacts")],
          WHEEL, *[(*WHEEL, key) for key in ("url", "sha256", "size")]]  # fmt: skip


@given(st.sampled_from(PLACES), JSON)
def test_any_value_anywhere_is_a_release_or_refused(path: tuple[str, ...], value: object) -> None:
    read = outcome(changed(path, value))
    if isinstance(read, InputError):
        assert read.exit_code == 2
    else:
        assert all(len(artifact.sha256 or "") == 64 for artifact in read.artifacts.values())


def outcome(document: object) -> Release | InputError:
    try:
        return parse_record(document)
    except InputError as error:
        return error


TEXTS = {
    "nothing": b"",
    "not JSON": b"Version 0.0.2",
    "cut": json.dumps(RECORD).encode()[:-9],
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b"\xff\xfe\x00",
    "without an end": b"[" * 200_000,
    "larger than any": json.dumps(RECORD).encode() + b" " * (4 << 20),
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS.keys())
def test_files_that_are_no_record_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "release.json").write_bytes(content)
    with pytest.raises(InputError, match="The record "):
        read_record(str(tmp_path / "release.json"))


@pytest.mark.parametrize("name", ["missing.json", "."], ids=["missing", "a directory"])
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"The record .* cannot be read: (No such file|Is a directory|Permission)"):
        read_record(str(tmp_path / name))


def test_a_dash_means_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(RECORD)))
    assert read_record("-").release.version == "0.0.2"


def test_a_dry_run_goes_on_with_the_record_of_a_dry_run(standin: StandIn, tmp_path: Path) -> None:
    path = record_of(standin, tmp_path, version="9.9.9", dry_run=True)
    report = distribute(session_at(standin), Options("dist.all", record=path, dry_run=True))
    assert (report.exit_code, [str(outcome.state) for outcome in report.outcomes]) == (0, ["planned"] * 4)
    assert not standin.sent("POST")
