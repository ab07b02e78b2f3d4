"""What a package serves: its files in the repository, those that `files:` does not name included, and the feed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from posixpath import basename, dirname

from release.channels.change import Files
from release.channels.choco.address import is_file
from release.channels.choco.feed import Entry, Review, read_feed
from release.channels.choco.gallery import ABSENT, package_of
from release.channels.choco.metadata import is_own
from release.channels.choco.nuspec import software_version
from release.channels.choco.package import TEMPLATES, Package, nuspec_path, parse_package, usual_paths
from release.channels.choco.settings import ChocoChannel
from release.channels.sources import Sources
from release.channels.verdict import Expected, Verdict, judge, same_version
from release.errors import ServiceError
from release.records import Served, State

Held = Callable[[ChocoChannel, Files], Served]
"""What a package's files say."""


def read_package(channel: ChocoChannel, version: str, sources: Sources, held: Held) -> Served:
    """What the repository holds, with what the feed says of that package.

    Args:
        channel: which.
        version: expected, as Chocolatey writes it; the feed is asked for it before the repository has answered, and
            once more where the package turns out to be a fix of it, such as ``0.0.1.20260101``.
        sources: the reads.
        held: what files say.
    """
    ask = sources.begin(lambda: _entry(sources, channel, version)) if channel.feed else None
    served, package = _read_files(channel, version, sources, held)
    if ask is None:
        return served
    try:
        entry = ask()
        if package.software == version != package.nuspec.version:
            entry = _entry(sources, channel, package.nuspec.version)
    except ServiceError as error:
        return replace(served, unread=f"the repository has it; {error.wrong}")
    said = f"community feed: {entry.note}" if entry else "not in the community feed"
    return replace(
        served,
        pending=entry is not None and entry.review is Review.PENDING,
        note=f"{served.note}; {said}" if served.note else said,
        review=str(entry.review) if entry else ABSENT,
    )


def _read_files(channel: ChocoChannel, version: str, sources: Sources, held: Held) -> tuple[Served, Package]:
    """The files that are named; where those of ``version`` do not tell all that users get, the others too.

    That costs one more request for each folder of the package, and one for each file.
    """
    files = sources.files(channel.paths)
    package = parse_package(channel, files)
    served = held(channel, files)
    if not same_version(package.software, version) or _tells_all(package, served):
        return served, package
    listed = sources.folders(_folders(channel))
    if nuspec_path(channel) not in listed:
        what = f"what is in {dirname(nuspec_path(channel)) or 'the top folder'} of {channel.target} is not listed"
        raise ServiceError(what, "Look at the token's permission (Contents: read).")
    files |= sources.files(sorted(set(usual_paths(channel)) & set(listed)))
    package = parse_package(channel, files)
    meta = package.is_silent and not any(_is_content(path) for path in listed if path not in files)
    return replace(held(channel, files), brings=tuple(_brings(package)) if meta else None), package


def _tells_all(package: Package, served: Served) -> bool:
    """Whether a script downloads what users get, and loads no other script."""
    scripts = [script for _, script in package.scripts.values()]
    return bool(scripts and served.downloads) and not any(".ps1" in script.used.lower() for script in scripts)


def _folders(channel: ChocoChannel) -> Iterable[str]:
    return dict.fromkeys([dirname(nuspec_path(channel)), *(dirname(path) for path in usual_paths(channel))])


def _is_content(path: str) -> bool:
    """Whether a file beside the known ones may be what users run."""
    name = basename(path).lower()
    return name not in TEMPLATES and (name == "verification.txt" or is_file(f"https://e.org/{name}"))


def _brings(package: Package) -> Iterable[tuple[str, str]]:
    """The packages of the same product on which it depends, each with its version: of a range the lowest."""
    for part in package.nuspec.parts:
        name, held = part.attributes.get("id", ""), part.attributes.get("version", "")
        lowest = held.partition(",")[0].strip("[]() ")
        if part.name == "dependency" and lowest and is_own(name, package.nuspec.id, package.nuspec.id):
            yield name, software_version(lowest)


def _entry(sources: Sources, channel: ChocoChannel, version: str) -> Entry | None:
    return read_feed(sources.session.transport, channel.feed or "", package_of(channel), version,
                     attempts=sources.attempts, timeout=sources.timeout)  # fmt: skip


def judge_package(served: Served, expected: Expected) -> Verdict:
    """What the repository holds; a package that only brings others is judged by its version and theirs. Pure."""
    if served.brings is None:
        return judge(served, expected)
    verdict = judge(served, replace(expected, sha256=None))
    stale = [f"{name} {version}" for name, version in served.brings if not same_version(version, expected.version)]
    if verdict.state is not State.SERVED or not stale:
        return verdict
    return replace(verdict, state=State.MISMATCH, reason=f"serves {served.version}, but depends on {stale[0]}")
