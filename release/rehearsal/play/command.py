"""``invoke rehearse``: its flags, and a place on the disk for the play."""

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from release.channels import KINDS as CHANNEL_KINDS
from release.channels import kind_of
from release.channels.settings import read_settings
from release.errors import InputError, ReleaseError
from release.rehearsal.play.expected import Expected, exit_code, faults_of
from release.rehearsal.play.script import rehearse
from release.rehearsal.real import read_real
from release.rehearsal.servers.faults import KINDS
from release.report.report import Report
from release.settings import Channel, read_environment, require_channels


def rehearse_here(
    raw: Mapping[str, Any], say: Callable[[str], None], *, keep: bool, faults: Sequence[str], files: str | None = None
) -> Report:
    """Rehearse in a temporary directory.

    Args:
        raw: our sections of the merged configuration.
        say: takes each line of the account.
        keep: leave the stand-in up until Ctrl-C.
        faults: ``CHANNEL=KIND`` each; ``list`` alone shows the kinds.
        files: a folder with the real files of targets, as ``OWNER/REPO/...``.

    Raises:
        InputError: no channel is configured, a fault is not of that form, or the real files of a channel are not there
            or cannot be edited.
        ReleaseError: git is missing.
    """
    if "list" in faults:
        return Report("rehearse", notes=[f"{kind:<15} {meaning}" for kind, meaning in all_faults().items()])
    settings, environment = read_settings(raw), read_environment()
    require_channels(settings)
    channels = settings.channels
    wanted = parse_faults(faults, channels)
    real = None if files is None else read_real(_folder(files), settings, environment.server_url)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", ignore_cleanup_errors=True) as folder:
        try:
            done = rehearse(
                dict(raw), Path(folder), environment.variables, say, faults=wanted, keep=_wait if keep else None,
                real=real,
            )  # fmt: skip
        except FileNotFoundError as missing:
            raise ReleaseError(f"The rehearsal needs {missing.filename}", "Install git and try again.") from None
    expected = {name: faults_of(channels[name])[kind] for name, kind in wanted.items()}
    return Report("rehearse", notes=[_verdict(expected, done=done)], code=exit_code(expected) if done else 1)


def _verdict(expected: Mapping[str, Expected], *, done: bool) -> str:
    if not done:
        return "Something did NOT go as it should; see the lines with ! and WRONG."
    missed = [channel for channel, one in expected.items() if one.code]
    if missed:
        return f"Reported as what it is: {', '.join(missed)} did not get the release."
    return "Everything went as it should."


def all_faults() -> dict[str, str]:
    """Every way to misbehave with its meaning, those of single kinds of channels at the end."""
    own = {
        name: f"{one.meaning} ({kind} only)"
        for kind in CHANNEL_KINDS
        for name, one in kind_of(kind).rehearsed.misbehaviours.items()
    }
    return {**KINDS, **own}


def parse_faults(faults: Sequence[str], channels: Mapping[str, Channel]) -> dict[str, str]:
    """Channel -> its way of misbehaving.

    Args:
        faults: ``CHANNEL=KIND`` each.
        channels: the configured ones.

    Raises:
        InputError: not ``CHANNEL=KIND``, no such channel, or one of which nobody would notice that fault.
    """
    parts = [fault.partition("=") for fault in faults]
    for channel, _, kind in parts:
        if channel not in channels:
            raise InputError(f"Unknown channel {channel!r} in --fault", f"Write CHANNEL=KIND; {', '.join(channels)}.")
        known = faults_of(channels[channel])
        if kind not in known:
            raise InputError(f"Channel {channel} can have no fault {kind!r}", f"It can have: {', '.join(known)}.")
    return {channel: kind for channel, _, kind in parts}


def _wait() -> None:
    threading.Event().wait()


def _folder(given: str) -> Path:
    if not given:
        raise InputError("--files is empty", "Give the folder that holds OWNER/REPO of each target.")
    return Path(given)
