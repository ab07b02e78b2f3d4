"""Dependency truth: what a wheel requires, held against what a channel installs beside it. Pure.

Only what holds for every user is a problem; what depends on the user's machine (by a marker) is a warning. Extras do
not count: nobody asked for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from release.channels.bundle import Bundle, Resource
from release.metadata.wheel import Wheel

SYSTEMS = {
    "linux": ("Linux", "posix", ("x86_64", "aarch64")),
    "darwin": ("Darwin", "posix", ("x86_64", "arm64")),
    "win32": ("Windows", "nt", ("AMD64", "ARM64")),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """A requirement that is missing or not satisfied.

    Attributes:
        certain: for every user; else for those of some machines.
        text: one line, what is wrong.
        fix: one line, what to do about it.
    """

    certain: bool
    text: str
    fix: str


def check_bundle(wheel: Wheel, bundle: Bundle) -> list[Finding]:
    """Which requirements of the wheel its users would miss, and which are there in a version that does not do."""
    there = {canonicalize_name(one.name): one for one in bundle.resources}
    findings = []
    for requirement, certain in _needed(wheel, bundle):
        held = there.get(canonicalize_name(requirement.name))
        if wrong := _unfit(requirement, held, bundle) if held else _missing(requirement, bundle):
            when = "" if certain else f" where {requirement.marker}"
            needs = f"{wheel.file_name} requires {requirement.name}{requirement.specifier}{when}"
            findings.append(Finding(certain, f"{needs}, {wrong}", bundle.fix))
    return findings


def _needed(wheel: Wheel, bundle: Bundle) -> Iterator[tuple[Requirement, bool]]:
    """Each requirement that some user has, and whether all of them have it."""
    machines = list(_machines(wheel, bundle))
    for requirement in wheel.requires:
        hits = [requirement.marker is None or requirement.marker.evaluate(machine) for machine in machines]
        if any(hits):
            yield requirement, all(hits)


def _machines(wheel: Wheel, bundle: Bundle) -> Iterator[dict[str, str]]:
    """What markers see on the machines of users, without any extra. Source: "Dependency specifiers"."""
    fitting = [one for one in bundle.pythons if wheel.python.contains(f"{one}.99", prereleases=True)]
    for python in fitting or bundle.pythons:
        for platform in bundle.systems:
            system, name, machines = SYSTEMS[platform]
            for machine in machines:
                yield {
                    "python_version": python, "python_full_version": f"{python}.99", "implementation_name": "cpython",
                    "implementation_version": f"{python}.99", "platform_python_implementation": "CPython",
                    "sys_platform": platform, "platform_system": system, "os_name": name, "platform_machine": machine,
                    "platform_release": "", "platform_version": "", "extra": "",
                }  # fmt: skip


def _missing(requirement: Requirement, bundle: Bundle) -> str:
    at = f"{bundle.place} line {bundle.line}" if bundle.line else bundle.place
    return f"and {at} installs it without {requirement.name}: ModuleNotFoundError when it is run"


def _unfit(requirement: Requirement, held: Resource, bundle: Bundle) -> str | None:
    """Why the version that is installed does not do; a version that is not known claims nothing."""
    try:
        fits = held.version is None or requirement.specifier.contains(Version(held.version), prereleases=True)
    except ValueError:  # also a number that Python cannot count to
        fits = True
    return None if fits else f"and {bundle.place} line {held.line} installs {held.name} {held.version}"
