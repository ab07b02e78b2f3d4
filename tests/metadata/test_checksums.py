"""Checksums that a user gives: their form, and the comparison with the real ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.errors import InputError
from release.metadata.checksums import check_given, parse_checksums
from release.records import Artifact, Asset, Release

SOURCE, WHEEL, OTHER = "ab" * 32, "cd" * 32, "ef" * 32
WHEEL_NAME = "kekkai-0.0.2-py3-none-any.whl"
RELEASE = Release(
    "0.0.2",
    "v0.0.2",
    prerelease=False,
    artifacts={
        "source": Artifact("source", "https://github.com/k/k/archive/refs/tags/v0.0.2.tar.gz", SOURCE, 10),
        "wheel": Artifact("wheel", f"https://github.com/k/k/releases/download/v0.0.2/{WHEEL_NAME}", WHEEL, 20),
    },
    assets=(Asset(WHEEL_NAME, "x"), Asset("checksums.txt", "x", sha256=OTHER), Asset("old.zip", "x")),
)
DIGITS = st.text("0123456789abcdefABCDEF", min_size=64, max_size=64)


@given(DIGITS, st.sampled_from(["", "source=", "sha256:", "source=sha256:"]))
def test_a_checksum_is_taken_in_any_letter_case_and_with_its_algorithm(digits: str, before: str) -> None:
    assert parse_checksums([before + digits], "source") == {"source": digits.lower()}


@given(st.text(max_size=80))
def test_any_other_text_is_refused_in_two_lines(text: str) -> None:
    found, refused = outcome(text)
    if refused is None:
        assert all(len(digits) == 64 for digits in found.values())
        assert bool(found) == bool(text.strip())
    else:
        assert refused.wrong.startswith("Invalid checksum")
        assert len(str(refused).splitlines()) == 2


def outcome(text: str) -> tuple[dict[str, str], InputError | None]:
    try:
        return parse_checksums([text], "source"), None
    except InputError as error:
        return {}, error


BAD = {
    "too short": (["ab" * 31], "has 62 characters, not 64 hex digits"),
    "too long": (["ab" * 33], "has 66 characters"),
    "not hex": (["g" * 64], "characters that are no hex digits"),
    "digits of another script": (["٣" * 64], "characters that are no hex digits"),
    "name without value": (["wheel="], "has 0 characters"),
    "line of sha256sum": ([f"{SOURCE}  v0.0.2.tar.gz"], "has 79 characters"),
    "two values": ([f"wheel={SOURCE}", f"wheel={WHEEL}"], "gives wheel two values"),
    "bare and named contradict": ([SOURCE, f"source={WHEEL}"], "gives source two values"),
}


@pytest.mark.parametrize(("given", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_checksums_are_named(given: list[str], reason: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_checksums(given, "source")
    assert reason in refused.value.wrong
    assert refused.value.exit_code == 2


GOOD = {
    "none": ([], {}),
    "empty means not given": (["", "  "], {}),
    "bare means the main artifact": ([SOURCE], {"source": SOURCE}),
    "one each": ([SOURCE.upper(), f"wheel={WHEEL}"], {"source": SOURCE, "wheel": WHEEL}),
    "the same twice": ([SOURCE, f"source={SOURCE.upper()}"], {"source": SOURCE}),
    "an asset's file name": ([f"{WHEEL_NAME}={WHEEL}"], {WHEEL_NAME: WHEEL}),
}


@pytest.mark.parametrize(("given", "parsed"), GOOD.values(), ids=GOOD.keys())
def test_values_are_kept_by_artifact(given: list[str], parsed: dict[str, str]) -> None:
    assert parse_checksums(given, "source") == parsed


TRUE = {
    "source": {"source": SOURCE},
    "both": {"source": SOURCE, "wheel": WHEEL},
    "asset that is an artifact": {WHEEL_NAME: WHEEL},
    "asset that is none": {"checksums.txt": OTHER},
    "archive by file name": {"v0.0.2.tar.gz": SOURCE},
    "nothing": {},
}


@pytest.mark.parametrize("given", TRUE.values(), ids=TRUE.keys())
def test_true_checksums_are_no_problem(given: dict[str, str]) -> None:
    assert check_given(given, RELEASE) == []


FALSE = {
    "of the wheel": ({"source": WHEEL}, f"given {WHEEL} (that is the checksum of wheel), real {SOURCE}"),
    "of an asset": ({"wheel": OTHER}, f"given {OTHER} (that is the checksum of checksums.txt), real {WHEEL}"),
    "of nothing": ({"source": "00" * 32}, f"SHA256 mismatch for source: given {'00' * 32}, real {SOURCE}"),
    "of an asset by name": (
        {"checksums.txt": SOURCE},
        f"SHA256 mismatch for checksums.txt: given {SOURCE} (that is the checksum of source), real {OTHER}",
    ),
    "unknown name": ({"sdist": SOURCE}, "--sha256 names 'sdist', which is no artifact of v0.0.2"),
    "nothing to compare with": ({"old.zip": SOURCE}, "cannot be compared: GitHub states no checksum of it"),
}


@pytest.mark.parametrize(("given", "text"), FALSE.values(), ids=FALSE.keys())
def test_a_false_checksum_is_shown_with_the_real_one_and_whose_it_is(given: dict[str, str], text: str) -> None:
    (problem,) = check_given(given, RELEASE)
    assert text in problem.wrong


def test_an_artifact_that_was_not_found_has_no_second_problem() -> None:
    lost = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={})
    assert check_given({"source": SOURCE}, lost, ["source", "wheel"]) == []
    assert len(check_given({"source": SOURCE}, lost)) == 1
