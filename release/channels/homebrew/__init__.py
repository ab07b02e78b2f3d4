"""A formula of a Homebrew tap.

Never: a checksum that ``Change.checksum`` did not give, or Ruby that is run rather than parsed.
"""
