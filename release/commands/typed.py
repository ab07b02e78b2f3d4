"""How a person types a command of ours where this one runs: the program, and the file of settings that it was given."""

import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from release.commands.line import READ, WRITE
from release.commands.names import runtime_file

INSTALLED = frozenset({"distribute", "program"})  # the installed command, also as ``python -m``
ALONE = frozenset({"doctor", "rehearse", "init"})
OURS = re.compile(rf"\binvoke (?=(?:{'|'.join((READ | WRITE) - ALONE)})\.[a-z]|(?:{'|'.join(ALONE)})(?![\w-]))")


def as_typed(argv: Sequence[str], *, here: bool = True) -> Callable[[str], str]:
    """A function that takes a text with commands such as ``invoke dist.scoop`` and gives it with them as typed here.

    Args:
        argv: of this process; what ``-f`` names there belongs to every command.
        here: whether they are for this folder; a rehearsal makes one of its own.
    """
    program = "distribute" if Path(argv[0]).stem in INSTALLED else "invoke"
    runtime = runtime_file(argv[1:]) if here else None
    if runtime and Path(runtime).is_fifo():
        runtime = None  # it was read, and is gone when somebody types it
    start = f"{program} -f {shlex.quote(runtime)} " if runtime else f"{program} "
    return lambda text: OURS.sub(lambda _found: start, text)
