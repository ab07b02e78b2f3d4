"""Which versions are accepted, what a tag carries, and where the wanted version comes from."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from release.errors import InputError, ReleaseError
from release.metadata.version import (
    LATEST,
    NotOurs,
    Wanted,
    parse_version,
    python_form,
    same_python_version,
    tag_of,
    version_of_tag,
    wanted_version,
)
from release.rehearsal import StandIn
from release.settings import Environment, Project
from tests.support.sessions import session_at

KEKKAI = Project("kekkai", "kademoslabs/kekkai")
NUMBER = st.integers(min_value=0, max_value=10**9).map(str)
WORD = st.from_regex(r"[0-9A-Za-z-]{1,8}", fullmatch=True)
PRE = st.one_of(NUMBER, WORD.filter(lambda word: not word.isdigit()))


@st.composite
def semvers(draw: st.DrawFn) -> str:
    """Any SemVer 2.0.0 version, with pre-release and build metadata or without."""
    text = ".".join(draw(NUMBER) for _ in range(3))
    if pre := draw(st.lists(PRE, max_size=3)):
        text += "-" + ".".join(pre)
    if build := draw(st.lists(WORD, max_size=3)):
        text += "+" + ".".join(build)
    return text


ACCEPTED = ["0.0.1", "1.0.0-rc.1", "1.0.0-alpha+001", "1.0.0+20130313144700", "1.0.0-x-y-z.--", "10.20.30-0A.is.legal"]


@pytest.mark.parametrize("version", ACCEPTED)
@pytest.mark.parametrize("prefix", ["", "v", "V"])
def test_semver_with_or_without_v_is_accepted(prefix: str, version: str) -> None:
    assert parse_version(prefix + version) == version


REFUSED = {
    "empty": ("", "is empty"),
    "only v": ("v", "is empty"),
    "two numbers": ("0.0", "has 2 numbers in place of MAJOR.MINOR.PATCH"),
    "four numbers": ("v1.2.3.4", "has 4 numbers"),
    "one number": ("7", "has 1 numbers"),
    "leading zero": ("01.0.0", "leading zero"),
    "leading zero in pre-release": ("1.0.0-01", "is not SemVer 2.0.0"),
    "empty pre-release": ("1.0.0-", "is not SemVer 2.0.0"),
    "two vs": ("vv1.0.0", "is not SemVer 2.0.0"),
    "newline at the end": ("1.0.0\n", "has characters that no version has"),
    "newline inside": ("1.0.0\n::set-output name=x::y", "has characters"),
    "path": ("../../etc/passwd", "has characters"),
    "path after version": ("1.0.0/../x", "has characters"),
    "shell": ("1.0.0;rm -rf /", "has characters"),
    "command substitution": ("$(id)", "has characters"),
    "backticks": ("`id`", "has characters"),
    "space": (" 1.0.0", "has characters"),
    "a flag": ("--help", "is not SemVer 2.0.0|has 1 numbers"),
    "digits of another script": ("1.0.٣", "has characters"),
    "NUL": ("1.0.0\0", "has characters"),
    "words": ("latest-and-greatest", "has 1 numbers"),
    "endless": ("1.0." + "9" * 500, "has more than 128 characters"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_other_texts_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        parse_version(text)
    assert refused.value.wrong.startswith("Invalid version format: ")
    assert refused.value.exit_code == 2


@given(semvers())
def test_every_semver_comes_back_unchanged_from_version_and_tag(version: str) -> None:
    assert parse_version(version) == parse_version(f"v{version}") == version
    for template in ("v{version}", "{version}", "kekkai-{version}", "release/{version}.final"):
        project = Project("kekkai", "kademoslabs/kekkai", template)
        assert version_of_tag(tag_of(version, project), template) == version


@given(st.text() | semvers().map(lambda text: text + "\n") | st.text("0123456789.-+v", max_size=12))
def test_any_text_is_a_semver_or_refused_in_two_printable_lines(text: str) -> None:
    version, refused = outcome(text)
    if refused is None:
        assert str(Version.parse(version)) == version
        assert text in {version, f"v{version}", f"V{version}"}
    else:
        assert len(str(refused).splitlines()) == 2
        assert refused.wrong.startswith("Invalid version format")
        assert refused.wrong.isprintable()


def outcome(text: str) -> tuple[str, InputError | None]:
    try:
        return parse_version(text), None
    except InputError as error:
        return "", error


TAGS = {
    "no v": ("0.0.1", "v{version}"),
    "two vs": ("vv0.0.1", "v{version}"),
    "another prefix": ("kekkai-0.0.1", "v{version}"),
    "nothing but the prefix": ("v", "v{version}"),
    "a branch's name": ("main", "v{version}"),
    "a v that the template does not have": ("v0.0.1", "{version}"),
    "no suffix": ("v0.0.1", "v{version}-final"),
    "two numbers": ("v0.1", "v{version}"),
}


@pytest.mark.parametrize(("tag", "template"), TAGS.values(), ids=TAGS.keys())
def test_tags_of_another_form_are_refused(tag: str, template: str) -> None:
    with pytest.raises(InputError, match="Invalid version format"):
        version_of_tag(tag, template)


def event_file(folder: Path, event: object) -> str:
    path = folder / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event), encoding="utf-8")
    return str(path)


RELEASED = {"action": "published", "release": {"tag_name": "v0.0.3", "prerelease": False}}
PUSHED = {"ref": "refs/tags/v0.0.4", "commits": []}
SOURCES = {
    "flag": ("0.0.1", RELEASED, "refs/tags/v0.0.4", Wanted("0.0.1", "--version")),
    "flag latest": ("latest", RELEASED, None, Wanted(LATEST, "--version")),
    "event before tag": ("", RELEASED, "refs/tags/v0.0.4", Wanted("0.0.3", "the release event")),
    "tag, for an event of another kind": ("", PUSHED, "refs/tags/v0.0.4", Wanted("0.0.4", "the tag in GITHUB_REF")),
    "tag, without an event": ("", None, "refs/tags/v1.0.0-rc.1", Wanted("1.0.0-rc.1", "the tag in GITHUB_REF")),
    "a branch is no tag": ("", PUSHED, "refs/heads/v0.0.4", Wanted(LATEST, "the newest published release")),
    "nothing": ("", None, None, Wanted(LATEST, "the newest published release")),
    "an event that is a list": ("", [], None, Wanted(LATEST, "the newest published release")),
    "a release of null": ("", {"release": None}, None, Wanted(LATEST, "the newest published release")),
}


@pytest.mark.parametrize(("flag", "event", "ref", "wanted"), SOURCES.values(), ids=SOURCES.keys())
def test_the_wanted_version_comes_from_the_first_that_names_one(
    flag: str, event: object, ref: str | None, wanted: Wanted, tmp_path: Path
) -> None:
    variables = {} if event is None else {"GITHUB_EVENT_PATH": event_file(tmp_path, event)}
    variables |= {} if ref is None else {"GITHUB_REF": ref}
    assert wanted_version(flag, Environment(variables), KEKKAI) == wanted


BAD_SOURCES = {
    "flag": ("1.2", RELEASED, None, '"1.2" has 2 numbers'),
    "event's tag": ("", {"release": {"tag_name": "nightly"}}, None, '"nightly" is not of the form v{version}'),
    "event's tag is hostile": ("", {"release": {"tag_name": "v1.0.0\n::error::x"}}, None, "has characters"),
    "tag of GITHUB_REF": ("", None, "refs/tags/v1", '"v1" has 1 numbers'),
    "event is cut": ("", '{"release": {"tag_na', None, "GITHUB_EVENT_PATH is not JSON"),
    "event without an end": ("", "[" * 12_000, None, "GITHUB_EVENT_PATH is not JSON"),
}


ROCKET = replace(KEKKAI, name="rocket", tag="rocket/v{version}")
OWN_TAGS = {
    "flag, whole tag": ("rocket/v1.2.3", None, None, Wanted("1.2.3", "--version")),
    "flag, bare": ("1.2.3", None, None, Wanted("1.2.3", "--version")),
    "flag, with v": ("v1.2.3", None, None, Wanted("1.2.3", "--version")),
    "event": ("", "rocket/v1.2.3", None, Wanted("1.2.3", "the release event")),
    "tag of GITHUB_REF": ("", None, "refs/tags/rocket/v1.2.3", Wanted("1.2.3", "the tag in GITHUB_REF")),
}


@pytest.mark.parametrize(("flag", "tag", "ref", "wanted"), OWN_TAGS.values(), ids=OWN_TAGS)
def test_a_tag_of_the_projects_own_form_names_its_version(
    flag: str, tag: str | None, ref: str | None, wanted: Wanted, tmp_path: Path
) -> None:
    assert wanted_version(flag, told_by(tag, ref, tmp_path), ROCKET) == wanted


def told_by(tag: str | None, ref: str | None, folder: Path) -> Environment:
    named = {"GITHUB_EVENT_PATH": event_file(folder, {"release": {"tag_name": tag}})} if tag else {}
    return Environment({**named, **({"GITHUB_REF": ref} if ref else {})})


MISFITS = {
    "another product's event": ("", "engine/v1.2.3", None, NotOurs),
    "a bare version's event": ("", "v1.2.3", None, NotOurs),
    "another product's ref": ("", None, "refs/tags/engine/v1.2.3", NotOurs),
    "ours, but no version": ("", "rocket/v1.2", None, InputError),
    "another product's tag as a flag": ("engine/v1.2.3", None, None, InputError),
}


@pytest.mark.parametrize(("flag", "tag", "ref", "kind"), MISFITS.values(), ids=MISFITS)
def test_another_products_release_is_not_ours_and_every_other_misfit_is_refused(
    flag: str, tag: str | None, ref: str | None, kind: type[ReleaseError], tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError) as found:
        wanted_version(flag, told_by(tag, ref, tmp_path), ROCKET)
    assert type(found.value) is kind
    assert found.value.wrong.startswith("Invalid version format") is (kind is InputError)


def test_the_newest_release_is_the_newest_of_our_own_tags(make_standin: Callable[..., StandIn]) -> None:
    standin = make_standin()
    standin.publish("3.0.0", tag="rocket/v3.0.0")
    standin.publish("3.1.0-rc.1", tag="rocket/v3.1.0-rc.1", prerelease=True)
    for number in range(100):  # more than a page of others
        standin.publish(f"9.0.{number}", tag=f"engine/v9.0.{number}")
    session = session_at(standin)
    found = session.github.latest_release("kademoslabs/kekkai", None, "rocket/v")
    assert found is not None
    assert found["tag_name"] == "rocket/v3.0.0"
    assert session.github.latest_release("kademoslabs/kekkai", None, "boat/v") is None


def test_an_event_file_that_is_not_there_does_not_mean_the_newest_release(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GITHUB_EVENT_PATH cannot be read"):
        wanted_version("", Environment({"GITHUB_EVENT_PATH": str(tmp_path / "none.json")}), KEKKAI)


@pytest.mark.parametrize(("flag", "event", "ref", "reason"), BAD_SOURCES.values(), ids=BAD_SOURCES.keys())
def test_what_names_no_version_is_refused_and_nothing_else_is_taken_in_its_place(
    flag: str, event: object, ref: str | None, reason: str, tmp_path: Path
) -> None:
    variables = {} if event is None else {"GITHUB_EVENT_PATH": event_file(tmp_path, event)}
    variables |= {} if ref is None else {"GITHUB_REF": ref}
    with pytest.raises(InputError) as refused:
        wanted_version(flag, Environment(variables), KEKKAI)
    assert reason in refused.value.wrong


PYTHON = {
    "release candidate": ("1.0.0-rc.1", "1.0.0rc1", True),
    "alpha with build": ("1.0.0-alpha+001", "1.0.0a0+1", True),
    "plain": ("0.0.2", "0.0.2", True),
    "shorter": ("1.0.0", "1.0", True),
    "another": ("0.0.2", "0.0.1", False),
    "candidate and release": ("1.0.0-rc.1", "1.0.0", False),
    "no Python version": ("1.0.0-x.7.z.92", "1.0.0", False),
    "beyond counting": ("9" * 5000, "1.0.0", False),
}


@pytest.mark.parametrize(("one", "other", "same"), PYTHON.values(), ids=PYTHON.keys())
def test_versions_are_compared_as_python_writes_them(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a column
    assert same_python_version(one, other) is same


def test_python_form() -> None:
    assert [python_form(one) for one in ("1.0.0-rc.1", "1.0.0-test")] == ["1.0.0rc1", "1.0.0-test"]
