"""``invoke rehearse``: its flags, and a place on the disk for the play."""

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from release.errors import InputError, ReleaseError
from release.rehearsal.play.expected import EXPECTED
from release.rehearsal.play.script import rehearse
from release.rehearsal.receivers import ROOT
from release.rehearsal.seed import read_settings
from release.rehearsal.servers.faults import KINDS
from release.report.report import Report
from release.settings import read_environment


def rehearse_here(say: Callable[[str], None], *, keep: bool, faults: Sequence[str]) -> Report:
    """Rehearse in a temporary directory.

    Args:
        say: takes each line of the account.
        keep: leave the stand-in up until Ctrl-C.
        faults: ``CHANNEL=KIND`` each; ``list`` alone shows the kinds.

    Raises:
        InputError: a fault is not of that form.
        ReleaseError: git is missing.
    """
    if "list" in faults:
        return Report("rehearse", notes=[f"{kind:<15} {meaning}" for kind, meaning in KINDS.items()])
    kinds = {channel.name: channel.kind for channel in read_settings(ROOT).channels.values()}
    wanted = parse_faults(faults, kinds)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", ignore_cleanup_errors=True) as folder:
        try:
            done = rehearse(
                Path(folder), read_environment().variables, say, faults=wanted, keep=_wait if keep else None
            )
        except FileNotFoundError as missing:
            raise ReleaseError(f"The rehearsal needs {missing.filename}", "Install git and try again.") from None
    return Report("rehearse", notes=[_verdict(wanted, done=done)], code=_code(wanted) if done else 1)


def _verdict(faults: Mapping[str, str], *, done: bool) -> str:
    if not done:
        return "Something did NOT go as it should; see the lines with ! and WRONG."
    missed = [channel for channel, kind in faults.items() if EXPECTED[kind].code]
    if missed:
        return f"Reported as what it is: {', '.join(missed)} did not get the release."
    return "Everything went as it should."


def _code(faults: Mapping[str, str]) -> int:
    """0 only where everything arrived; else the exit code that the release itself ended with."""
    codes = {EXPECTED[kind].code for kind in faults.values()}
    return 1 if 1 in codes else max(codes, default=0)


def parse_faults(faults: Sequence[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Channel -> its way of misbehaving.

    Args:
        faults: ``CHANNEL=KIND`` each.
        kinds: channel -> its kind in the configuration.

    Raises:
        InputError: not ``CHANNEL=KIND``, or one of the two is unknown.
    """
    parts = [fault.partition("=") for fault in faults]
    for channel, _, kind in parts:
        if channel not in kinds:
            raise InputError(f"Unknown channel {channel!r} in --fault", f"Write CHANNEL=KIND; {', '.join(kinds)}.")
        if kind not in KINDS or (kind == "moderation" and kinds[channel] != "choco"):
            raise InputError(f"Unknown fault {kind!r} of {channel}", f"Known: {', '.join(KINDS)}.")
    return {channel: kind for channel, _, kind in parts}


def _wait() -> None:
    threading.Event().wait()
