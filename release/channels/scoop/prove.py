"""How users of a bucket install, run, update and remove an app. Pure. Source: Scoop's wiki and its help texts."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from release.channels.proof import (
    INSTALL_SECONDS,
    Before,
    Command,
    Facts,
    Proof,
    Prover,
    Step,
    Subject,
    folder_of,
    shown,
)
from release.channels.scoop.settings import ScoopChannel


def bucket_of(channel: ScoopChannel) -> str:
    """The name under which the bucket is added: its owner's."""
    return channel.target.partition("/")[0].lower()


def app_of(channel: ScoopChannel) -> str:
    """The app's name: that of its manifest."""
    return PurePosixPath(channel.file or "").stem


def get_bucket(channel: ScoopChannel, server: str) -> Command:
    """How users add the bucket."""
    return ("scoop", "bucket", "add", bucket_of(channel), f"{server}/{channel.target}.git")


def install(channel: ScoopChannel) -> Command:
    """How users install it."""
    return ("scoop", "install", f"{bucket_of(channel)}/{app_of(channel)}")


def go_back(channel: ScoopChannel) -> Command:
    """From a newer version to the one that the bucket holds."""
    return ("scoop", "update", "--force", app_of(channel))


def install_advice(channel: ScoopChannel, server: str = "https://github.com") -> str:
    """How users install it, as one line."""
    return shown((get_bucket(channel, server), install(channel)))


def rollback_advice(channel: ScoopChannel) -> str:
    """How users who updated go back, as one line: what the proof types, after an update of the buckets."""
    return f"Users who updated go back with: {shown((('scoop', 'update'), go_back(channel)))}"


def questions(channel: ScoopChannel, _subject: Subject, _facts: Facts) -> Mapping[str, Command]:
    """The buckets, and whether the app is there."""
    return {"buckets": ("scoop", "bucket", "list"), "installed": ("scoop", "prefix", app_of(channel))}


def proof(channel: ScoopChannel, subject: Subject, facts: Facts) -> Proof:
    """Add the bucket, install, run; then the bucket's commit before, and from there to the version again."""
    installed, added = facts.answer("installed").strip(), _added(channel, facts)
    app = Step(install(channel), () if installed else ("scoop", "uninstall", app_of(channel)), seconds=INSTALL_SECONDS)
    bucket = Step(get_bucket(channel, facts.server), ("scoop", "bucket", "rm", bucket_of(channel)))
    steps = (*(() if added else (bucket,)), app, Step(subject.check, prints=subject.version))
    there = f"{app_of(channel)} in {installed}" if installed else f"the bucket {bucket_of(channel)}" if added else None
    shims, before = folder_of(facts.tools["scoop"]), subject.before
    prepare, upgrade = _upgrade(channel, subject, before, shims) if before and not installed else ((), ())
    return Proof(steps, prepare, upgrade, there, (shims,))


def _added(channel: ScoopChannel, facts: Facts) -> bool:
    """Whether the bucket is there, by its name or under another one."""
    lines = [line.split() for line in facts.answer("buckets").lower().splitlines()]
    url = f"{facts.server}/{channel.target}".lower()
    return any(words and (words[0] == bucket_of(channel) or {url, f"{url}.git"} & set(words)) for words in lines)


def _upgrade(
    channel: ScoopChannel, subject: Subject, before: Before, shims: str
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The manifest as it stood at the commit before, in Scoop's own clone of the bucket; then as it is."""
    file, root = channel.file or "", folder_of(shims)
    git = ("git", "-C", f"{root}/buckets/{bucket_of(channel)}", "checkout", "--quiet")
    back: Command = (*git, "HEAD", "--", file)
    prepare = (
        Step(("scoop", "uninstall", app_of(channel))),
        Step((*git, before.commit, "--", file), back),
        Step(install(channel), seconds=INSTALL_SECONDS),
        Step(subject.check, prints=before.version),
    )
    move = go_back(channel) if before.newer else ("scoop", "update", app_of(channel))
    return prepare, (Step(back), Step(move, seconds=INSTALL_SECONDS), Step(subject.check, prints=subject.version))


PROVER = Prover(("scoop",), "Scoop is not on this machine (it is for Windows)", questions, proof, sees=("SCOOP",))
