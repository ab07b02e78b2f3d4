"""Manifests as people write them: fifty shapes, each moved to the last byte or refused with the place."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest
import yaml

from release.channels.base import Change
from release.channels.scoop.kind import Scoop
from release.channels.scoop.settings import ScoopChannel
from release.errors import EditRefused
from tests.support.releases import checksum_by, sha256

FILE = "rocket.json"
TARGET = ("scoop", "scoop", "acme/scoop-bucket", "SCOOP_REPO_TOKEN")
BUCKET = ScoopChannel(*TARGET, event_type="rocket-release", artifact="zip", file=FILE)


class Shape(TypedDict):
    version: str
    tag: NotRequired[str]
    files: list[str]
    refused: NotRequired[str]
    diff: str


SHAPES: dict[str, Shape] = yaml.safe_load((Path(__file__).parents[2] / "data/scoop/shapes.yaml").read_text("utf-8"))
MOVED = [pytest.param(shape, id=name) for name, shape in SHAPES.items() if "refused" not in shape]
REFUSED = [pytest.param(shape, id=name) for name, shape in SHAPES.items() if "refused" in shape]


def side(shape: Shape, mark: str) -> dict[str, bytes]:
    """The file before (``-``) or after (``+``) the edit, checksums filled in."""
    lines = [line[1:] for line in shape["diff"].splitlines(keepends=True) if line[0] in {" ", mark}]
    return {FILE: re.sub("<([^>]+)>", lambda name: sha256(name[1]), "".join(lines)).encode()}


def change_of(shape: Shape, checksum: Callable[[str], str] | None = None) -> Change:
    """The release; every file of it serves bytes of its own."""
    files, version = shape["files"], shape["version"]
    return Change(
        "rocket", version, shape.get("tag", f"v{version}"), files[0], sha256(files[0]), urls=tuple(files),
        checksum=checksum or checksum_by({url: sha256(url) for url in files}), page="https://github.com/acme/rocket",
    )  # fmt: skip


def test_there_are_fifty_shapes() -> None:
    assert len(SHAPES) >= 50
    assert len(REFUSED) >= 10


@pytest.mark.parametrize("shape", MOVED)
def test_moved_to_the_last_byte(shape: Shape) -> None:
    assert Scoop().edit(BUCKET, side(shape, "-"), change_of(shape)) == side(shape, "+")


@pytest.mark.parametrize("shape", MOVED)
def test_second_edit_changes_nothing(shape: Shape) -> None:
    assert Scoop().edit(BUCKET, side(shape, "+"), change_of(shape)) == {}


@pytest.mark.parametrize("shape", MOVED)
def test_every_download_of_the_release_is_served_with_its_own_checksum(shape: Shape) -> None:
    served = Scoop().served(BUCKET, side(shape, "+"))
    lines = side(shape, "+")[FILE].decode().splitlines()
    assert [(d.sha256, d.version) for d in served.downloads] == [
        (sha256(d.url), shape["version"]) for d in served.downloads
    ]
    assert {d.url for d in served.downloads} <= set(shape["files"])
    assert all(d.url in lines[d.line - 1] for d in served.downloads)
    assert shape["files"][0] in {d.url for d in served.downloads}


@pytest.mark.parametrize("shape", MOVED)
def test_every_checksum_was_asked_for_by_its_url(shape: Shape) -> None:
    asked: list[str] = []
    known = checksum_by({url: sha256(url) for url in shape["files"]})

    def asking(url: str) -> str:
        asked.append(url)
        return known(url)

    Scoop().edit(BUCKET, side(shape, "-"), change_of(shape, asking))
    downloads = Scoop().served(BUCKET, side(shape, "+")).downloads
    assert {download.url for download in downloads} - {shape["files"][0]} <= set(asked)


@pytest.mark.parametrize("shape", REFUSED)
def test_refused_with_the_place(shape: Shape) -> None:
    with pytest.raises(EditRefused) as refused:
        Scoop().edit(BUCKET, side(shape, "-"), change_of(shape))
    assert shape.get("refused", "") in refused.value.wrong
