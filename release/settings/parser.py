"""``invoke.yaml`` as Invoke merged it, turned into records; every key, type and form is checked, all at once."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeGuard, TypeVar

from release.errors import InputError
from release.settings.docs import GIVEN, keys_of
from release.settings.forms import ARTIFACT_NAME, CHANNEL_NAME
from release.settings.problems import MOST, InvalidSettings, Place, listed, nearest, shown, unknown_key
from release.settings.records import ArtifactSpec, Channel, Http, Project, Record, Retry, Settings
from release.settings.wrong import bad

SECTIONS = ("project", "artifacts", "channels", "http", "retry")
NEEDED = SECTIONS[:3]
NAMED = "Use small letters, digits and '-', a letter first, 40 at most; not `all`."
QUOTED = 'YAML reads no, off, on, yes, true, false and null as other values: write a name in quotes, such as "no".'
R = TypeVar("R", bound=Record)
Table = Mapping[str, Any]
Kinds = Mapping[str, type[Channel]]
"""Kind -> the record of its channels. Looked up only for kinds that are configured, so it may import them then."""


def parse_settings(raw: Table, kinds: Kinds) -> Settings:
    """The five sections of Invoke's merged configuration as records.

    Args:
        raw: nested plain mappings; keys other than our five sections are Invoke's or the user's.
        kinds: the kinds of channels that there are.

    Raises:
        InvalidSettings: with every unknown or missing key, value of a wrong type or form, and contradiction.
    """
    if all(raw.get(name) is None for name in NEEDED):
        wrong = "No invoke.yaml was found here, or it has none of `project:`, `artifacts:` and `channels:`"
        raise InvalidSettings([InputError(wrong, "Run it in the folder that holds one; the README shows one.")])
    parser = _Parser(raw, kinds)
    settings = parser.settings()
    if settings is None or parser.problems:
        raise InvalidSettings(parser.problems)
    return settings


@dataclass(frozen=True)
class _Parser:
    """Reads section by section and keeps every problem."""

    raw: Table
    kinds: Kinds
    problems: list[InputError] = field(default_factory=list)

    def settings(self) -> Settings | None:
        """The records, ``None`` where a section is not there."""
        project = self._section("project", Project)
        artifacts = self._named("artifacts", ARTIFACT_NAME, self._artifact)
        channels = self._named("channels", CHANNEL_NAME, self._channel)
        self.problems.extend(_told_twice(self.raw.get("channels")))
        http, retry = self._section("http", Http), self._section("retry", Retry)
        return Settings(project, artifacts, channels, http, retry) if project and http and retry else None

    def _section(self, name: str, record: type[R]) -> R | None:
        table = self.raw.get(name)
        if table is None and name not in NEEDED:
            table = {}
        return self._record(Place(name, f"`{name}:`", record), table) if self._is_section(table, name) else None

    def _is_section(self, value: object, name: str) -> TypeGuard[Table]:
        if isinstance(value, Mapping):
            return True
        what = "is missing" if value is None else f"is {shown(value)}, not a table"
        self.problems.append(bad(name, what, f"invoke.yaml needs a section `{name}:`; the README shows one."))
        return False

    def _named(self, section: str, form: str, parse: Callable[[str, object], R | None]) -> dict[str, R]:
        """The records of a section whose keys are names that the user gives."""
        table = self.raw.get(section)
        if not self._is_section(table, section):
            return {}
        found: dict[str, R] = {}
        for name, value in table.items():
            if isinstance(name, str) and re.fullmatch(form, name):
                record = parse(name, value)
                found |= {name: record} if record else {}
            elif name is None or isinstance(name, bool):
                self.problems.append(bad(f"{section}.{shown(name)}", "is no usable name", QUOTED))
            else:
                self.problems.append(bad(f"{section}.{name}", "is no usable name", NAMED))
        return found

    def _artifact(self, name: str, table: object) -> ArtifactSpec | None:
        return self._record(Place(f"artifacts.{name}", "an artifact", ArtifactSpec), table, name)

    def _channel(self, name: str, table: object) -> Channel | None:
        where = f"channels.{name}"
        if not isinstance(table, Mapping):
            return self._record(Place(where, "a channel", Channel), table)
        self.problems.extend(self._unknown_artifact(where, table.get("artifact")))
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in self.kinds:
            what = f"channels.{name} lacks `kind`" if kind is None else f"{where}.kind is {shown(kind)}"
            fix = f"{nearest(str(kind), self.kinds)}It must be one of {', '.join(self.kinds)}."
            self.problems.append(InputError(f"Configuration: {what}", fix))
            return None
        channel = self._record(Place(where, f"a channel of kind {kind}", self.kinds[kind]), table, name)
        self.problems.extend(_checksum_of_nothing(where, channel) if channel else ())
        return channel

    def _unknown_artifact(self, where: str, artifact: object) -> Iterator[InputError]:
        known = self.raw.get("artifacts")
        if isinstance(artifact, str) and isinstance(known, Mapping) and artifact not in known:
            few = len(self.problems) * len(known) < MOST * MOST  # a thousand in a thousand would take minutes
            near = nearest(artifact, map(str, known)) if few else ""
            fix = f"{near}Known artifacts: {listed(known)}."
            yield bad(f"{where}.artifact", f"is {shown(artifact)}", fix)

    def _record(self, place: Place[R], table: object, name: str | None = None) -> R | None:
        """A table as its record; ``name`` is the key under which it stands."""
        from pydantic import ValidationError  # noqa: PLC0415 - as `Record.reader`

        if name is not None and isinstance(table, Mapping):
            if GIVEN in table:
                self.problems.append(unknown_key(place.path, GIVEN, keys_of(place.record), place.label))
            table = {**table, GIVEN: name}
        try:
            record: R = place.record.reader().validate_python(table)
        except ValidationError as invalid:
            self.problems.extend(place.problems(invalid.errors(include_url=False)))
            return None
        self.problems.extend(place.contradictions(record))
        return record


def _checksum_of_nothing(where: str, channel: Channel) -> Iterator[InputError]:
    """A problem for each input with the checksum of an artifact, where the channel has none."""
    for key, text in channel.inputs.items() if channel.artifact is None else ():
        if "{sha256}" in text:
            yield bad(f"{where}.inputs.{key}", "uses {sha256} of no artifact", "Name the channel's `artifact:`.")


def _told_twice(channels: object) -> Iterator[InputError]:
    """A problem for each channel that is told by the same dispatch as one before it."""
    seen: dict[tuple[str, str, str], str] = {}
    tables = channels if isinstance(channels, Mapping) else {}
    for (name, table), way in product(tables.items(), ("event_type", "workflow")):
        target, told = (table.get("target"), table.get(way)) if isinstance(table, Mapping) else (None, None)
        if not (isinstance(target, str) and isinstance(told, str) and told):
            continue
        first = seen.setdefault((target.lower(), way, told), str(name))
        if first != str(name):
            what = f"is told by the same dispatch as channels.{first}: {shown(told)} to {shown(target)}"
            yield bad(f"channels.{name}", what, "Give one of them an event (or a workflow) of its own.")
