"""The JSON Schema of ``invoke.yaml``: made from the records, kept in the repository, true of the project's own file."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its types are a package of their own

from release.channels import KINDS
from release.channels.settings import render_schema

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".github/schemas/invoke.schema.json"
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
SCHEMA: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


def invalid(raw: object) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(raw)]


def test_the_file_is_what_the_code_makes() -> None:
    again = "python -m release.channels.settings > .github/schemas/invoke.schema.json"
    assert FILE.read_text("utf-8") == render_schema(), f"make it anew: {again}"
    Draft202012Validator.check_schema(SCHEMA)


def test_the_projects_own_configuration_is_valid() -> None:
    assert invalid({**DEFAULT, "run": {"echo": True}, "retry": None}) == []


def set_at(path: str, value: object) -> dict[str, Any]:
    raw = copy.deepcopy(DEFAULT)
    *above, last = path.split(".")
    at = raw
    for key in above:
        at = at[key]
    at[last] = value
    return raw


TOLD = {"kind": "dispatch", "target": "k/w", "event_type": "x", "token": "T"}
INVALID: dict[str, tuple[str, object]] = {
    "unknown key of a kind": ("channels.scoop.files", ["a"]),
    "unknown key of the project": ("project.colour", "red"),
    "unknown kind": ("channels.scoop.kind", "snap"),
    "no kind": ("channels.winget", {"target": "k/w"}),
    "missing key": ("channels.winget", {"kind": "dispatch"}),
    "wrong type": ("channels.choco.files", "a.nuspec"),
    "empty list": ("channels.choco.files", []),
    "name of a channel": ("channels.my_tap", TOLD),
    "channel called all": ("channels.all", TOLD),
    "number out of range": ("http.timeout", 0),
    "tag without version": ("project.tag", "v1"),
    "artifact without an address": ("artifacts.source.url", "{repository}/{tag}.tar.gz"),
    "registry without a scheme": ("channels.docker.registry", "ghcr.io"),
    "feed with a password": ("channels.choco.feed", "https://me:hush@example.org/"),
    "served at no address": ("channels.winget", {**TOLD, "serves": {"url": "ftp://e.org/{version}", "contains": "x"}}),
    "artifact twice": ("artifacts.wheel.url", "https://x/"),
    "unknown key inside": ("channels.winget", {**TOLD, "serves": {"contains": "x", "path": "y"}}),
}


@pytest.mark.parametrize(("path", "value"), INVALID.values(), ids=INVALID.keys())
def test_editors_see_what_is_wrong(path: str, value: object) -> None:
    assert invalid(set_at(path, value)) != []


VALID: dict[str, tuple[str, object]] = {
    "an address of GitHub": ("artifacts.source.url", "{server}/{repository}/{tag}"),
    "an address elsewhere": ("artifacts.source.url", "HTTPS://{name}.example.org:8443/@x/{version}?a={tag}#b"),
    "loopback of version 6": ("channels.docker.registry", "http://[::1]:5000"),
    "no feed": ("channels.choco.feed", None),
    "an asset beside no address": ("artifacts.wheel.url", None),
}


@pytest.mark.parametrize(("path", "value"), VALID.values(), ids=VALID.keys())
def test_editors_see_nothing_wrong(path: str, value: object) -> None:
    assert invalid(set_at(path, value)) == []


@pytest.mark.parametrize("path", ["HomebrewChannel.file", "DockerChannel.workflow"])
def test_letters_of_every_script_are_some_for_editors_too(path: str) -> None:
    """Their JavaScript's ``\\w`` is ASCII, as Python's is with this flag."""
    record, _, key = path.partition(".")
    assert re.search(SCHEMA["$defs"][record]["properties"][key]["pattern"], "größe.yml", re.ASCII)


@pytest.mark.parametrize("contains", ["{version}", ["a", "b"]], ids=["text", "list"])
def test_a_text_or_a_list_of_texts(contains: object) -> None:
    assert invalid(set_at("channels.winget", {**TOLD, "serves": {"file": "a", "contains": contains}})) == []


def keys() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, table in SCHEMA["$defs"].items():
        yield from ((name, key, schema) for key, schema in table["properties"].items())


def test_every_kind_and_every_key_is_described() -> None:
    assert len(SCHEMA["properties"]["channels"]["additionalProperties"]["allOf"]) == len(KINDS)
    assert len(list(keys())) > 50
    assert [(name, key) for name, key, schema in keys() if not schema.get("description", "").endswith(".")] == []
    assert all(table["additionalProperties"] is False for table in SCHEMA["$defs"].values())
