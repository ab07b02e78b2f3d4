"""``invoke.yaml`` as Invoke merged it, turned into records; every key and type is checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from release.settings.checks import bad, check_channel, check_name, check_numbers, check_template
from release.settings.records import ArtifactSpec, Channel, Http, Project, Retry, Settings

SECTIONS = ("project", "artifacts", "channels", "http", "retry")
T = TypeVar("T")


def parse_settings(raw: Mapping[str, Any]) -> Settings:
    """The five sections of Invoke's merged configuration as records.

    Args:
        raw: nested plain mappings; keys other than our five sections are Invoke's or the user's.

    Raises:
        InputError: a key is unknown or missing, a value has the wrong type or form; named with its path.
    """
    channels = {name: _channel(name, value) for name, value in _section(raw, "channels").items()}
    artifacts = {name: _artifact(name, value) for name, value in _section(raw, "artifacts").items()}
    settings = Settings(
        project=_project(_section(raw, "project")),
        artifacts=artifacts,
        channels=channels,
        http=_record(Http, "http", _section(raw, "http")),
        retry=_record(Retry, "retry", _section(raw, "retry")),
    )
    check_numbers(settings)
    for channel in channels.values():
        check_channel(channel, artifacts)
    return settings


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name)
    if value is None and name in {"http", "retry"}:
        return {}
    if not isinstance(value, Mapping):
        what = "is missing" if value is None else f"is {_shown(value)}, not a table"
        raise bad(name, what, f"invoke.yaml needs a section `{name}:`; the README shows one.")
    return value


def _project(raw: Mapping[str, Any]) -> Project:
    project = _record(Project, "project", raw)
    if not re.fullmatch(r"[A-Za-z0-9._-]+", project.name):
        raise bad("project.name", f"is {project.name!r}", "Use letters, digits, '.', '_' and '-'.")
    if project.tag.count("{version}") != 1 or re.search(r"[{}\s]", project.tag.replace("{version}", "")):
        raise bad("project.tag", f"is {project.tag!r}", 'It must hold {version} exactly once: "v{version}".')
    return project


def _artifact(name: str, raw: object) -> ArtifactSpec:
    check_name(f"artifacts.{name}", name)
    spec = _record(ArtifactSpec, f"artifacts.{name}", raw, name=name)
    if (spec.url is None) == (spec.asset is None):
        raise bad(f"artifacts.{name}", "needs exactly one of `url` and `asset`", "Give one of the two.")
    if spec.url is not None:
        check_template(f"artifacts.{name}.url", spec.url)
    return spec


def _channel(name: str, raw: object) -> Channel:
    check_name(f"channels.{name}", name)
    return _record(Channel, f"channels.{name}", raw, name=name)


def _record(cls: type[T], where: str, raw: object, **given: object) -> T:
    """A dataclass from a mapping, each value's type checked against the field's annotation."""
    if not isinstance(raw, Mapping):
        raise bad(where, f"is {_shown(raw)}, not a table", "Give a table of keys and values.")
    known = {f.name: f for f in fields(cls) if f.name not in given}  # type: ignore[arg-type]  # T is a dataclass
    if unknown := sorted(str(k) for k in raw if k not in known):
        raise bad(where, f"has an unknown key `{unknown[0]}`", f"Known keys: {', '.join(sorted(known))}.")
    values = {key: _typed(f"{where}.{key}", _word(known[key].type), value) for key, value in raw.items()}
    required = (n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING)
    if missing := [name for name in required if values.get(name) is None]:
        raise bad(where, f"lacks `{missing[0]}`", f"Add `{missing[0]}:` there.")
    return cls(**{**values, **given})


def _word(annotation: object) -> str:
    """A field's type as text: ``str``, ``str | None``, ``tuple[str, ...]``, ``Mapping[str, str]``."""
    plain = type(annotation) is type
    return annotation.__name__ if plain else str(annotation).rpartition("abc.")[2]  # type: ignore[attr-defined]


def _typed(where: str, annotation: str, value: Any) -> Any:  # noqa: ANN401 - YAML's values are of any type
    if value is None and "None" in annotation:
        return None
    if isinstance(value, list) and annotation.startswith("tuple"):
        return tuple(_typed(f"{where}[{i}]", "str", item) for i, item in enumerate(value))
    if isinstance(value, Mapping) and annotation.startswith("Mapping"):
        return {str(key): _typed(f"{where}.{key}", "str", item) for key, item in value.items()}
    number = isinstance(value, int) and not isinstance(value, bool)
    fits = {"str": isinstance(value, str), "bool": isinstance(value, bool), "int": number,
            "float": number or isinstance(value, float)}  # fmt: skip
    wanted = annotation.split(" ", maxsplit=1)[0]
    if fits.get(wanted):
        return value
    words = {"str": "text", "bool": "true or false", "int": "a whole number", "float": "a number"}
    raise bad(where, f"is {_shown(value)}", f"It must be {words.get(wanted, 'a list or table of texts')}.")


def _shown(value: object) -> str:
    return json.dumps(value, default=str)[:80]
