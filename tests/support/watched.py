"""A fault that says when it hit, so that a test goes on in that very moment."""

import threading
from dataclasses import dataclass, field

from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Request


@dataclass
class Watched(Fault):
    """A fault that says when it hit."""

    seen: threading.Event = field(default_factory=threading.Event)

    def matches(self, request: Request) -> bool:
        hit = super().matches(request)
        if hit:
            self.seen.set()
        return hit
