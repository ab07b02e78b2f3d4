"""The way back: which version was good, and the files as they were then.

Never: how a file of one kind is edited.
"""
