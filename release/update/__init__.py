"""A change of a channel's own files: in a checkout, or as a commit in its target.

Never: how a file of one kind is edited.
"""
