"""Where each download of a package goes: its new URL, and the checksum that was seen there."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from release.channels.change import Change
from release.channels.choco.address import DOWNLOAD, is_file, is_released, moved_address
from release.channels.choco.checks import check_downloads, check_size
from release.channels.choco.downloads import Installed
from release.channels.choco.nuspec import native_version
from release.channels.choco.package import Package
from release.channels.choco.verification import Verified, urls_in
from release.channels.text.derive import Derivation
from release.channels.text.leftovers import Old, Place, check_nothing_left
from release.channels.text.mentions import Mentions
from release.channels.text.versions import Move, forms
from release.errors import EditRefused

FLAVOUR = re.compile(r"\.(?:install|portable|commandline|app|extension)$", re.IGNORECASE)
OWN_SUM = {"", "64", "arm64"}  # keys of URLs that Chocolatey wants a checksum of their own for
MOST = 64  # downloads of one package
MENTIONS = 500  # of the version in one package


@dataclass(frozen=True)
class Plan:
    """What becomes of a package.

    Attributes:
        package: as it is.
        derivation: from the release that it holds to the new one.
        native: the version that the package gets.
        installed: the downloads of its scripts.
        verified: the files that it carries.
        urls: old URL -> new URL of both, and of the pages that VERIFICATION.txt names.
        digests: old URL -> SHA-256 of the new file.
        sums: old checksum in lower case -> new checksum.
    """

    package: Package
    derivation: Derivation
    native: str
    installed: list[Installed]
    verified: list[Verified]
    urls: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> list[Installed | Verified]:
        """Every download of the release."""
        return [*self.installed, *self.verified]

    @property
    def move(self) -> Move:
        """From the version of the software in the package to the new one."""
        return self.derivation.move

    @property
    def change(self) -> Change:
        """What to move to."""
        return self.derivation.change

    @cached_property
    def package_move(self) -> Move:
        """From the version of the package to its new one."""
        return Move(self.package.nuspec.version, self.native)

    @property
    def is_same(self) -> bool:
        """Whether the package holds that version already."""
        return self.move.old == self.move.new

    @cached_property
    def mentions(self) -> Mentions:
        """What else may be mentioned, and what becomes of it."""
        named = replace(self.change, project=FLAVOUR.sub("", self.change.project))
        files = {DOWNLOAD.sub("", old): DOWNLOAD.sub("", new) for old, new in self.urls.items()}
        return Mentions(named, self.move.old, files | self.urls, self.sums)

    @cached_property
    def writes_version(self) -> bool:
        """Whether it is clear how scripts write the new version: as it is, unless its files leave a suffix out."""
        new = Move(self.move.new, self.move.new)
        return "-" not in self.move.new or not self.digests or any(new.carried(self.urls[old]) for old in self.digests)

    def check_left(self, path: str, text: str) -> None:
        """See to it that ``text`` holds nothing of the old release.

        Raises:
            EditRefused: with the line.
        """
        if self.is_same:
            return
        gone = frozenset(old for old, new in self.urls.items() if old != new)
        tags = frozenset(tag for tag in self.mentions.tags if tag not in self.change.tag)
        old = Old(self.move.old, tags, gone, frozenset(set(self.sums) - set(self.digests.values())))
        fine = [self.move.new, self.native, self.change.tag, *self.urls.values(), *self.mentions.names.values()]
        lines = (Place(f"{path} line {n}", line) for n, line in enumerate(text.split("\n"), 1) if line.strip())
        check_nothing_left(lines, old, fine)


def plan_of(package: Package, change: Change) -> Plan:
    """What has to become of ``package``.

    Raises:
        EditRefused: a URL of it cannot be derived from the release, a checksum has no URL, or none of its downloads is
            the channel's artifact; names the line.
    """
    native = native_version(change.version)
    derivation = Derivation(Move(_old_version(package, native, change), change.version), change)

    def released(url: str) -> bool:
        return is_released(url, derivation)

    installed = package.installed(released)
    version = package.nuspec.version if package.software == native else native  # a package fix stays one
    plan = Plan(package, derivation, version, installed, package.verified(released, installed))
    check_size(plan)
    _derive(plan)
    _add_sums(plan)
    _add_pages(plan)
    check_downloads(plan)
    return plan


def _old_version(package: Package, native: str, change: Change) -> str:
    """The held version as a SemVer: ``1.0.0-rc1`` was ``1.0.0-rc.1`` where the new one has that manner."""
    held = package.nuspec.version
    if package.software == native:
        return change.version
    return forms(held).get("dotted", held) if native != change.version else held


def _derive(plan: Plan) -> None:
    """The new URL of every download; files that were two stay two."""
    addresses = {one.address: one.where for one in plan.found}
    alone = len(addresses) == 1 and not plan.verified
    for address, where in addresses.items():
        try:
            new, digits = moved_address(address, plan.derivation, alone=alone)
        except EditRefused as error:
            raise EditRefused(
                f"{where} is no file of this release: {address} ({error.wrong})",
                "Attach it to the release, name it under `artifacts:`, or correct the URL.",
            ) from None
        if new in plan.urls.values():
            raise EditRefused(
                f"{where} and another download would both become {new}", "Attach each file to the release."
            )
        plan.urls[address], plan.digests[address] = new, digits


def _add_sums(plan: Plan) -> None:
    """The checksums of the new files; one that stood for two files that now differ is moved in its place only."""
    clash = set[str]()
    for one in plan.found:
        new, old = plan.digests[one.address], one.sum_text.lower()
        if old and plan.sums.setdefault(old, new) != new:
            clash.add(old)
    for old in clash:
        del plan.sums[old]


def _add_pages(plan: Plan) -> None:
    """Where VERIFICATION.txt sends its readers: pages, not downloads."""
    for source in plan.package.proofs.values():
        for _, url in urls_in(source.text):
            if not is_file(url) and plan.move.carried(url) and not plan.is_same:
                parts = (plan.move.moved(part, (plan.change.tag,)) for part in url.split("/"))
                plan.urls.setdefault(url, "/".join(parts))
