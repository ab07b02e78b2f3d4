"""What one invocation works with, made once and handed to every step: settings, environment, transport, GitHub.

Never: a channel's kind, or anything that is found out about a release.
"""

from release.session.session import Session

__all__ = ["Session"]
