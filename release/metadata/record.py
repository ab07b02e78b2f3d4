"""The record that ``release.extract --json`` wrote, read back and checked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from release.errors import InputError
from release.metadata.artifacts import Found
from release.metadata.checksums import HEX
from release.metadata.document import read_document
from release.metadata.version import parse_version
from release.records import Artifact, Asset, Release
from release.report.report import SCHEMA
from release.settings import check_url

FIX = "Write it anew: invoke release.extract --version VERSION --json > FILE"


def read_record(source: str) -> Found:
    """The release in a file, or on stdin for ``-``.

    Raises:
        InputError: there is no file, or it is not such a record; names what is wrong.
    """
    try:
        document = read_document(source)
    except OSError as error:
        raise InputError(f"The record {source} cannot be read: {error.strerror}", FIX) from None
    except ValueError:
        raise InputError(f"The record {source} is not JSON", FIX) from None
    return Found(parse_record(document))


def parse_record(document: object) -> Release:
    """A release from the JSON document of ``release.extract``.

    Raises:
        InputError: the document is another one, has another shape, says that the extraction failed, or contradicts
            itself.
    """
    whole = _mapping(document, "the document")
    _check_written(whole)
    data = _mapping(whole.get("release"), "release")
    version, tag = parse_version(_text(data, "version")), _text(data, "tag")
    if not re.fullmatch(r"[^\s~^:?*\[\\\x00-\x1f]+", tag) or version not in tag:
        raise InputError(f"The record's tag {tag!r} is not that of version {version}", FIX)
    artifacts = {name: _artifact(name, value) for name, value in _mapping(data.get("artifacts"), "artifacts").items()}
    assets = tuple(_asset(number, one) for number, one in enumerate(_list(data, "assets")))
    _check_checksums(artifacts.values(), assets)
    return Release(version, tag, data.get("prerelease") is True, artifacts, assets=assets, commit=_commit(data))


def _check_written(document: Mapping[str, Any]) -> None:
    if document.get("schema", SCHEMA) != SCHEMA:  # older records may lack it
        raise InputError(f"The record's schema is {document['schema']!r}"[:100], f"It must be {SCHEMA}. {FIX}")
    if document.get("ok") is not True:
        raise InputError("The record is of an extraction that failed", FIX)


def _check_checksums(artifacts: Iterable[Artifact], assets: Iterable[Asset]) -> None:
    stated = {asset.url: asset.sha256 for asset in assets if asset.sha256}
    for one in artifacts:
        if stated.get(one.url, one.sha256) != one.sha256:
            what = f"The record's artifacts.{one.name}.sha256 is not that of the same file in its assets"
            raise InputError(what, FIX)


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise InputError(f"The record's {key} is no list", FIX)
    return value


def _commit(data: Mapping[str, Any]) -> str | None:
    commit = data.get("commit")
    if commit is None or (isinstance(commit, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit)):
        return commit
    raise InputError("The record's commit is not 40 hex digits", FIX)


def _asset(number: int, value: object) -> Asset:
    where = f"assets[{number}]"
    data = _mapping(value, where)
    digits = data.get("sha256")
    if digits is not None and not (isinstance(digits, str) and HEX.fullmatch(digits)):
        raise InputError(f"The record's {where}.sha256 is not 64 hex digits", FIX)
    return Asset(_text(data, "name"), _url(where, _text(data, "url")), _size(where, data), digits and digits.lower())


def _size(where: str, data: Mapping[str, Any]) -> int | None:
    size = data.get("size")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise InputError(f"The record's {where}.size is no number of bytes", FIX)
    return size


def _artifact(name: str, value: object) -> Artifact:
    data = _mapping(value, f"artifacts.{name}")
    digits = data.get("sha256")
    if not (isinstance(digits, str) and HEX.fullmatch(digits)):
        raise InputError(f"The record's artifacts.{name}.sha256 is not 64 hex digits", FIX)
    where = f"artifacts.{name}"
    return Artifact(name, _url(where, _text(data, "url")), digits.lower(), _size(where, data))


def _url(where: str, url: str) -> str:
    try:
        return check_url("url", url)
    except InputError:
        raise InputError(f"The record's {where}.url is no https:// address", FIX) from None


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"The record has another shape than expected: {what} is no table", FIX)
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise InputError(f"The record has no {key}", FIX)
    return value
