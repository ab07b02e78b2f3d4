"""The release: version, tag, artifacts, checksums, their record, and whether all of it is valid.

Never: anything that sends or writes.
"""
