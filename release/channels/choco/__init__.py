"""Chocolatey: a nuspec and an install script in a repository of packages, and the community feed.

Never: a checksum that ``Change.checksum`` did not give, or a script that is run rather than read.
"""
