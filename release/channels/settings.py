"""``invoke.yaml`` read with every kind of channel that there is, and its JSON Schema.

``python -m release.channels.settings > .github/schemas/invoke.schema.json`` writes the schema anew.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from release.channels import KINDS, settings_of
from release.settings import Channel, Kinds, Settings, make_schema, parse_settings


class _Records(Mapping[str, type[Channel]]):
    """Kind -> the record of its channels; a kind is imported when it is asked for."""

    def __getitem__(self, kind: str) -> type[Channel]:
        if kind not in KINDS:
            raise KeyError(kind)
        return settings_of(kind)

    def __contains__(self, kind: object) -> bool:
        return kind in KINDS

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


RECORDS: Kinds = _Records()


def read_settings(raw: Mapping[str, Any]) -> Settings:
    """Invoke's merged configuration as records: see ``parse_settings``.

    Raises:
        InvalidSettings: it is wrong, with every problem.
    """
    return parse_settings(raw, RECORDS)


def render_schema() -> str:
    """The JSON Schema of ``invoke.yaml`` as the repository keeps it."""
    return json.dumps(make_schema(RECORDS), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_schema())
