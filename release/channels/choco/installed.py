"""The downloads of a Chocolatey install script: each URL of the release with the checksum that belongs to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from release.channels.choco.install_script import Role, Script, Setting
from release.channels.choco.powershell import TokenKind
from release.channels.text.versions import Move
from release.errors import EditRefused

SUM = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")


@dataclass(frozen=True)
class Installed:
    """One download of a script: its URL's setting, the URL in full, its checksum's setting, maybe its kind's."""

    url: Setting
    address: str
    sum: Setting
    type: Setting | None

    @property
    def sum_text(self) -> str:
        """The checksum as it stands."""
        return self.sum.value.value if self.sum.value else ""


def downloads(script: Script, version: str) -> list[Installed]:
    """The downloads of the release ``version``, the 64-bit one first.

    A single URL counts also where it does not name the version.

    Raises:
        EditRefused: a URL is computed, set twice, or has no literal checksum; names the line.
    """
    addresses = {s: a for s in script.settings if s.role is Role.URL and (a := _address(script, s))}
    carrying = {s: a for s, a in addresses.items() if Move(version, version).carried(a)}
    chosen = carrying or (addresses if len(addresses) == 1 else {})
    if not chosen:
        raise EditRefused(
            f"{script.path} sets no URL of version {version}", "Set `url` or `url64bit` to the release's file."
        )
    sums = [s for s in script.settings if s.role is Role.SUM and s.value and SUM.fullmatch(s.value.value)]
    _check_once(script, chosen)
    found = [_installed(script, s, a, sums, len(chosen) == 1) for s, a in chosen.items()]
    return sorted(found, key=lambda d: "64" not in d.url.key)


def _address(script: Script, setting: Setting) -> str | None:
    """The URL of a setting, ``None`` where it only names a variable or holds no URL."""
    if setting.is_reference:
        return None
    address = script.expanded(setting.value)
    if address is None:
        raise EditRefused(
            f"{script.line(setting)} is computed",
            "Write the URL as one text, with $version at most, then update again.",
        )
    return address if address.startswith(("https://", "http://")) else None


def _check_once(script: Script, chosen: Mapping[Setting, str]) -> None:
    keys = [setting.key for setting in chosen]
    for setting in chosen:
        if keys.count(setting.key) > 1:
            raise EditRefused(f"{script.line(setting)} stands there more than once", "Set each URL in one place only.")


def _installed(script: Script, url: Setting, address: str, sums: list[Setting], single: bool) -> Installed:  # noqa: FBT001 - whether it is the only one
    fitting = [s for s in sums if s.key == url.key] or (sums if single and len(sums) == 1 else [])
    if len(fitting) != 1:
        how = "no checksum as a plain text" if not fitting else f"{len(fitting)} checksums"
        raise EditRefused(f"{script.line(url)} has {how}", "Give each URL one `checksum` or `checksum64` of its own.")
    kinds = [s for s in script.settings if s.role is Role.TYPE and s.value and s.value.kind is not TokenKind.VARIABLE]
    kind = next((s for key in (url.key, "") for s in kinds if s.key == key), None)
    return Installed(url, address, fitting[0], kind)
