"""Git with nothing of the user's configuration, and no way off this machine."""

import os
import subprocess
from pathlib import Path

from release.settings import read_environment

ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}


def git_environment() -> dict[str, str]:
    """What a git process needs, and nothing of the user's configuration."""
    given = read_environment().variables
    kept = {name: given[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP") if name in given}
    return {**kept, **ISOLATED, "LC_ALL": "C"}


def run_git(*arguments: str, cwd: Path, stdin: bytes = b"") -> bytes:
    """Git's output.

    Raises:
        subprocess.CalledProcessError: git failed; its words are in ``stderr``.
    """
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=cwd, input=stdin, env=git_environment(), capture_output=True, check=True)
    return done.stdout
