"""Where each download of a package goes: its new URL, and the checksum that was seen there."""

from dataclasses import dataclass, field
from functools import cached_property

from release.channels.base import Change
from release.channels.choco.address import belongs, file_names, moved_address
from release.channels.choco.downloads import Installed
from release.channels.choco.nuspec import native_version
from release.channels.choco.package import Package
from release.channels.choco.verification import Verified
from release.channels.text.mentions import Mentions
from release.channels.text.urls import SHA256, SAFE_URL
from release.channels.text.versions import Move, forms
from release.errors import EditRefused


@dataclass(frozen=True)
class Plan:
    """What becomes of a package.

    Attributes:
        package: as it is.
        change: what to move to.
        move: from the version of the software in it.
        native: the version that the package gets.
        installed: the downloads of its scripts.
        verified: the files that it carries.
        urls: old URL -> new URL of both, and of every other URL of the old release in it.
        sums: old checksum in lower case -> new checksum.
    """

    package: Package
    change: Change
    move: Move
    native: str
    installed: list[Installed]
    verified: list[Verified]
    urls: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    @cached_property
    def mentions(self) -> Mentions:
        """What else may be mentioned, and what becomes of it."""
        return Mentions(self.change, self.move.old, self.urls, self.sums)

    @cached_property
    def names(self) -> dict[str, str]:
        """Old file name -> new one, as scripts call the files that a package carries."""
        return {old: new for old, new in file_names(self.urls).items() if self.move.carried(old)}

    def released(self, url: str) -> bool:
        """Whether a URL is one of the release that the files hold."""
        return belongs(url, self.move, self.change)

    def sum_of(self, one: Installed | Verified) -> str:
        """The new checksum of a download."""
        return self.change.checksum(self.urls[one.address].partition("#")[0]).lower()


def plan_of(package: Package, change: Change) -> Plan:
    """What has to become of ``package``.

    Raises:
        EditRefused: a URL of it cannot be derived from the release, a checksum has no URL, or none of its downloads is
            the channel's artifact; names the line.
    """
    native = native_version(change.version)
    move = Move(_old_version(package, native, change), change.version)

    def released(url: str) -> bool:
        return belongs(url, move, change)

    installed = package.installed(released)
    plan = Plan(package, change, move, _package_version(package, native), installed, package.verified(released, installed))
    found = [*plan.installed, *plan.verified]
    for one in found:
        plan.urls.setdefault(one.address, moved_address(one.address, move, change, alone=len(found) == 1))
        if not SAFE_URL.fullmatch(plan.urls[one.address].partition("#")[0]):
            raise EditRefused(f"The URL {plan.urls[one.address]!r} cannot be written into a file", "Rename the file.")
    _add_sums(plan)
    _check(plan)
    return plan


def _old_version(package: Package, native: str, change: Change) -> str:
    """The held version as a SemVer: ``1.0.0-rc1`` was ``1.0.0-rc.1`` where the new one has that manner."""
    held = package.nuspec.version
    if package.software == native:
        return change.version
    return forms(held).get("dotted", held) if native != change.version else held


def _package_version(package: Package, native: str) -> str:
    """A package fix of this very version keeps its fourth number."""
    return package.nuspec.version if package.software == native else native


def _add_sums(plan: Plan) -> None:
    """The checksums of the new files; one that stood for two files that now differ is moved in its place only."""
    clash = set[str]()
    for one in [*plan.installed, *plan.verified]:
        new, old = plan.sum_of(one), one.sum_text.lower()
        if not SHA256.fullmatch(new):
            raise EditRefused(f"The SHA256 {new!r} cannot be written into a file", "Give 64 hex digits.")
        if old and plan.sums.setdefault(old, new) != new:
            clash.add(old)
    for old in clash:
        del plan.sums[old]


def _check(plan: Plan) -> None:
    new = {plan.sum_of(one) for one in [*plan.installed, *plan.verified] if one.sum_text}
    for one in plan.installed:
        if not one.sum_text and one.name and plan.sum_of(one) not in new:
            raise EditRefused(
                f"{one.where} has no checksum as a plain text", "Give each URL one `checksum` or `checksum64` of its own."
            )
    if new and plan.change.sha256.lower() not in new:
        path = plan.installed[0].script.path if plan.installed else plan.verified[0].path
        raise EditRefused(
            f"{path} downloads another file than {plan.change.url}", "Check `artifact:` of this channel."
        )
