"""What must be so before a package is edited; each refusal names the place."""

from itertools import islice

from release.channels.choco.address import folder_of, is_released
from release.channels.choco.plan import Plan
from release.errors import EditRefused

OWN_SUM = {"", "64", "arm64"}  # keys of URLs that Chocolatey wants a checksum of their own for
MOST = 64  # downloads of one package
MENTIONS = 500  # of the version in one package


def check_size(plan: Plan) -> None:
    """See to it that looking at each download and each mention of the version stays cheap."""
    package = plan.package
    texts = [source.text for source, _ in package.scripts.values()] + [one.text for one in package.proofs.values()]
    found = (
        match for text in (*texts, package.nuspec.body.decode("latin-1")) for match in plan.move.pattern.finditer(text)
    )
    if len(plan.found) > MOST or next(islice(found, MENTIONS, None), None):
        raise EditRefused(
            f"{package.nuspec.path} has more than {MOST} downloads or {MENTIONS} mentions of {package.software}",
            "Look at the files' history.",
        )


def check_downloads(plan: Plan) -> None:
    """See to it that every download has its checksum, and that the channel's artifact is one of them."""
    new = {plan.digests[one.address] for one in plan.found if one.sum_text}
    for one in plan.installed:
        if not one.sum_text and (one.key in OWN_SUM or plan.digests[one.address] not in new):
            raise EditRefused(f"{one.where} has no checksum as a plain text",
                              "Give each URL one `checksum` or `checksum64` of its own.")  # fmt: skip
    if new and plan.change.sha256.lower() not in new:
        path = plan.found[0].path
        raise EditRefused(f"{path} downloads another file than {plan.change.url}", "Check `artifact:` of this channel.")
    _check_others(plan)
    if not plan.found:
        _check_nothing_to_download(plan)


def _check_others(plan: Plan) -> None:
    """A download that is none of the release, but lies beside one of it, is one that was not recognised."""
    folders = {folder_of(one.address, plan.derivation) for one in plan.installed}
    for one in plan.package.urls(lambda url: not is_released(url, plan.derivation)):
        if one.sum and folder_of(one.address, plan.derivation) in folders:
            raise EditRefused(f"{one.where} is no file of this release: {one.address}",
                              "Attach it to the release, name it under `artifacts:`, or correct the URL.")  # fmt: skip


def _check_nothing_to_download(plan: Plan) -> None:
    """A package without a download is a metapackage, or its script names the version; it has no checksum then."""
    package = plan.package
    named = [script for path, (_, script) in package.scripts.items() if path in package.named]
    meta = any(plan.package_move.carried(part.attributes.get("version", "")) for part in package.nuspec.parts)
    silent = not any(plan.move.carried(script.used) for script in named)
    unclear = [script for script in named if script.urls or (silent and not (meta and not script.used.strip()))]
    unclear += [script for _, script in package.scripts.values() if script.sums]
    if unclear:
        raise EditRefused(f"{unclear[0].path} sets no URL of version {package.software}",
                          "Set `url` or `url64bit` to the release's file.")  # fmt: skip
