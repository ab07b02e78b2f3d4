"""A manifest of a Scoop bucket.

Never: a checksum that ``Change.checksum`` did not give, or a manifest written anew where one is there to be edited.
"""
