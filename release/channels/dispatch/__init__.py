"""A channel that is told by a dispatch and whose files have a format that we do not know."""
