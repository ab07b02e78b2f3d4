"""What the process loads from which tasks are forked: all that a task may need."""

import gc
from importlib import import_module

from release.channels import KINDS, kind_of

TASKS = ("dist", "doctor", "extract", "opening", "perform", "rollback", "status", "table", "update")

for module in (*(f"release.commands.{task}" for task in TASKS), "release.metadata.inspection", "rich.live"):
    import_module(module)
for kind in KINDS:
    kind_of(kind)
gc.freeze()  # so that forks go on sharing it
