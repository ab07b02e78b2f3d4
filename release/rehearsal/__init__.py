"""A stand-in for GitHub, an image registry and a package feed on loopback: real sockets, real git, real files.

Never: a request beyond this machine, or code that a real task needs.
"""

from release.rehearsal.credentials import DEFAULT_TOKENS
from release.rehearsal.servers.faults import KINDS, Fault
from release.rehearsal.standin import StandIn

__all__ = ["DEFAULT_TOKENS", "KINDS", "Fault", "StandIn"]
