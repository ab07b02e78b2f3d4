"""A file ``NAME.pkg`` of a made-up format. A test copies this folder into the package, so its imports are relative.

Never: anything that the shortest kind does not need.
"""
