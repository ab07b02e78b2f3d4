"""Proof that users can install: a kind's commands run on this machine, and what became of them.

Never: which commands those are (``channels/KIND/prove.py``), a token, a shell, anything installed without consent.
"""
