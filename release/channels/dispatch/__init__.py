"""A channel that is told by a dispatch, and whose format is not known here."""
