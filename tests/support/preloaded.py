"""What the server of ``forked`` loads before it forks: all that a run may need."""

import gc
import importlib
import pkgutil

import release

for module in pkgutil.walk_packages(release.__path__, "release."):
    importlib.import_module(module.name)
gc.freeze()  # what is loaded stays shared
