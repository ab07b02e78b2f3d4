"""What the process loads from which tasks are forked: all that a task may need."""

import gc
from importlib import import_module

from release.channels import KINDS, kind_of, settings_of
from release.settings import ArtifactSpec, Http, Project, Record, Retry

TASKS = ("dist", "doctor", "extract", "line", "notify", "opening", "perform", "prove", "rollback", "status", "table",
         "update")  # fmt: skip
LAZY = ("release.metadata.inspection", "rich.live")

for module in (*(f"release.commands.{task}" for task in TASKS), *LAZY):
    import_module(module)
for kind in KINDS:
    kind_of(kind)
records: list[type[Record]] = [Project, ArtifactSpec, Http, Retry, *map(settings_of, KINDS)]
for record in records:
    record.reader()  # half of a task's time where each makes its own
gc.freeze()  # so that forks go on sharing it
