"""The stand-in for GitHub: its API, and git over HTTP."""
