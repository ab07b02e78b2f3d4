"""Checksums that a user gives: their form, and whether they are true."""

import re
from collections.abc import Iterable, Mapping

from release.errors import InputError, ReleaseError
from release.records import Artifact, Release

HEX = re.compile(r"[0-9a-fA-F]{64}")


def parse_checksums(given: Iterable[str], main: str) -> dict[str, str]:
    """``--sha256`` values as artifact name -> 64 lower-case hex digits.

    Args:
        given: each ``HEX`` or ``NAME=HEX``; empty ones count as not given.
        main: the artifact that a bare value means.

    Raises:
        InputError: a value is not 64 hex digits, or two values contradict each other.
    """
    found: dict[str, str] = {}
    for value in filter(None, (text.strip() for text in given)):
        name, _, digits = value.rpartition("=")
        name, digits = name or main, digits.removeprefix("sha256:")
        if not HEX.fullmatch(digits):
            shown = f"{len(digits)} characters" if len(digits) != 64 else "characters that are no hex digits"
            fix = "Give the 64 hex digits that `sha256sum FILE` prints, or NAME=HEX."
            raise InputError(f"Invalid checksum for {name!r}: --sha256 has {shown}, not 64 hex digits", fix)
        if found.setdefault(name, digits.lower()) != digits.lower():
            raise InputError(f"Invalid checksum: --sha256 gives {name} two values", "Give each artifact once.")
    return found


def check_given(given: Mapping[str, str], release: Release, configured: Iterable[str] = ()) -> list[ReleaseError]:
    """A problem for each given checksum that is not the real one, with both values.

    Args:
        given: artifact's or asset's name -> lower-case hex digits.
        release: what is real.
        configured: names of artifacts; one of them that was not found has its own problem already.
    """
    absent = {name for name in configured if name not in release.artifacts}
    told = {name: digits for name, digits in given.items() if name not in absent}
    return [problem for name, digits in told.items() if (problem := _check_one(name, digits, release))]


def _check_one(name: str, digits: str, release: Release) -> ReleaseError | None:
    real = real_checksum(name, release)
    names = [*release.artifacts, *(asset.name for asset in release.assets)]
    if real is None and name not in names:
        known = ", ".join(names) or "none"
        return InputError(f"--sha256 names {name!r}, which is no artifact of {release.tag}", f"Known: {known}.")
    if real == digits:
        return None
    if real is None:
        fix = "Leave it out of --sha256, or configure it as an artifact: then it is downloaded and hashed."
        return InputError(f"--sha256 for {name} cannot be compared: GitHub states no checksum of it", fix)
    other = next((a.name for a in release.artifacts.values() if a.sha256 == digits and a.name != name), None)
    other = other or next((asset.name for asset in release.assets if asset.sha256 == digits), None)
    hint = f" (that is the checksum of {other})" if other else ""
    fix = "Leave --sha256 out to use the real one, or find out which file you hashed."
    return InputError(f"SHA256 mismatch for {name}: given {digits}{hint}, real {real}", fix)


def real_checksum(name: str, release: Release) -> str | None:
    """The checksum of an artifact by its name in the configuration, or of an asset by its file name."""
    artifact: Artifact | None = release.artifacts.get(name)
    stated = next((asset.sha256 for asset in release.assets if asset.name == name), None)
    by_file = next((a.sha256 for a in release.artifacts.values() if a.file_name == name), None)
    return artifact.sha256 if artifact else stated or by_file
