"""Moves every channel of a release to the new version, exactly once each, and proves it."""
