"""The process from which a rehearsal's tasks are forked: it has imported what they need, which is most of their work.

It reads a line of JSON for each task, and ends with its stdin. ``processes`` starts it and asks it.
"""

import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

from release.channels import KINDS, kind_of
from release.commands.program import main

TASKS = ("dist", "doctor", "extract", "opening", "perform", "rollback", "status", "update")
FILES = ("out", "err", "done")  # in the folder of a task


def serve() -> None:
    """Fork a process for each line, which returns from here to be the task."""
    for module in (*(f"release.commands.{task}" for task in TASKS), "release.metadata.inspection", "rich.live"):
        import_module(module)
    for kind in KINDS:
        kind_of(kind)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a watcher ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C means the tasks
    for line in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _become(json.loads(line))
            return
    sys.exit()


def _become(asked: dict[str, Any]) -> None:
    """Watch over a task, whose number and exit code are told in the file ``done``; return in the task alone."""
    out, err, done = (os.path.join(asked["folder"], name) for name in FILES)  # noqa: PTH118 - a path for os.open
    told = os.open(done, os.O_WRONLY)
    if task := os.fork():
        os.write(told, f"{task}\n".encode())
        os.write(told, f"{os.waitstatus_to_exitcode(os.waitpid(task, 0)[1])}\n".encode())
        os._exit(0)
    os.close(told)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["place"])
    sys.argv = ["distribute", *asked["arguments"]]


if __name__ == "__main__":
    serve()
    main()
