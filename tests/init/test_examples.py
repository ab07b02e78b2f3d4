"""The pages of ``.github/examples``: each configuration on them is one that works."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its types are a package of their own

from release.channels.settings import read_settings
from release.settings import check_repositories
from tests.init.rehearsed import rehearsed

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / ".github" / "examples").glob("*.md"))
MARKED = re.compile(r"^<!-- invoke\.yaml -->\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
WITHOUT = {"not-supported"}


def configurations() -> Iterator[tuple[str, str]]:
    """Every ``invoke.yaml`` of the pages: the page's name, and the text."""
    for page in PAGES:
        for found in MARKED.finditer(page.read_text("utf-8")):
            yield page.stem, found[1]


ALL = list(configurations())
each = pytest.mark.parametrize("text", [text for _, text in ALL], ids=[name for name, _ in ALL])


def test_every_page_has_one() -> None:
    assert sorted(name for name, _ in ALL) == sorted({page.stem for page in PAGES} - WITHOUT)


@each
def test_it_is_read_without_a_problem(text: str) -> None:
    settings = read_settings(yaml.safe_load(text))
    assert check_repositories(settings) == []
    assert {one.artifact for one in settings.channels.values() if one.artifact} <= set(settings.artifacts)


@each
def test_an_editor_finds_nothing_wrong(text: str) -> None:
    schema: Any = json.loads((ROOT / ".github" / "schemas" / "invoke.schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(yaml.safe_load(text))) == []


def test_links_lead_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text("utf-8"))]
    assert links
    assert [link for page, link in links if not (page.parent / link).is_file()] == []


@each
@pytest.mark.usefixtures("git_over_http")
def test_a_release_of_it_arrives(text: str, tmp_path: Path) -> None:
    assert rehearsed(text, tmp_path) == []
