"""Moves every channel of a release to the new version, exactly once each, and proves it."""

__version__ = "0.1.0"
