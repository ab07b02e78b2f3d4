"""A manifest of a Scoop bucket."""
