"""The releases that the golden files move between: their artifacts' checksums are those of the file names."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from _pytest.mark.structures import ParameterSet
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from packaging.version import Version

from release.channels import kind_of
from release.channels.base import Change
from release.channels.published import Published
from release.channels.settings import read_settings
from release.errors import EditRefused

REPOSITORY = "https://github.com/kademoslabs/kekkai"
HOSTS = ("github.com", "mirror.example.org")  # both serve the release's files; the release lists the first's


def sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def change_to(version: str, *, main: str = "-py3-none-any.whl", downgrade: bool = False) -> Change:
    wheel = f"kekkai-{Version(version)}-py3-none-any.whl"
    zips = [f"kekkai-{version}-{width}.zip" for width in ("win32", "win-amd64", "win-arm64")]
    names = [wheel, *zips, f"v{version}.tar.gz"]
    name = next(n for n in names if n.endswith(main))
    url = f"{REPOSITORY}/releases/download/v{version}/{name}"
    sums = {n: sha256(n) for n in names}
    places = {n: f"{REPOSITORY}/releases/download/v{version}/{n}" for n in names[:-1]}
    places[names[-1]] = f"{REPOSITORY}/archive/refs/tags/v{version}.tar.gz"
    served = {place.replace("github.com", host): sums[n] for n, place in places.items() for host in HOSTS}
    return Change("kekkai", version, f"v{version}", url, sums[name], downgrade, tuple(places.values()),
                  checksum_by(served), REPOSITORY)  # fmt: skip


CONFIGURED = yaml.safe_load((Path(__file__).resolve().parents[2] / "invoke.yaml").read_text("utf-8"))


def channel_files(kind: str, made: Published) -> dict[str, bytes]:
    """Path -> content of the files that make users of a channel get this version."""
    channel = read_settings(CONFIGURED).channels[kind]
    return kind_of(kind).rehearsed.files(channel, made)


def checksum_by(known: Mapping[str, str]) -> Callable[[str], str]:
    """URL -> sha256 of a release's files; any other URL is refused, as by ``update.*``."""

    def checksum(url: str) -> str:
        if url not in known:
            raise EditRefused(f"{url} is no file of the release", "Attach it to the release, or correct the URL.")
        return known[url]

    return checksum


def versions(*, stable: bool = False) -> SearchStrategy[str]:
    number = st.integers(0, 120)
    suffix = st.sampled_from(["", "-rc.1", "-rc.12", "-alpha", "-beta.3"][: 1 if stable else None])
    return st.builds(lambda a, b, c, s: f"{a}.{b}.{c}{s}", number, number, number, suffix)


def damage(data: DataObject, content: bytes) -> bytes:
    """``content`` with a piece cut out and one of a hostile alphabet put in."""
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    pieces = [
        b"",
        b"'",
        b'"',
        b"$(",
        b"`",
        b"<#",
        b"@'\n",
        b"{",
        b"]",
        b"\\u",
        b"<!--",
        b"&",
        b"\xff",
        b"\0",
        b"0.0.1",
        b"=",
    ]
    return content[:start] + data.draw(st.sampled_from(pieces)) + content[end:]


METACHARACTERS = {
    "newline": "\n", "return": "\r", "nul": "\0", "quote": '"', "apostrophe": "'", "smart quote": "\u2019",
    "backtick": "`id`", "subshell": "$(id)", "variable": "$env:X", "semicolon": ";id", "pipe": "|id", "and": "&&id",
    "redirect": ">x", "backslash": "\\", "brace": "}", "xml": "</version>", "comma": '","x":"', "space": " x",
}  # fmt: skip


def with_fields(change: Change, values: dict[str, Any]) -> Change:
    return replace(change, **values)


def hostile_changes() -> list[ParameterSet]:
    """Every metacharacter in each field that is written or compared."""
    good = change_to("0.0.2")
    fields = {"version": good.version, "sha256": good.sha256, "url": good.url, "tag": good.tag, "project": good.project}
    rows = [
        pytest.param(with_fields(good, {field: value + bad}), id=f"{name} in {field}")
        for field, value in fields.items()
        for name, bad in METACHARACTERS.items()
    ]
    odd = {
        "leading zero": {"version": "01.0.0"},
        "two numbers": {"version": "0.1"},
        "with v": {"version": "v0.0.2"},
        "path": {"version": "../../etc"},
        "empty": {"version": ""},
        "short": {"sha256": good.sha256[1:]},
        "no hex": {"sha256": "g" * 64},
        "file URL": {"url": "file:///etc/passwd"},
        "script URL": {"url": "javascript:alert(1)"},
    }
    others = [pytest.param(with_fields(good, values), id=name) for name, values in odd.items()]
    return [*rows, *others]
