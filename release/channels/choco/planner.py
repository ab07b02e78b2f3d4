"""How a package moves to another version: its downloads derived and checked before a byte is edited. Pure."""

from release.channels.change import Change
from release.channels.choco.address import is_file, is_released, moved_address
from release.channels.choco.checks import check_downloads, check_size
from release.channels.choco.nuspec import native_version
from release.channels.choco.package import Package
from release.channels.choco.plan import Plan
from release.channels.choco.verification import urls_in
from release.channels.text.derive import Derivation
from release.channels.text.versions import Move, forms
from release.errors import EditRefused


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
