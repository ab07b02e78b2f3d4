"""The command line, and nothing else: names, flags and help. What a task does is in the package ``release``.

Every flag has a default and is checked by the package, because Invoke lets a required positional swallow core
flags. What a task needs is imported only when it runs, so that ``invoke --list`` is as fast as Invoke itself.
"""

import atexit
import gc
import os
import sys
from pathlib import Path
from types import TracebackType

if sys.version_info < (3, 11):  # noqa: UP036 - said in one line in place of a traceback
    sys.exit("Python 3.11 or newer is needed.")

sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)  # Invoke has it off, and all is compiled at each start
gc.disable()  # what is loaded stays; to look through it again and again is a tenth of the start
from release.commands.table import collect  # noqa: E402 - as above
from release.report.streams import end_of_list  # noqa: E402 - as above


def explain(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Two lines and exit code 2 for what goes wrong before a task starts."""
    from release.commands.command import explain as say  # noqa: PLC0415 - only when something goes wrong

    say(kind, error, at)


sys.excepthook = explain
atexit.register(end_of_list)
namespace = collect(Path(__file__).parent, sys.argv[1:], os.environ)
if (Path(__file__).parent / "tests" / "bench").is_dir():  # a checkout of this project
    from tests.bench.task import bench

    namespace.add_task(bench)
