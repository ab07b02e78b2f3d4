"""The command line, loaded once and forked for each run: a process of its own without the half second of a start.

It differs from a fresh one only in what happens while modules are loaded. Tests of that start a fresh one.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

from invoke.main import program

from release.commands.program import main

LINUX = sys.platform == "linux"  # elsewhere there is no fork, or one that system libraries do not survive
FRESH = {
    "invoke": ("-W", "error", "-m", "invoke"),
    "distribute": ("-c", "from release.commands.program import main; main()"),
}
PRELOADED = "tests.support.preloaded"


def run(
    name: str, *arguments: str, place: Path, environment: Mapping[str, str], stdin: str = "", seconds: float = 60
) -> "subprocess.CompletedProcess[str]":
    """``invoke ARGUMENTS`` or ``distribute ARGUMENTS`` in ``place``, to its end; ``stdin`` is what it reads.

    Raises:
        subprocess.TimeoutExpired: it took longer than ``seconds``, and was ended.
    """
    if not LINUX:
        return subprocess.run([sys.executable, *FRESH[name], *arguments], cwd=place, env=environment, input=stdin,
                              capture_output=True, text=True, timeout=seconds, check=False)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, stream) for stream in ("in", "out", "err")]
        streams[0].write_text(stdin, "utf-8")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PRELOADED])
        process = context.Process(target=_be, args=(name, arguments, place, dict(environment), streams), daemon=True)
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired([name, *arguments], seconds)
        said = [path.read_text("utf-8", errors="surrogateescape") for path in streams[1:]]
        return subprocess.CompletedProcess([name, *arguments], process.exitcode, *said)


def _be(
    name: str, arguments: tuple[str, ...], place: Path, environment: Mapping[str, str], streams: list[Path]
) -> None:
    """In the fork: what Python itself does before and after the program."""
    for number, (path, flags) in enumerate(zip(streams, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2), strict=True)):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", errors="backslashreplace")
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.path[0] = [name, *arguments], str(place)
    warnings.simplefilter("error")
    try:
        (program.run if name == "invoke" else main)()
    except Exception as error:  # noqa: BLE001 - as Python does it with whatever nobody catches
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)
