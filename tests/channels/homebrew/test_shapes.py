"""Formulae of the shapes that public taps have: edited as their maintainers would, or refused with the line."""

import shutil
import subprocess
from dataclasses import replace

import pytest

from release.channels.base import Change
from release.channels.homebrew.kind import Homebrew
from release.channels.homebrew.resources import read_resources
from release.channels.homebrew.settings import HomebrewChannel
from release.errors import EditRefused
from tests.channels.homebrew.shapes import COMMITS, Shape, read_shapes

SHAPES = read_shapes()
EDITED = [pytest.param(shape, id=name) for name, shape in SHAPES.items() if not shape.refused]
REFUSED = [pytest.param(shape, id=name) for name, shape in SHAPES.items() if shape.refused]


def channel_of(shape: Shape) -> HomebrewChannel:
    """A tap; one whose bottles are made anew after each bump keeps them."""
    return HomebrewChannel(
        "homebrew", "homebrew", "kademoslabs/homebrew-tap", "TAP_REPO_TOKEN", event_type="kekkai-release",
        artifact="source", file=shape.path, remove_bottle=shape.one("keeps", "") != "bottle",
    )  # fmt: skip


def edit(shape: Shape, content: bytes) -> dict[str, bytes]:
    return Homebrew().edit(channel_of(shape), {shape.path: content}, shape.change)


def test_the_corpus_is_whole() -> None:
    assert len(EDITED) >= 45
    assert len(REFUSED) >= 20


@pytest.mark.parametrize("shape", EDITED)
def test_an_edit_gives_what_the_shape_says(shape: Shape) -> None:
    assert edit(shape, shape.before)[shape.path].decode() == shape.after.decode()


@pytest.mark.parametrize("shape", EDITED)
def test_a_second_edit_changes_nothing(shape: Shape) -> None:
    assert edit(shape, shape.after) == {}


@pytest.mark.parametrize("shape", EDITED)
def test_every_download_is_served_at_its_line(shape: Shape) -> None:
    served = Homebrew().served(channel_of(shape), {shape.path: shape.after})
    assert served.version == shape.change.version
    assert served.downloads
    lines = shape.after.decode().split("\n")
    for one in served.downloads:
        assert "url" in lines[one.line - 1]
        assert one.version == shape.change.version
        assert one.sha256 is None or one.sha256 == shape.change.checksum(one.url)


@pytest.mark.parametrize("shape", EDITED)
def test_one_file_that_is_not_there_writes_nothing(shape: Shape) -> None:
    """Each checksum that is written is asked for by its own URL, and none is written without it."""

    def checksum(url: str) -> str:
        asked.append(url)
        return shape.change.checksum(url)

    asked: list[str] = []
    channel, files = channel_of(shape), {shape.path: shape.before}
    Homebrew().edit(channel, files, replace(shape.change, checksum=checksum))
    served = Homebrew().served(channel, {shape.path: shape.after}).downloads
    assert {one.url for one in served if one.sha256} <= set(asked)
    for gone in {one.url for one in served if one.sha256}:
        with pytest.raises(EditRefused) as refused:
            Homebrew().edit(channel, files, without(shape, gone))
        assert gone in str(refused.value)


def without(shape: Shape, gone: str) -> Change:
    """The shape's change to a release in which one file cannot be had."""

    def checksum(url: str) -> str:
        if url == gone:
            raise EditRefused(f"{url} answered 404", "Attach it.")
        return shape.change.checksum(url)

    return replace(shape.change, checksum=checksum)


@pytest.mark.parametrize("shape", REFUSED)
def test_what_would_be_a_guess_is_refused_with_its_line(shape: Shape) -> None:
    with pytest.raises(EditRefused, match=shape.refused) as refused:
        edit(shape, shape.before)
    assert str(refused.value).count("\n") == 1
    assert shape.path in refused.value.wrong


@pytest.mark.services
def test_every_shape_is_ruby() -> None:
    ruby = shutil.which("ruby") or pytest.skip("ruby is not installed")
    for shape in SHAPES.values():
        for content in (shape.before, shape.after):
            done = subprocess.run([ruby, "-c"], input=content, capture_output=True, check=False)
            assert done.returncode == 0, f"{shape.name}: {done.stderr.decode()}"


def test_a_commit_is_needed_where_a_download_names_one() -> None:
    for shape in SHAPES.values():
        needed = Homebrew().needs_commit(channel_of(shape), {shape.path: shape.before})
        assert needed is (COMMITS["COMMIT0"].encode() in shape.before), shape.name


def test_resources_that_stay_are_named_in_a_note() -> None:
    shape = SHAPES["resource of the same release"]
    before, after = {shape.path: shape.before}, {shape.path: shape.after}
    notes = Homebrew().notes(channel_of(shape), before, after)
    assert notes == ("2 resources were left as before: rich (line 10), rules (line 15)",)
    assert Homebrew().notes(channel_of(shape), after, after) == ()


def test_resources_are_read_with_version_and_line() -> None:
    shape = SHAPES["resource of the same release"]
    found = [(one.name, one.version, one.line) for one in read_resources(shape.path, shape.before)]
    assert found == [("manual", "0.0.1", 5), ("rich", "0.0.1", 10), ("rules", "0.0.1", 15)]
    computed = SHAPES["resource of the same release that is computed"]
    assert [(one.url, one.version) for one in read_resources(computed.path, computed.before)] == [(None, None)]


def test_a_formula_of_one_line_of_versions_gets_no_second_name() -> None:
    shape = SHAPES["formula of one line of versions"]
    keeping = replace(channel_of(shape), versioned_formulae=True)
    assert list(Homebrew().edit(keeping, {shape.path: shape.before}, shape.change)) == [shape.path]
