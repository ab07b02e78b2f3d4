"""Answers that tell of a limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from requests.structures import CaseInsensitiveDict

NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC


@dataclass
class Told:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def told(status: int, text: str = "", **headers: str) -> Told:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Told(status, CaseInsensitiveDict(named), text)
