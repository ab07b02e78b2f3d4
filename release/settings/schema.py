"""The JSON Schema of ``invoke.yaml``, made from the records that read it."""

from typing import Any

from release.settings.docs import keys_of, sentence
from release.settings.forms import ARTIFACT_NAME, CHANNEL_NAME
from release.settings.parser import NEEDED, Kinds
from release.settings.records import ArtifactSpec, Http, Project, Record, Retry

REF = "#/$defs/{model}"


def make_schema(kinds: Kinds) -> dict[str, Any]:
    """The schema of the whole file, of JSON Schema 2020-12; keys beside our sections are Invoke's own.

    Args:
        kinds: kind of channel -> the record of its channels.
    """
    records = {record.__name__: record for record in (Project, ArtifactSpec, Http, Retry, *kinds.values())}
    definitions = {name: schema for record in records.values() for name, schema in _definitions(record).items()}
    cases = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": REF.format(model=record.__name__)}}
        for kind, record in kinds.items()
    ]
    channel = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": list(kinds)}}, "allOf": cases}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "invoke.yaml",
        "description": "What is released, and which channels are told about it.",
        "type": "object",
        "required": list(NEEDED),
        "properties": {
            "project": {"$ref": REF.format(model="Project")},
            "artifacts": _named(ARTIFACT_NAME, {"$ref": REF.format(model="ArtifactSpec")}),
            "channels": _named(CHANNEL_NAME, channel),
            "http": {"oneOf": [{"$ref": REF.format(model="Http")}, {"type": "null"}]},
            "retry": {"oneOf": [{"$ref": REF.format(model="Retry")}, {"type": "null"}]},
        },
        "$defs": definitions,
    }


def _named(form: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": {"pattern": f"^{form}$"}, "additionalProperties": values}


def _definitions(record: type[Record]) -> dict[str, Any]:
    """The schema of a record, and of the records inside of it, each with the docstrings' words."""
    schema = record.reader().json_schema(ref_template=REF)
    inner = schema.pop("$defs", {})
    nested = {cls.__name__: cls for cls in Record.__subclasses__()}
    found = {record.__name__: _described(schema, record)}
    return found | {name: _described(part, nested[name]) for name, part in inner.items()}


def _described(schema: dict[str, Any], record: type[Record]) -> dict[str, Any]:
    says = keys_of(record)
    properties = {key: _plain(schema["properties"][key]) | {"description": says[key]} for key in says}
    required = {"required": [key for key in schema["required"] if key in says]} if "required" in schema else {}
    says_all = sentence((record.__doc__ or "").partition("\n")[0])
    return {**_plain(schema), "description": says_all, "properties": properties, **required}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that pydantic makes of names, and without defaults that only say that nothing was given."""
    return {key: value for key, value in schema.items() if key != "title" and (key, value) != ("default", "")}
