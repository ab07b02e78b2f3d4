"""What the process loads from which tasks are forked: all that a task may need."""

import gc
import warnings
from importlib import import_module

from release.channels import KINDS, kind_of

TASKS = ("dist", "doctor", "extract", "opening", "perform", "rollback", "status", "update")

# A fork loads the module of ``python -m`` again, under another name than that of the one which is loaded here.
warnings.filterwarnings("ignore", r".* found in sys\.modules", RuntimeWarning)
for module in (*(f"release.commands.{task}" for task in TASKS), "release.metadata.inspection", "rich.live"):
    import_module(module)
for kind in KINDS:
    kind_of(kind)
gc.freeze()  # so that forks go on sharing it
