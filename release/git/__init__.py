"""Real git: clone, read at any commit, commit, push, and what an edit changes.

Never: GitHub's API, or a channel's files.
"""
