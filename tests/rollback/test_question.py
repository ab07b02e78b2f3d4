"""The question before a rollback: on a terminal it is asked, and only a yes is one."""

import os
import subprocess
import sys

import pytest

from release.rehearsal import StandIn
from tests.rollback.scene import BAD, GOOD, files_at, held
from tests.support.cli import ROOT, command, variables

pytestmark = [
    pytest.mark.services, pytest.mark.usefixtures("git_over_http"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "yes"),
    [("n\n", False), ("\n", False), ("yep\n", False), ("\x04", False), ("y\n", True), (" YES \n", True)],
    ids=["no", "nothing", "almost yes", "end of input", "y", "yes in capitals"],
)
def test_question(standin: StandIn, typed: str, *, yes: bool) -> None:
    standin.serve("homebrew", BAD)
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    done = subprocess.run(command("rollback.homebrew", "--version", BAD), cwd=ROOT, env=variables(standin, {}),
                          stdin=theirs, capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    for end in (ours, theirs):
        os.close(end)
    assert "Roll back 0.0.2 as shown? [y/N]" in done.stderr
    assert (done.returncode, "Not rolled back" in done.stderr) == ((0, False) if yes else (2, True))
    assert held(standin, "homebrew") == files_at(standin, "homebrew", GOOD if yes else BAD)
