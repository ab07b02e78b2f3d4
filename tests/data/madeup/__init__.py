"""A file ``NAME.pkg`` of a made-up format."""
