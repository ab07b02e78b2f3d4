"""A pipe with a name, as a shell makes one for ``-f <(...)``."""

import os
import threading
from pathlib import Path


def pipe_of(path: Path, text: str) -> None:
    """Make it, with ``text`` for whoever reads it; where nobody does, nothing waits for that."""
    os.mkfifo(path)
    threading.Thread(target=path.write_text, args=(text,), daemon=True).start()
