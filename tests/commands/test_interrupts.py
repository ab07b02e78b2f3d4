"""The main thread hears a signal that another thread took, as the system may give it to any."""

import subprocess
import sys

import pytest

from tests.support.cli import ROOT

TAKEN = """
import signal, sys, threading
from release.commands.interrupts import listen
listen()
waits, main = threading.Event(), threading.get_ident()
def take():
    while sys._current_frames()[main].f_code is not threading.Condition.wait.__code__:
        pass
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
try:
    threading.Thread(target=take).start()
    waits.wait(50)
except KeyboardInterrupt:
    sys.exit(3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_a_signal_that_another_thread_took_is_heard() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", TAKEN], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 3
