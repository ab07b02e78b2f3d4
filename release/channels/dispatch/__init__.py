"""A channel that is told by a dispatch, and whose format is not known here.

Never: what a format means; only whether the texts that ``serves:`` names stand there.
"""
