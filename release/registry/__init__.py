"""Image registries: which digest a tag has, moving a tag, logging in.

Never: GitHub, or which version is the right one.
"""
