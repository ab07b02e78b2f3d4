"""How users of a tap install, run, upgrade and remove a formula or cask. Pure.

Sources: Homebrew's manual; its ``trust.rb`` and ``tap.rb`` of version 6: a tap of another server than GitHub, or
one whose repository is not called ``homebrew-...``, is trusted by its URL, not by its name.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from release.channels.homebrew.settings import HomebrewChannel
from release.channels.proof import (
    GITHUB,
    INSTALL_SECONDS,
    Before,
    Command,
    Facts,
    Proof,
    Prover,
    Step,
    Subject,
    shown,
)

TRUSTING = 6  # the first major version that knows `brew trust`
FOLDERS = ("/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin")


def tap_of(channel: HomebrewChannel) -> str:
    """``kademoslabs/tap`` for the repository ``kademoslabs/homebrew-tap``."""
    return channel.target.replace("/homebrew-", "/", 1)


def name_of(channel: HomebrewChannel) -> str:
    """The formula's or cask's full name, such as ``kademoslabs/tap/kekkai``."""
    return f"{tap_of(channel)}/{PurePosixPath(channel.file or '').stem}"


def tap_url(channel: HomebrewChannel, server: str) -> str | None:
    """The URL that ``brew tap`` needs, ``None`` where Homebrew finds the tap by its name."""
    usual = server == GITHUB and "/homebrew-" in channel.target
    return None if usual else f"{server}/{channel.target}.git"


def get_tap(channel: HomebrewChannel, server: str) -> tuple[Command, Command]:
    """Trust, then tap: Homebrew 7 reads every file of a tap at once and refuses one that is not trusted."""
    url = tap_url(channel, server)
    return ("brew", "trust", url or tap_of(channel)), ("brew", "tap", tap_of(channel), *([url] if url else []))


def install(channel: HomebrewChannel) -> Command:
    """How users install it."""
    return ("brew", "install", *_cask(channel), name_of(channel))


def go_back(channel: HomebrewChannel) -> tuple[Command, ...]:
    """From a newer version to the one that the tap holds; ``brew upgrade`` never goes down."""
    return ("brew", "uninstall", *_cask(channel), PurePosixPath(channel.file or "").stem), install(channel)


def install_advice(channel: HomebrewChannel, server: str = GITHUB) -> str:
    """How users install it, as one line."""
    return f"{shown((*get_tap(channel, server), install(channel)))} (`brew trust` since Homebrew {TRUSTING})"


def rollback_advice(channel: HomebrewChannel, server: str = GITHUB) -> str:
    """How users who upgraded go back, as one line: what the proof types, after an update of the tap."""
    trust, _tap = get_tap(channel, server)
    commands = shown((trust, ("brew", "update"), *go_back(channel)))
    return (
        f"Users who upgraded do not go back by `brew upgrade`: {commands} (`brew trust` since Homebrew {TRUSTING}: "
        "it skips what is not trusted)"
    )


def questions(channel: HomebrewChannel, _subject: Subject, _facts: Facts) -> Mapping[str, Command]:
    """Homebrew's version, place and taps, and whether the product is there."""
    return {
        "version": ("brew", "--version"),
        "prefix": ("brew", "--prefix"),
        "taps": ("brew", "tap"),
        "clone": ("brew", "--repository", tap_of(channel)),
        "installed": ("brew", "list", "--versions", *_cask(channel), PurePosixPath(channel.file or "").stem),
        "trusted": ("brew", "trust", "--json=v1"),
    }


def proof(channel: HomebrewChannel, subject: Subject, facts: Facts) -> Proof:
    """Trust, tap, install, run; then the tap's commit before, and from there to the version again."""
    check = Step(subject.check, prints=subject.version)
    installed, tapped = (
        facts.answer("installed").strip(),
        tap_of(channel).lower() in facts.answer("taps").lower().split(),
    )
    undo = () if installed else ("brew", "uninstall", "--force", *_cask(channel), name_of(channel))
    steps = (*_tapped(channel, facts, tapped=tapped), Step(install(channel), undo, seconds=INSTALL_SECONDS), check)
    there = installed or (f"the tap {tap_of(channel)}" if tapped else None)
    folders = _folders(channel, facts)
    before, clone = subject.before, facts.answer("clone").strip()
    prepare, upgrade = _upgrade(channel, subject, before, clone) if before and clone and not installed else ((), ())
    return Proof(steps, prepare, upgrade, there, folders, strict=bool(folders))


def _tapped(channel: HomebrewChannel, facts: Facts, *, tapped: bool) -> tuple[Step, ...]:
    """What is trusted or tapped already stays so."""
    trust, tap = get_tap(channel, facts.server)
    tap_step = Step(tap, () if tapped else ("brew", "untap", tap_of(channel)))
    major = re.search(r"Homebrew (\d+)\.", facts.answer("version"))
    if not major or int(major[1]) < TRUSTING:
        return (tap_step,)
    known = trust[-1].lower() in _trusted(facts.answer("trusted"))
    return Step(trust, () if known else ("brew", "untrust", "--tap", trust[-1])), tap_step


def _trusted(answer: str) -> set[str]:
    """The taps that are trusted, by name or URL."""
    try:
        told = json.loads(answer or "{}")
    except ValueError:
        return set()
    return {str(name).lower() for name in told.get("taps") or ()} if isinstance(told, dict) else set()


def _upgrade(
    channel: HomebrewChannel, subject: Subject, before: Before, clone: str
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The formula as it stood at the commit before, in brew's own clone of the tap; then as it is."""
    git, file = ("git", "-C", clone, "checkout", "--quiet"), channel.file or ""
    back: Command = (*git, "HEAD", "--", file)
    prepare = (
        Step(("brew", "uninstall", "--force", *_cask(channel), name_of(channel))),
        Step((*git, before.commit, "--", file), back),
        Step(install(channel), seconds=INSTALL_SECONDS),
        Step(subject.check, prints=before.version),
    )
    forward: tuple[Command, ...] = (("brew", "upgrade", *_cask(channel), name_of(channel)),)
    moved = (Step(command, seconds=INSTALL_SECONDS) for command in (go_back(channel) if before.newer else forward))
    return prepare, (Step(back), *moved, Step(subject.check, prints=subject.version))


def _folders(channel: HomebrewChannel, facts: Facts) -> tuple[str, ...]:
    """Where Homebrew links programs, and where those of a formula are that is not linked."""
    prefix = facts.answer("prefix").strip()
    stem = PurePosixPath(channel.file or "").stem
    return (f"{prefix}/bin", f"{prefix}/opt/{stem}/bin") if prefix else ()


def _cask(channel: HomebrewChannel) -> tuple[str, ...]:
    return ("--cask",) if (channel.file or "").startswith("Casks/") else ()


SETS = {
    "HOMEBREW_NO_AUTO_UPDATE": "1",  # it would take the tap away from the commit that is proved
    "HOMEBREW_NO_INSTALL_CLEANUP": "1",  # nothing of the user's goes
    "HOMEBREW_NO_ANALYTICS": "1", "HOMEBREW_NO_ENV_HINTS": "1", "HOMEBREW_NO_COLOR": "1",
}  # fmt: skip
PROVER = Prover(("brew",), "Homebrew is not on this machine (it is for macOS and Linux)", questions, proof, FOLDERS,
                sees=("HOMEBREW_",), sets=SETS)  # fmt: skip
